"""The rights that stacks need: roles from settings."""
