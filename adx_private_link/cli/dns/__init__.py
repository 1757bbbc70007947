"""`adx-private-link dns`: the names for networks that do not use Azure's zone, and what their servers make of them."""
