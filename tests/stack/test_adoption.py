"""`adx-private-link adopt` imports what people created by hand, as it is."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Stack

from . import harness
from .adopting import CLIENTS, CLUSTER, NATIVE, NETWORK, WORLD, adopt, assert_nothing_is_left_to_do
from .conftest import StackMaker


@pytest.fixture
def stack(new_stack: StackMaker) -> Stack:
    return new_stack(WORLD)


def test_the_next_preview_shows_where_settings_and_azure_differ(stack: Stack) -> None:
    """An adoption hides no difference: its output lists the operations that the next update will run."""
    project = stack.directory / "Pulumi.yaml"
    project.write_text(f"{project.read_text()}stackConfigDir: stacks\n")
    (stack.directory / "stacks").mkdir()
    (stack.directory / "Pulumi.test.yaml").rename(stack.directory / "stacks" / "Pulumi.test.yaml")
    subnet = f"{NETWORK}/subnets/clients"
    zone = f"{CLIENTS.replace('/analytics/', '/dns/')}/privateDnsZones/privatelink.westus.kusto.windows.net"
    stack.configure(
        clusters={"myadx": {"id": CLUSTER, "tags": {"owner": "us"}}},
        consumers={"team": {"subnet_id": subnet, "roles": ["engine"], "dns": {"zone_ids": [zone], "ttl": 60}}},
    )
    output = adopt(stack)
    assert [file.name for file in stack.directory.glob("**/Pulumi.test.yaml")] == ["Pulumi.test.yaml"]
    assert "adopt.json is no longer needed: delete it" in " ".join(output.split())
    assert "keep: [tags]" not in output
    assert "clusters.myadx.tags" in output
    assert "consumers.team.dns" in output
    preview = harness.expect_success(stack.preview())
    for operation in preview.operations:
        assert operation in output
    assert "update PrivateLinkService myadx.engine" in preview.operations


def test_a_stack_that_lost_its_state_adopts_its_own_objects(new_stack: StackMaker) -> None:
    """The settings and the objects exist: the stack itself deployed them, approvals and zone groups included."""
    stack = new_stack()
    dns = {"resource_group": "analytics", "storage_zones": "made", "lock": True}
    consumer = {"subnet_id": f"{NETWORK}/subnets/clients", "dns": dns}
    clusters = {"myadx": {"id": CLUSTER}, "newadx": {"id": NATIVE}}
    settings: dict[str, Any] = {"clusters": clusters, "consumers": {"analytics": consumer}}
    stack.configure(**settings)
    harness.expect_success(stack.up())
    before = stack.world()
    stack.pulumi("stack", "rm", "--force", "--yes", "--preserve-config")
    stack.pulumi("stack", "init", stack.name)
    stack.configure(**{**settings, "consumers": {"analytics": {**consumer, "approval": "approve"}}})
    adopt(stack)
    assert_nothing_is_left_to_do(stack)
    assert stack.world() == before
    harness.expect_success(stack.destroy())
    endpoint = ResourceId.parse(f"{CLIENTS}/privateEndpoints/pe-myadx-engine-analytics")
    assert endpoint.text not in {resource["id"] for resource in stack.world()}
