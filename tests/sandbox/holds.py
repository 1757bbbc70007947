"""Which rules of the sandbox a test holds: `docs/rules.md` lists it beside them."""

from __future__ import annotations

import pytest

from azure_sandbox.rules import Rule


def holds(*rules: Rule) -> pytest.MarkDecorator:
    """Marks a test (or a parameter of one); one that says it holds a refusal, and never meets it, fails."""
    return pytest.mark.holds(*rules)
