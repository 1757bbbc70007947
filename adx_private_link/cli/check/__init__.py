"""The check of stack files, without Pulumi and Azure."""
