"""Long work shows that it goes on: on a terminal while it does, in a pipe with a line."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import track

_Result = TypeVar("_Result")


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


def counted(results: Iterable[_Result], says: str, total: int) -> list[_Result]:
    """Wait for results as they come, and show how many there are; in a pipe, say once what is done."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        console.print(says)
        return list(results)
    return list(track(results, says, total=total, console=console, transient=True))
