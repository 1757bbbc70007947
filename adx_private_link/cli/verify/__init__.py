"""Checks of access from this machine: each link of the chain from a client to a cluster, and what is broken."""
