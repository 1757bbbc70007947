"""Managed private endpoints of one cluster, in programs that create them at once and one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Sandbox

from ..commands import ADX

PROGRAM = """
import pulumi
from pulumi_azure_native import Provider, kusto, storage

provider = Provider("adx", subscription_id="11111111-1111-1111-1111-111111111111")
common = {"cluster_name": "newadx", "resource_group_name": "adx", "group_id": "blob"}
data = storage.StorageAccount(
    "data",
    account_name="data",
    resource_group_name="adx",
    location="westus",
    kind="StorageV2",
    sku={"name": "Standard_LRS"},
    opts=pulumi.ResourceOptions(provider=provider),
)
before = []
for name in ("first", "second", "third"):
    endpoint = kusto.ManagedPrivateEndpoint(
        name,
        managed_private_endpoint_name=name,
        private_link_resource_id=data.id,
        request_message=f"newadx {name}",
        opts=pulumi.ResourceOptions(provider=provider, depends_on=before),
        **common,
    )
    if pulumi.Config().get_bool("chained"):
        before = [endpoint]
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    directory = tmp_path / "program"
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("{name: outbound, runtime: python}")
    (directory / "__main__.py").write_text(PROGRAM)
    return directory


def count_connections(sandbox: Sandbox) -> int:
    account = sandbox.azure.get(ResourceId.parse(f"{ADX}/providers/Microsoft.Storage/storageAccounts/data"))
    return len(account["properties"]["privateEndpointConnections"])


def test_created_at_once_they_fail(azure_sandbox: Sandbox, program: Path) -> None:
    """A second `pulumi up` repairs what failed: the engine keeps the endpoint, and updates it."""
    stack = azure_sandbox.stack(program)
    first = stack.up()
    assert not first.succeeded
    assert "ServiceIsInMaintenance" in first.output
    assert "Cluster 'newadx' is in process of maintenance for a short period." in first.output
    for _ in range(2):
        stack.up("--parallel", "1")
    assert count_connections(azure_sandbox) == 3
    assert stack.preview("--expect-no-changes").succeeded


def test_created_one_after_the_other_they_succeed(azure_sandbox: Sandbox, program: Path) -> None:
    stack = azure_sandbox.stack(program)
    stack.configure(chained=True)
    update = stack.up()
    assert update.succeeded, update.output
    assert count_connections(azure_sandbox) == 3
    assert stack.refresh().succeeded
    assert stack.preview("--expect-no-changes").succeeded
    assert stack.destroy().succeeded
    assert "data" not in {resource["name"] for resource in azure_sandbox.azure.list()}
