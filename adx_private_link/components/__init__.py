"""What turns records of the topology into resources. Nothing is decided here."""
