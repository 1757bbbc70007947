"""
Generates pages from the code.

`python -m docs.generate` writes all of them, and the schema of the Pulumi package; `python -m docs.generate PAGE`
prints one.
"""

from __future__ import annotations

import sys

from .pages import PAGES, REFERENCE, SCHEMA, schema


def main(names: list[str]) -> None:
    """Print the pages of these names, or write all of them."""
    for name in names:
        sys.stdout.write(PAGES[name]())
    if not names:
        for name, page in PAGES.items():
            (REFERENCE / name).write_text(page())
        SCHEMA.write_text(schema())


main(sys.argv[1:])
