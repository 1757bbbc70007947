"""Commands of this project for hints, quoted so that people can paste them into a shell."""

from __future__ import annotations

import shlex
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

_ARGUMENTS: ContextVar[tuple[str, ...]] = ContextVar("arguments", default=())
"""The arguments of the running command, kept because parsing takes them apart."""


@contextmanager
def keep_arguments(arguments: Sequence[str]) -> Generator[None]:
    """Keep the arguments of a command while it runs."""
    token = _ARGUMENTS.set(tuple(arguments))
    try:
        yield
    finally:
        _ARGUMENTS.reset(token)


def this_command(*more: str) -> str:
    """Return the running command with more arguments."""
    return shlex.join(["adx-private-link", *_ARGUMENTS.get(), *more])


def repair_command(stack: str | None) -> str:
    """Return the command that repairs a stack; None is the selected stack."""
    return shlex.join(["adx-private-link", "repair", *(["--stack", stack] if stack else [])])
