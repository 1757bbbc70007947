"""`adx-private-link adopt` imports private endpoints of native clusters, and zone groups, as people created them."""

from __future__ import annotations

from azure_sandbox.testing import Stack

from . import harness
from .adopting import (
    BOTH_KINDS,
    CLUSTER,
    NATIVE,
    NETWORK,
    adopt,
    assert_nothing_is_left_to_do,
    read_settings,
)
from .conftest import StackMaker

_REPORTS = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/reports/providers/Microsoft.Network"
    "/virtualNetworks/reports-vnet"
)


_REPORTS_SUBNET = f"{_REPORTS}/subnets/default"
_HOSTS = ("newadx", "ingest-newadx", "myadx")
_GROUP = "PrivateDnsZoneGroup newadx.reports-vnet.cluster.zone-group"


def _resolve(stack: Stack, network: str) -> list[list[str]]:
    """What the names resolve to in a network: the cluster's own, and one that Azure wrote for a storage account."""
    names = [f"{host}.westus.kusto.windows.net" for host in _HOSTS]
    blobs = sorted({id.rsplit("/", 1)[1] for id in _ids(stack) if "/privatelink.blob.core.windows.net/A/" in id})
    accounts = [name for name in blobs if "kstrldnewadx" in name]
    assert len(accounts) == 2
    return [stack.resolve(network, name) for name in (*names, *(f"{name}.blob.core.windows.net" for name in accounts))]


def _ids(stack: Stack) -> list[str]:
    return [str(resource["id"]) for resource in stack.world()]


def test_both_kinds_in_one_stack(new_stack: StackMaker) -> None:
    """The portal, Terraform and a policy name endpoints, zone groups and their configs in another way."""
    stack = new_stack(BOTH_KINDS)
    before, answers = stack.world(), [_resolve(stack, network) for network in (NETWORK, _REPORTS)]
    printed = " ".join(adopt(stack, CLUSTER, NATIVE).split())
    assert "After the import, `pulumi preview` shows no changes." in printed
    assert "is managed by an Azure policy" in printed
    assert_nothing_is_left_to_do(stack)
    assert stack.world() == before
    assert [_resolve(stack, network) for network in (NETWORK, _REPORTS)] == answers
    assert "Nothing to adopt" in adopt(stack, CLUSTER, NATIVE)

    # Zones that move: Azure changes no zone under a config's name, so the group is replaced.
    settings = read_settings(stack)
    settings["consumers"]["reports-vnet"]["dns"]["resource_group"] = "analytics"
    stack.configure(**settings)
    update = harness.expect_success(stack.up(preview=True))
    assert {f"delete-replaced {_GROUP}", f"create-replacement {_GROUP}"} <= {*update.operations}
    assert update.preview
    assert sorted(update.operations) == sorted(update.preview.operations)
    assert _resolve(stack, _REPORTS) == answers[1]
    assert harness.expect_success(stack.up("--refresh")).operations == []


def test_a_connection_that_others_approved_is_approved_by_the_settings(new_stack: StackMaker) -> None:
    """The import contains the zone group, although its stack has not approved the connection yet."""
    stack = new_stack(BOTH_KINDS)
    dns = {"resource_group": "reports", "storage_zones": "made", "links": {"own": {"name": "reports"}}}
    consumer = {
        "subnet_id": _REPORTS_SUBNET,
        "approval": "approve",
        "dns": {**dns, "tags": {"by": "terraform"}},
        "clusters": ["newadx"],
    }
    stack.configure(clusters={"newadx": {"id": NATIVE}}, consumers={"reports-vnet": consumer})
    before = _ids(stack)
    printed = adopt(stack)
    assert "consumers.reports-vnet.approval: elsewhere" in " ".join(printed.split())
    update = harness.expect_success(stack.up(preview=True))
    assert update.preview
    assert update.operations == update.preview.operations == ["create Deployment newadx.reports-vnet.cluster.approval"]
    assert set(_ids(stack)) - set(before) == {id for id in _ids(stack) if "/deployments/" in id}
    assert harness.expect_success(stack.up("--refresh")).operations == []
