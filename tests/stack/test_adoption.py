"""`adx-private-link adopt`: what people have clicked together is taken over as it is."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Stack

from . import harness
from .adopting import CLIENTS, CLUSTER, NETWORK, WORLD, adopt, is_done
from .conftest import StackMaker


@pytest.fixture
def stack(new_stack: StackMaker) -> Stack:
    return new_stack(WORLD)


def test_what_the_settings_say_otherwise_shows_in_the_next_preview(stack: Stack) -> None:
    """The adoption hides no difference: whoever says another message gets the endpoint replaced, and is told before."""
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
    told = adopt(stack)
    assert [each.name for each in stack.directory.glob("**/Pulumi.test.yaml")] == ["Pulumi.test.yaml"]
    assert "adopt.json is no longer needed: delete it" in " ".join(told.split())
    assert "keep: [tags]" not in told
    assert "clusters.myadx.tags" in told
    assert "consumers.team.dns" in told
    preview = harness.succeeded(stack.preview())
    for each in preview.operations:
        assert each in told
    assert "update PrivateLinkService myadx.engine" in preview.operations


def test_a_stack_whose_state_was_lost_is_found_again(new_stack: StackMaker) -> None:
    """The settings are there, the objects are there: deployed by the stack itself, approvals included."""
    stack = new_stack()
    consumer = {"subnet_id": f"{NETWORK}/subnets/clients", "dns": {"resource_group": "analytics", "lock": True}}
    settings: dict[str, Any] = {"clusters": {"myadx": {"id": CLUSTER}}, "consumers": {"analytics": consumer}}
    stack.configure(**settings)
    harness.succeeded(stack.up())
    before = stack.world()
    stack.pulumi("stack", "rm", "--force", "--yes", "--preserve-config")
    stack.pulumi("stack", "init", stack.name)
    stack.configure(**{**settings, "consumers": {"analytics": {**consumer, "approval": "approve"}}})
    adopt(stack)
    is_done(stack)
    assert stack.world() == before
    harness.succeeded(stack.destroy())
    gone = ResourceId.parse(f"{CLIENTS}/privateEndpoints/pe-myadx-engine-analytics")
    assert gone.text not in {each["id"] for each in stack.world()}
