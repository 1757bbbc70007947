"""What is wrong with the settings, all of it at once: where, which value, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .plain_text import escaped


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong."""

    path: str
    """The setting, from the top: `clusters.myadx.nat.subnet_id`."""
    message: str
    """What is wrong, as the rest of a sentence that begins with the setting: `is not …`."""
    remedy: str
    """What to write, or to do, instead."""
    value: object = None
    """The value that was found, where there is one."""
    is_missing: bool = False
    """Whether something has to be there that is not."""

    def __str__(self) -> str:
        found = "" if self.value is None else f" = {self.value!r}"
        return escaped(f"{self.path}{found}\n    {self.message}\n    -> {self.remedy}")


def format_problems(problems: Sequence[Problem]) -> str:
    """All of them, for people."""
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    listed = "\n\n".join(f"  {each}" for each in problems)
    return f"{count} in the settings of adx-private-link; nothing was changed.\n\n{listed}\n"
