"""Benchmarks: time and memory of the library, measured in pairs, never asserted. `make bench` runs them all."""
