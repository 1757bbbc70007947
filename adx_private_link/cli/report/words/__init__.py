"""English for reports: every word that a reader sees is decided here."""
