"""A console for people, which shows text of others without obeying its control characters."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from ...plain_text import escaped


class _Console(Console):
    """A console that escapes control characters, because names and Azure's texts come from outside."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*map(_escape, objects), **options)


def _escape(printed: object) -> object:
    match printed:
        case str():
            return escaped(printed)
        case Text() if (text := escaped(printed.plain)) != printed.plain:
            return Text(text, printed.style)
        case _:
            return printed


def console(*, stderr: bool = False) -> Console:
    """Return a console that wraps no line, not even on a terminal: ids, host names and YAML stay whole."""
    return _Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
