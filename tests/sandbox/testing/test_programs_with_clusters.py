"""A program on the real engine that has a cluster of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from azure_sandbox import portal_changes
from azure_sandbox.azure import ResourceId
from azure_sandbox.azure.resource_types import clusters
from azure_sandbox.testing import Sandbox, Stack

from ..rule_marks import holds

GROUP = "/subscriptions/s/resourceGroups/data"
CLUSTER = f"{GROUP}/providers/Microsoft.Kusto/clusters/native"

PROGRAM = """
import pulumi
from pulumi_azure_native import Provider, kusto

config = pulumi.Config()
cluster = kusto.Cluster(
    "native",
    cluster_name="native",
    resource_group_name="data",
    location=config.get("location") or "westus",
    sku={"name": "Standard_E2a_v4", "tier": "Standard", "capacity": 2},
    identity={"type": "SystemAssigned"},
    enable_purge=config.get_bool("purge"),
    public_network_access=config.get("access"),
    callout_policies=[{"callout_type": "sql", "callout_uri_regex": "*", "outbound_access": "Deny"}],
    opts=pulumi.ResourceOptions(provider=Provider("p", subscription_id="s")),
)
for name in ("uri", "data_ingestion_uri", "location", "state", "public_network_access"):
    pulumi.export(name, getattr(cluster, name))
"""


@pytest.fixture
def stack(azure_sandbox: Sandbox, tmp_path: Path) -> Stack:
    """The stack of the program, deployed."""
    directory = tmp_path / "program"
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("{name: native, runtime: python}")
    (directory / "__main__.py").write_text(PROGRAM)
    world = tmp_path / "world.yaml"
    world.write_text(f"resources: [{{id: {GROUP}, location: westus}}]")
    azure_sandbox.start_from(world)
    stack = azure_sandbox.stack(directory)
    stack.configure(access="Disabled")
    update = stack.up()
    assert update.succeeded, update.output
    return stack


@holds(clusters.DISPLAYED_LOCATION)
def test_a_display_name_plans_nothing(stack: Stack) -> None:
    """The state has `West US`, the program `westus`: a refresh must not plan a replacement of the cluster."""
    assert stack.outputs() == {
        "uri": "https://native.westus.kusto.windows.net",
        "data_ingestion_uri": "https://ingest-native.westus.kusto.windows.net",
        "location": "West US",
        "state": "Running",
        "public_network_access": "Disabled",
    }
    for operation in (stack.preview, stack.refresh, stack.preview, stack.up):
        result = operation()
        assert result.succeeded, result.output
        assert result.operations == []


@holds(clusters.FULL_REPLACEMENT)
def test_an_update_resets_what_the_program_does_not_say(stack: Stack, azure_sandbox: Sandbox) -> None:
    """A change that an operator made by PATCH is lost with the next update of the program."""
    azure = azure_sandbox.azure
    stack.configure(access="Enabled")
    assert stack.up().succeeded
    azure.patch(ResourceId.parse(CLUSTER), {"properties": {"publicNetworkAccess": "Disabled"}})
    assert stack.preview().operations == []
    stack.configure(purge=True)
    update = stack.up()
    assert update.operations == ["update Cluster native"]
    properties = azure.get(ResourceId.parse(CLUSTER))["properties"]
    assert (properties["enablePurge"], properties["publicNetworkAccess"]) == (True, "Enabled")


def test_another_location_replaces_a_cluster(stack: Stack, azure_sandbox: Sandbox) -> None:
    stack.configure(location="eastus")
    assert "create-replacement Cluster native" in stack.preview().operations
    assert stack.up().succeeded
    assert azure_sandbox.azure.get(ResourceId.parse(CLUSTER))["location"] == "East US"


def test_a_stopped_cluster_is_refreshed_and_not_updated(stack: Stack, azure_sandbox: Sandbox) -> None:
    """Auto-stop stopped it over the week-end."""
    portal_changes.stop_cluster(azure_sandbox.azure, ResourceId.parse(CLUSTER))
    assert stack.refresh().succeeded
    assert stack.preview().operations == []
    stack.configure(purge=True)
    update = stack.up()
    assert not update.succeeded
    assert "Cannot update resource while resource is in state 'Stopped'." in update.output


def test_a_program_deletes_its_cluster(stack: Stack, azure_sandbox: Sandbox) -> None:
    assert stack.destroy().succeeded
    assert [resource["id"] for resource in azure_sandbox.azure.list()] == [GROUP]
