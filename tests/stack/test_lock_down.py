"""A lock-down on the engine: the preview warns, a proof from inside, the change, drift, and the way back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Stack

from .conftest import Deployed
from .harness import expect_success
from .proofs import verify_from
from .reporting import fails_on, run_report
from .reporting import preview as preview_json
from .test_migrate import expect
from .worlds import BOTH_KINDS, NATIVE_ONE, OUTSIDE_NETWORK, RED_NETWORK, native_and_red

HOST = "newone.westus.kusto.windows.net"
GO = ("--owner", "nobody", "--yes")
WARNING = "clusters.one.public_access: publicNetworkAccess is Enabled in Azure, and Disabled by the settings."


def _settings(**cluster: Any) -> dict[str, Any]:
    settings = native_and_red()
    return {**settings, "clusters": {"one": {**settings["clusters"]["one"], **cluster}}}


@pytest.fixture
def stack(deployed: Deployed) -> Stack:
    """A deployed stack that states a closed cluster, which Azure has open."""
    return deployed(_settings(public_access="closed"), BOTH_KINDS)


def _properties(stack: Stack) -> dict[str, Any]:
    return stack.home.azure.get(ResourceId.parse(NATIVE_ONE))["properties"]


def _patch(stack: Stack, **properties: Any) -> None:
    """Change the cluster in the portal, and let the change end."""
    stack.home.azure.without_caller().patch(ResourceId.parse(NATIVE_ONE), {"properties": properties})


def _outcomes(stack: Stack) -> tuple[str, str]:
    """What a client outside gets, and one in the consumer's network."""
    return stack.reach(OUTSIDE_NETWORK, HOST).outcome, stack.reach(RED_NETWORK, HOST).outcome


def test_a_cluster_is_closed_with_proof_and_opened_in_an_emergency(stack: Stack, tmp_path: Path) -> None:
    """The whole promise: nobody inside notices, everybody outside is refused, and drift does not go unnoticed."""
    preview = stack.preview()
    assert WARNING in preview.output
    assert "To apply it, run `adx-private-link lock-down one`. Then these lose access: every client" in preview.output
    assert preview.operations == []
    printed = preview_json(stack, _settings(public_access="closed"))
    assert "**Cluster one** is not as its settings say in Azure" in run_report(printed)
    assert fails_on("access-differs", printed) == 1
    assert _outcomes(stack) == ("connected", "connected")

    missing = expect(stack, 1, "lock-down", "one", *GO)
    assert (
        f"red: no report of it. In its network, run `adx-private-link verify --consumer red --stack {stack.name}"
        in (missing)
    )
    assert _outcomes(stack) == ("connected", "connected")

    proof = verify_from(stack, "red", tmp_path / "red.json")
    applied = expect(stack, 0, "lock-down", "one", "--proof", str(proof), *GO)
    assert "The access of newone is as the settings say." in applied
    assert "Loses access by public_access: the Power BI service." in applied
    assert _outcomes(stack) == ("refused", "connected")
    quiet = expect_success(stack.preview("--expect-no-changes"))
    assert "public_access" not in quiet.output
    assert json.loads(verify_from(stack, "red", tmp_path / "again.json").read_text())["hosts"]
    assert "is as the settings say" in expect(stack, 0, "lock-down", "one")

    _patch(stack, publicNetworkAccess="Enabled")
    assert WARNING in stack.preview().output

    _patch(stack, publicNetworkAccess="Disabled", allowedIpRangeList=["20.1.2.3"])
    opened = expect(stack, 0, "lock-down", "one", "--open", "--yes")
    assert "newone is open at its public address" in opened
    properties = _properties(stack)
    assert (properties["publicNetworkAccess"], properties["allowedIpRangeList"]) == ("Enabled", [])
    assert _outcomes(stack) == ("connected", "connected")


def test_every_setting_is_applied_and_read_back(deployed: Deployed) -> None:
    """Azure shows callout policies as numbers, through Pulumi as well: what was applied must not look different."""
    callouts = [
        {"type": "sql", "uri_regex": "mine\\.database\\.windows\\.net/?$"},
        {"type": "kusto", "uri_regex": "a_b"},
    ]
    stack = deployed(_settings(outbound={"callouts": callouts}, trusted_tenants="own"), BOTH_KINDS)
    _patch(stack, trustedExternalTenants=[{"value": "*"}])
    assert "clusters.one.outbound" in stack.preview().output
    expect(stack, 0, "lock-down", "one", *GO)
    properties = _properties(stack)
    assert properties["restrictOutboundNetworkAccess"] == "Enabled"
    assert [policy["calloutType"] for policy in properties["calloutPolicies"]] == [1, 0]
    assert properties["trustedExternalTenants"] == []
    assert "clusters.one." not in expect_success(stack.preview("--expect-no-changes")).output

    stack.configure(**_settings(outbound={"fqdns": ["a.example"]}, public_access=["PowerBI"], trusted_tenants="all"))
    _patch(stack, publicNetworkAccess="Disabled")
    expect(stack, 0, "lock-down", "one", *GO)
    properties = _properties(stack)
    assert (properties["allowedFqdnList"], properties["calloutPolicies"]) == (["a.example"], [])
    assert (properties["publicNetworkAccess"], properties["allowedIpRangeList"]) == ("Enabled", ["PowerBI"])
    assert properties["trustedExternalTenants"] == [{"value": "*"}]
    assert "clusters.one." not in stack.preview().output


def test_an_emergency_needs_no_stack(stack: Stack) -> None:
    """The state's backend may be what nobody reaches any more."""
    _patch(stack, publicNetworkAccess="Disabled")
    (stack.directory / "Pulumi.yaml").write_text("runtime: [")
    expect(stack, 0, "lock-down", NATIVE_ONE, "--open", "--yes")
    assert _outcomes(stack)[0] == "connected"
    assert "With the id of the cluster" in expect(stack, 2, "lock-down", "one", "--open", "--yes")
