"""What Azure knows: plain records, and the look-ups that fill them."""
