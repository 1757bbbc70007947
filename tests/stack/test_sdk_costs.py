"""Costs of Pulumi's Python SDK that the program leaves out: whole stack traces in the state, and debug messages."""

from __future__ import annotations

import pytest

from adx_private_link.sdk_costs import DEBUG_MESSAGES

from .conftest import Deployed
from .worlds import two_by_two


def test_children_have_the_line_that_registers_them(deployed: Deployed) -> None:
    """Whole stack traces are a third of the state, which the engine writes with every step of a first update."""
    resources = {resource["urn"]: resource for resource in deployed(two_by_two()).state()}
    children = [resource for urn, resource in resources.items() if "adxPrivateLink:index:" in urn.rpartition("$")[0]]
    assert {len(resource["stackTrace"]) for resource in children if resource["custom"]} == {1}
    assert all("adx_private_link/components/" in resource["sourcePosition"] for resource in children)
    # Components of components are registered by one call less of the SDK.
    assert {len(resource["stackTrace"]) for resource in children if not resource["custom"]} == {2}


def test_the_program_sends_debug_messages_when_asked(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program waits for the engine's answer to each of them: a third of a preview of many clusters."""
    stack = deployed(two_by_two())
    assert "resource registration prepared" not in stack.pulumi("preview", "--debug").stdout
    monkeypatch.setenv(DEBUG_MESSAGES, "1")
    assert "resource registration prepared" in stack.pulumi("preview", "--debug").stdout
