"""Changes of clusters by PATCH, and the lines for their owners."""
