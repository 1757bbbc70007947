"""What people have made by hand, and the settings that describe it."""
