"""YAML files as Pulumi reads them, with the line of every value."""
