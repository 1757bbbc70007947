"""What a terminal or a pipe shows: tables, progress, the lines of hints."""
