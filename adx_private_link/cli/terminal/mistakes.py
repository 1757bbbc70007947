"""Mistakes in files, printed as compilers print errors: one line each, which editors can follow."""

from __future__ import annotations

from collections.abc import Sequence

from ..files import path_from_here
from ..yaml.documents import Mistake
from .styled_lines import print_line, styled

_MOST_LINES = 1000
"""The most mistakes that are printed: more would bury the first ones."""


def print_mistakes(mistakes: Sequence[Mistake]) -> None:
    """Print a line for each mistake: `file:line: setting: problem; remedy`."""
    for mistake in mistakes[:_MOST_LINES]:
        print_line(f"{styled(f'{path_from_here(mistake.file)}:{mistake.line}:', bold=True)} {styled(mistake.message)}")
    if len(mistakes) > _MOST_LINES:
        print_line(f"More than {_MOST_LINES} problems: the first {_MOST_LINES} are shown. Fix them, then check again.")
