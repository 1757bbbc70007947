"""`adx-private-link verify`: whether access works from where it is run, and which link of the chain is broken."""
