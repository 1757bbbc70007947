"""Output for terminals and pipes: tables, progress, mistakes, and commands to copy."""
