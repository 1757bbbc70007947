"""Which rules of the sandbox a test holds: `docs/reference/sandbox-rules.md` lists it beside them."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure.errors import Rejection
from azure_sandbox.rules import Rule


def holds(*rules: Rule) -> pytest.MarkDecorator:
    """Mark a test, or a parameter of one, with the rules that it holds. It fails if it does not meet a rejection."""
    return pytest.mark.holds(*rules)


def rejected(rule: Rejection, *values: Any, id: str) -> Any:
    """A parameter for a test that meets a rejection: the rejection, and the values that lead to it."""
    return pytest.param(rule, *values, id=id, marks=holds(rule))
