"""How long things take, and what they take: measured in pairs, never asserted. `make bench` runs all of it."""
