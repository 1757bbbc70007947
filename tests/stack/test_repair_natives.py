"""After a crash `adx-private-link repair` restores the state of a native cluster's endpoint, approval and names."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Stack

from . import harness
from .conftest import StackMaker
from .natives import GROUP, HOST, NETWORK, ZONE_GROUP, native_stack
from .test_repair import crash, forget, repair

NAME = "new.analytics.cluster"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deployed stack of a native cluster."""
    stack = harness.Stack(tmp_path_factory.mktemp("originals") / "native", None)
    stack.configure(**native_stack())
    assert stack.up().succeeded
    return stack.directory


@pytest.fixture
def deployed(original: Path, tmp_path: Path) -> Stack:
    return harness.Stack.open(shutil.copytree(original, tmp_path / "deployed"))


@pytest.mark.parametrize(
    ("on", "resource"),
    [
        ("PUT */privateEndpoints/pe-new-cluster-analytics", f"PrivateEndpoint {NAME}"),
        ("PUT */deployments/approve-new.*", f"Deployment {NAME}.approval"),
        ("PUT */privateDnsZoneGroups/default", f"PrivateDnsZoneGroup {NAME}.zone-group"),
    ],
)
def test_a_repair_imports_what_a_killed_engine_created(new_stack: StackMaker, on: str, resource: str) -> None:
    """Azure has the object; the state says only that the engine had begun to create it."""
    stack = new_stack()
    stack.configure(**native_stack())
    crash(stack, "kills-engine", on)
    code, output = repair(stack, "--yes")
    assert code == 0, output
    assert f"creating {resource}" in output
    assert [line.split()[-2:] for line in output.splitlines() if "not in the state" in line] == [
        [resource.rpartition(" ")[2], "imported"]
    ]
    update = stack.up()
    assert update.succeeded, update.output
    assert not [operation for operation in update.operations if operation.endswith(resource)]
    assert stack.preview("--expect-no-changes").succeeded
    assert stack.resolve(NETWORK, HOST)[-1].startswith("10.3.0.")


def test_the_zone_group_of_a_killed_provider_is_not_taken_for_that_of_a_policy(new_stack: StackMaker) -> None:
    """The engine survives and believes that the creation failed, so the state contains no pending operation."""
    stack = new_stack()
    stack.configure(**native_stack())
    crash(stack, "kills-sandbox", "PUT */privateDnsZoneGroups/default")
    output = stack.up().output
    assert "after an interrupted update, run `adx-private-link repair`" in output
    assert "has one already" not in output
    code, output = repair(stack, "--yes")
    assert code == 0, output
    update = stack.up()
    assert update.succeeded, update.output
    assert stack.preview("--expect-no-changes").succeeded


def test_a_repair_completes_a_state_that_is_many_steps_behind(deployed: Stack) -> None:
    """An old copy of the state was restored: the zone group depends on the approval, and that on the endpoint."""
    before, urns = deployed.world(), sorted(resource["urn"] for resource in deployed.state())
    lost = ("PrivateEndpoint", "Deployment", "PrivateDnsZoneGroup", "VirtualNetworkLink")
    forget(deployed, lambda resource: resource["type"].endswith(lost))
    code, output = repair(deployed, "--yes")
    assert code == 0, output
    assert output.count("imported") == 3 + 4
    assert sorted(resource["urn"] for resource in deployed.state()) == urns
    assert deployed.up("--expect-no-changes").succeeded
    assert deployed.world() == before


def test_a_repair_removes_a_deleted_zone_group_from_the_state(deployed: Stack) -> None:
    """Somebody deleted it in the portal, and with it all names of the cluster."""
    deployed.home.azure.delete(ResourceId.parse(ZONE_GROUP))
    code, output = repair(deployed, "--yes")
    assert code == 0, output
    assert ZONE_GROUP in output
    assert "deleted in Azure" in output
    update = deployed.up()
    assert update.succeeded, update.output
    assert f"create PrivateDnsZoneGroup {NAME}.zone-group" in update.operations
    assert deployed.resolve(NETWORK, HOST)[-1].startswith("10.3.0.")


def test_a_repair_leaves_the_zone_group_of_a_policy_alone(deployed: Stack) -> None:
    """The group was deleted, and a policy has created one that knows one zone only."""
    group = ResourceId.parse(ZONE_GROUP)
    deployed.home.azure.delete(group)
    zone = f"{GROUP}/providers/Microsoft.Network/privateDnsZones/privatelink.westus.kusto.windows.net"
    config = {"name": "deployed-by-policy", "properties": {"privateDnsZoneId": zone}}
    deployed.home.azure.put(group, {"properties": {"privateDnsZoneConfigs": [config]}})
    forget(deployed, lambda resource: resource["type"].endswith("PrivateDnsZoneGroup"))
    world = deployed.world()
    code, output = repair(deployed, "--yes")
    assert code == 0, output
    assert "not as planned" in output
    assert ZONE_GROUP in output
    assert "differs in privateDnsZoneConfigs" in output
    assert deployed.world() == world
