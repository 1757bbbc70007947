"""Policies: rules about the resources of a stack, as plain functions, and the pack that runs them in Pulumi."""
