"""How a hint spells a command of this project, so that a shell takes it as it is."""

from __future__ import annotations

import shlex
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

_ARGUMENTS: ContextVar[tuple[str, ...]] = ContextVar("arguments", default=())
"""The arguments of the command that is running; parsing takes them apart."""


@contextmanager
def running(arguments: Sequence[str]) -> Generator[None]:
    """Remember the arguments of a command while it is running."""
    token = _ARGUMENTS.set(tuple(arguments))
    try:
        yield
    finally:
        _ARGUMENTS.reset(token)


def this_command(*more: str) -> str:
    """The command that is running, with more arguments."""
    return shlex.join(["adx-private-link", *_ARGUMENTS.get(), *more])


def repair_command(stack: str | None) -> str:
    """The command that repairs a stack: the given one, or the selected one."""
    return shlex.join(["adx-private-link", "repair", *(["--stack", stack] if stack else [])])
