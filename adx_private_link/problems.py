"""Problems of the settings, all reported at once: the setting, its value, and the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .counts import plural
from .plain_text import escaped


@dataclass(frozen=True)
class Problem:
    """One problem of the settings."""

    path: str
    """The setting, from the top: `clusters.myadx.nat.subnet_id`."""
    message: str
    """The problem, as the rest of a sentence that begins with the setting: `is not …`."""
    remedy: str
    """The remedy: what to write or to do instead."""
    value: object = None
    """The value of the setting; None if it has none."""
    is_missing: bool = False
    """Whether the setting is required and missing."""

    @property
    def line(self) -> str:
        """The problem as one line, for lists of problems in files."""
        value = "" if self.value is None else f" ({self.value!r})"
        return f"{self.path}{value}: {self.message}; {self.remedy}"

    def __str__(self) -> str:
        value = "" if self.value is None else f" = {self.value!r}"
        return escaped(f"{self.path}{value}\n    {self.message}\n    -> {self.remedy}")


def format_problems(problems: Sequence[Problem]) -> str:
    """Format all problems for people."""
    count = plural(len(problems), "problem")
    listed = "\n\n".join(f"  {problem}" for problem in problems)
    return f"{count} in the settings of adx-private-link; nothing was changed.\n\n{listed}\n"
