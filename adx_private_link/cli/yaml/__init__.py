"""YAML as Pulumi reads it, with the line of every value."""
