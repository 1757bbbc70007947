"""The commands of `adx-private-link`, a file each: their arguments, and the words in which they answer."""
