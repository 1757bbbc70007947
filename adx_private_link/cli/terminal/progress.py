"""Long work shows that it goes on: on a terminal while it does, in a pipe with a line."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TypeVar

from rich.markup import escape
from rich.progress import track
from rich.text import Text

from ...plain_text import escaped_line
from .console import console

_AT_ONCE = 16

_Given = TypeVar("_Given")
_Result = TypeVar("_Result")


@contextmanager
def progress(says: str) -> Generator[None]:
    """Say what is done, until it is done."""
    out = console(stderr=True)
    if out.is_terminal:
        with out.status(Text(escaped_line(says))):
            yield
    else:
        out.print(says)
        yield


def at_once(says: str, work: Callable[[_Given], _Result], given: Sequence[_Given]) -> list[_Result]:
    """Do slow work on each, many at a time, and show how many are done; the results are in the order of the given."""
    out = console(stderr=True)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        running = [pool.submit(work, each) for each in given]
        if out.is_terminal:
            for _ in track(
                as_completed(running), escape(escaped_line(says)), total=len(running), console=out, transient=True
            ):
                pass
        else:
            out.print(says)
        return [each.result() for each in running]
