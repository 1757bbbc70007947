"""Adoption of objects that were created by hand: discovery, settings that describe them, and their import."""
