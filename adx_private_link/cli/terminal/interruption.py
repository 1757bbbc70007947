"""What people get to know when they interrupt a command (Ctrl-C) that changes something."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

import click


@contextmanager
def explain_interruption(explain: Callable[[], str]) -> Generator[None]:
    """Print where a command stands if it is interrupted here, and what comes next."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(explain(), err=True)
        raise
