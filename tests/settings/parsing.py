"""Problems of settings as the parser reports them, before anything is read or planned."""

from __future__ import annotations

import pytest

from adx_private_link.errors import SettingsError
from adx_private_link.problems import Problem
from adx_private_link.program import parse

from ..samples.building import WrittenSettings


def parse_problems(settings: WrittenSettings, prefix: str = "") -> list[Problem]:
    """All problems, in the order of the report."""
    with pytest.raises(SettingsError) as raised:
        parse(settings, prefix)
    return list(raised.value.problems)


def only_parse_problem(settings: WrittenSettings) -> Problem:
    """The only problem."""
    [problem] = parse_problems(settings)
    return problem
