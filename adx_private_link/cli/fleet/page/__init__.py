"""The page of a fleet: who reaches which cluster, in one HTML file that needs no network."""
