"""The effect of a preview on people's access, for the reviewers of a pull request: `adx-private-link report`."""
