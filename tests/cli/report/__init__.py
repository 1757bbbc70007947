"""Reports of previews, and their comments."""
