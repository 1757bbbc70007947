"""Fleets: many clusters in one inventory, in stacks that commands write and run."""
