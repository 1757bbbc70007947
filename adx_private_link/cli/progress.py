"""Long work shows that it goes on: on a terminal while it does, in a pipe with a line."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import track

_AT_ONCE = 16

_Given = TypeVar("_Given")
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


def at_once(says: str, work: Callable[[_Given], _Result], given: Sequence[_Given]) -> list[_Result]:
    """Do slow work on each, many at a time, and show how many are done; the results are in the order of the given."""
    console = Console(stderr=True, highlight=False)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        running = [pool.submit(work, each) for each in given]
        if console.is_terminal:
            for _ in track(as_completed(running), says, total=len(running), console=console, transient=True):
                pass
        else:
            console.print(says)
        return [each.result() for each in running]
