"""Mistakes of files as compilers print them: a line each, which editors and people find their way by."""

from __future__ import annotations

from collections.abc import Sequence

from ..files import path_from_here
from ..yaml.documents import Mistake
from .styled_lines import say, styled

_MOST = 1000
"""Problems that are printed: more would bury the first ones."""


def print_mistakes(mistakes: Sequence[Mistake]) -> None:
    """A line for each mistake: `file:line: setting: problem; remedy`."""
    for mistake in mistakes[:_MOST]:
        say(f"{styled(f'{path_from_here(mistake.file)}:{mistake.line}:', bold=True)} {styled(mistake.message)}")
    if len(mistakes) > _MOST:
        say(f"More than {_MOST} problems: the first {_MOST} are shown. Fix them, then check again.")
