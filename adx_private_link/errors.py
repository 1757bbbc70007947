"""Errors that a program raises."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from .problems import Problem, format_problems


class SettingsError(pulumi.RunError):
    """The settings cannot be deployed. Raised before anything is registered; Pulumi prints it without a traceback."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(format_problems(problems))
