"""The documentation: Markdown pages, and `docs.generate`, which writes the reference pages that come from the code."""
