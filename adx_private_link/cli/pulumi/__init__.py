"""Everything that knows the files and commands of Pulumi."""
