"""The commands of `azure-sandbox`, one file each."""
