"""`python -m docs.generate` writes every generated page; `python -m docs.generate PAGE` prints one."""

from __future__ import annotations

import sys

from .pages import PAGES, REFERENCE


def main(names: list[str]) -> None:
    """Print the pages of these names, or write all of them."""
    for name in names:
        sys.stdout.write(PAGES[name]())
    if not names:
        for name, page in PAGES.items():
            (REFERENCE / name).write_text(page())


main(sys.argv[1:])
