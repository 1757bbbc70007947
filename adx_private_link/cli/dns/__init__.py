"""Records for networks that do not use Azure's private DNS zone, and the answers of their DNS servers."""
