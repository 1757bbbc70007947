"""Long work shows that it goes on: on a terminal while it does, in a pipe with a line."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

from ...plain_text import escaped_line
from .console import console

_AT_ONCE = 16

_Given = TypeVar("_Given")
_Result = TypeVar("_Result")


@contextmanager
def progress(says: str) -> Generator[None]:
    """Say what is done, until it is done, and for how long."""
    out = console(stderr=True)
    if out.is_terminal:
        with _shown(out) as running:
            running.add_task(escaped_line(says), total=None)
            yield
    else:
        out.print(says)
        yield


def at_once(says: str, work: Callable[[_Given], _Result], given: Sequence[_Given]) -> list[_Result]:
    """Do slow work on each, many at a time, and show how many are done; the results are in the order of the given."""
    out = console(stderr=True)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        futures = [pool.submit(work, each) for each in given]
        if out.is_terminal:
            with _shown(out, MofNCompleteColumn()) as running:
                task = running.add_task(escaped_line(says), total=len(futures))
                for _ in as_completed(futures):
                    running.advance(task)
        else:
            out.print(says)
        return [future.result() for future in futures]


def _shown(out: Console, *columns: ProgressColumn) -> Progress:
    text = TextColumn("{task.description}", markup=False)
    return Progress(SpinnerColumn(), text, *columns, TimeElapsedColumn(), console=out, transient=True)
