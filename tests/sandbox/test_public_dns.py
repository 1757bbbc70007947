"""Public DNS: the names of injected, native and migrated clusters, and of storage accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from azure_sandbox import portal_changes, public_dns, world_files
from azure_sandbox.azure import Azure, Json, ResourceId, StoreFile
from azure_sandbox.resolver import resolve

from .rule_marks import holds
from .small_world import CLIENTS, CONSUMER_NETWORK, ENDPOINT, OWNER, SKU, SandboxCloud

NATIVE = f"{OWNER}/providers/Microsoft.Kusto/Clusters/native1"
NATIVE_HOST = "native1.westus.kusto.windows.net"
ACCOUNT = f"{OWNER}/providers/Microsoft.Storage/storageAccounts/data"
MYADX = (
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/myadx"
)
MYADX_HOST = "myadx.westus.kusto.windows.net"


def answers_to(cloud: SandboxCloud, host: str) -> list[tuple[str, str]]:
    return [(answer.type, answer.value) for answer in resolve(cloud.azure, CONSUMER_NETWORK, host)]


def native(**properties: str) -> Json:
    return {"location": "westus", "sku": SKU, "properties": properties}


@pytest.fixture
def default_world(tmp_path: Path) -> SandboxCloud:
    azure = Azure(StoreFile(tmp_path / "default.db"))
    azure.start_from(world_files.load_world(None))
    return SandboxCloud(azure)


def is_microsofts(address: str) -> bool:
    return address.startswith("20.")


@holds(public_dns.CLUSTER_NAMES)
@pytest.mark.parametrize("label", ["native1", "ingest-native1"])
def test_a_native_cluster_has_microsofts_addresses(cloud: SandboxCloud, label: str) -> None:
    """The alias exists before any endpoint: an empty zone that a network is linked to hides the cluster from it."""
    cloud.put(NATIVE, native())
    alias, address = answers_to(cloud, f"{label}.westus.kusto.windows.net")
    assert alias == ("CNAME", f"{label}.privatelink.westus.kusto.windows.net")
    assert address[0] == "A"
    assert is_microsofts(address[1])


def test_public_addresses_differ_and_stay() -> None:
    """A test can tell engine, ingestion and clusters apart, and can write down what it expects."""
    hosts = [f"{label}.westus.kusto.windows.net" for label in ("native1", "ingest-native1", "native2")]
    assert len({public_dns.public_address(host) for host in hosts}) == 3
    assert public_dns.public_address(NATIVE_HOST) == "20.156.254.170"


@holds(public_dns.MEMBERS_STORAGE)
def test_the_storage_accounts_of_a_cluster_have_public_names(cloud: SandboxCloud) -> None:
    """Queued ingestion needs the names of all services, whether or not it goes through an endpoint."""
    cloud.put(NATIVE, native())
    members = cloud.azure.members_of(ResourceId.parse(NATIVE))
    for member in members[2:]:
        service, _, name = member.name.partition("-")
        [host] = member.fqdns
        alias, address = answers_to(cloud, host)
        assert alias == ("CNAME", f"{name}.privatelink.{service}.core.windows.net")
        assert is_microsofts(address[1])
    assert len(members) == 8


@holds(public_dns.PUBLIC_ACCESS)
def test_a_closed_cluster_still_has_public_names(cloud: SandboxCloud) -> None:
    """Closing public access is no proof that clients use the private endpoint: their names resolve as before."""
    cloud.put(NATIVE, native())
    before = answers_to(cloud, NATIVE_HOST)
    cloud.put(NATIVE, native(publicNetworkAccess="Disabled"))
    assert answers_to(cloud, NATIVE_HOST) == before != []


@holds(public_dns.MIGRATED_NAMES)
def test_a_migrated_cluster_has_microsofts_addresses(default_world: SandboxCloud) -> None:
    """Firewalls that allow the two addresses of the injected cluster block it after the migration."""
    assert answers_to(default_world, MYADX_HOST)[-1] == ("A", "40.122.110.154")
    portal_changes.leave_network(default_world.azure, ResourceId.parse(MYADX))
    alias, address = answers_to(default_world, MYADX_HOST)
    assert alias == ("CNAME", "myadx.privatelink.westus.kusto.windows.net")
    assert is_microsofts(address[1])
    assert is_microsofts(answers_to(default_world, f"ingest-{MYADX_HOST}")[-1][1])


@holds(public_dns.NAMES_OF_INJECTED_NETWORKS)
@pytest.mark.parametrize(
    ("label", "internal"),
    [("private-myadx", "10.1.0.10"), ("ingest-private-myadx", "10.1.0.11"), ("private-ingest-myadx", "10.1.0.11")],
)
def test_names_of_injected_networks_outlive_the_migration(
    default_world: SandboxCloud, label: str, internal: str
) -> None:
    """Programs inside the cluster's network use them, and go on after the migration: now over the internet."""
    host = f"{label}.westus.kusto.windows.net"
    alias = ("CNAME", f"{label}.privatelink.westus.kusto.windows.net")
    assert answers_to(default_world, host) == [alias, ("A", internal)]
    portal_changes.leave_network(default_world.azure, ResourceId.parse(MYADX))
    assert answers_to(default_world, host)[0] == alias
    assert is_microsofts(answers_to(default_world, host)[1][1])


def test_a_native_cluster_has_no_names_of_injected_networks(cloud: SandboxCloud) -> None:
    cloud.put(NATIVE, native())
    assert answers_to(cloud, f"private-{NATIVE_HOST}") == []


@holds(public_dns.STORAGE_NAMES)
@pytest.mark.parametrize(
    ("host", "private_host"),
    [
        ("data.blob.core.windows.net", "data.privatelink.blob.core.windows.net"),
        ("data-secondary.queue.core.windows.net", "data-secondary.privatelink.queue.core.windows.net"),
        ("data.z22.web.core.windows.net", "data.z22.privatelink.web.core.windows.net"),
    ],
)
def test_a_storage_account_becomes_an_alias_with_its_first_endpoint(
    cloud: SandboxCloud, host: str, private_host: str
) -> None:
    """From then on, an empty zone hides the account from every linked network."""
    cloud.put(ACCOUNT, {"location": "westus", "kind": "StorageV2", "sku": {"name": "Standard_RAGRS"}})
    [address] = answers_to(cloud, host)
    assert address == ("A", public_dns.public_address(host))
    connection = {"privateLinkServiceId": ACCOUNT, "groupIds": ["blob"]}
    manual = [{"name": "connection", "properties": connection}]
    endpoint = {"subnet": {"id": CLIENTS}, "manualPrivateLinkServiceConnections": manual}
    cloud.put(ENDPOINT, {"location": "westus", "properties": endpoint})
    assert answers_to(cloud, host) == [("CNAME", private_host), address]
    cloud.delete(ENDPOINT)
    assert answers_to(cloud, host) == [address]
