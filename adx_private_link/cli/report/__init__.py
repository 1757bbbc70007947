"""What a preview means for people's access, for whoever reviews a pull request: `adx-private-link report`."""
