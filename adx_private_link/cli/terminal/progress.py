"""The progress of long work: a spinner on a terminal, one line in a pipe."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

from ...plain_text import escaped_line
from .console import console

_MOST_AT_ONCE = 16

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@contextmanager
def progress(description: str) -> Generator[None]:
    """Show a description of the work, and how long it takes, until it is done."""
    out = console(stderr=True)
    if out.is_terminal:
        with _spinner(out) as spinner:
            spinner.add_task(escaped_line(description), total=None)
            yield
    else:
        out.print(description)
        yield


def run_at_once(description: str, work: Callable[[_Item], _Result], items: Sequence[_Item]) -> list[_Result]:
    """Do slow work on many items at once, show how many are done, and return the results in the order of the items."""
    out = console(stderr=True)
    with ThreadPoolExecutor(_MOST_AT_ONCE) as pool:
        futures = [pool.submit(work, item) for item in items]
        if out.is_terminal:
            with _spinner(out, MofNCompleteColumn()) as spinner:
                task = spinner.add_task(escaped_line(description), total=len(futures))
                for _ in as_completed(futures):
                    spinner.advance(task)
        else:
            out.print(description)
        return [future.result() for future in futures]


def _spinner(out: Console, *columns: ProgressColumn) -> Progress:
    # The text is last: what a narrow terminal cuts off must not be the sign that something goes on.
    text = TextColumn("{task.description}", markup=False)
    return Progress(SpinnerColumn(), TimeElapsedColumn(), *columns, text, console=out, transient=True)
