"""Which rules of the sandbox a test holds: `docs/reference/sandbox-rules.md` lists it beside them."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure.errors import Refusal
from azure_sandbox.rules import Rule


def holds(*rules: Rule) -> pytest.MarkDecorator:
    """Marks a test (or a parameter of one); one that says it holds a refusal, and never meets it, fails."""
    return pytest.mark.holds(*rules)


def refused(rule: Refusal, *values: Any, id: str) -> Any:
    """A parameter for a test that meets a refusal: the refusal itself, and what leads to it."""
    return pytest.param(rule, *values, id=id, marks=holds(rule))
