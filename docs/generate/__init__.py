"""
The generator of reference pages: `python -m docs.generate` writes them all, and `make docs` calls it.

Each page has a module here that returns the page's text. A test compares the committed pages with these texts.
"""
