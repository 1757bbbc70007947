"""Long work shows that it goes on: on a terminal while it does, in a pipe with a line."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def progress(says: str) -> Generator[None]:
    """Say what is done, until it is done."""
    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        with console.status(says):
            yield
    else:
        console.print(says)
        yield
