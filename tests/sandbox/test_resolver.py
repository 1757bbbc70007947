"""DNS as a client in a network sees it, in the default world."""

from __future__ import annotations

from pathlib import Path

import pytest

from azure_sandbox import world_files
from azure_sandbox.azure import Azure, StoreFile
from azure_sandbox.public_dns import public_address
from azure_sandbox.resolver import resolve

from .azure.resource_types.cluster_bodies import (
    ZONE_GROUP,
    create_native_cluster,
    create_zones,
    members_of,
    to_cluster,
    zone_group,
)
from .azure.resource_types.cluster_bodies import ZONES as ZONES_OF_A_CLUSTER
from .small_world import CONSUMER_NETWORK, ENDPOINT, SandboxCloud, a_record, link, zone

CLIENTS = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics"
OTHERS = "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/others"
OURS = f"{CLIENTS}/providers/Microsoft.Network/virtualNetworks/analytics-vnet"
THEIRS = f"{OTHERS}/providers/Microsoft.Network/virtualNetworks/others-vnet"
ZONES = f"{CLIENTS}/providers/Microsoft.Network/privateDnsZones"
ZONE = f"{ZONES}/privatelink.westus.kusto.windows.net"
HOST = "myadx.westus.kusto.windows.net"
PRIVATE = "myadx.privatelink.westus.kusto.windows.net"
PUBLIC = [("CNAME", PRIVATE), ("A", "40.122.110.154")]


@pytest.fixture
def default_world(tmp_path: Path) -> SandboxCloud:
    azure = Azure(StoreFile(tmp_path / "azure.db"))
    azure.start_from(world_files.load_world(None))
    return SandboxCloud(azure)


def answers_in(cloud: SandboxCloud, network: str, host: str = HOST) -> list[tuple[str, str]]:
    return [(answer.type, answer.value) for answer in resolve(cloud.azure, network, host)]


@pytest.mark.parametrize(
    ("host", "answers"),
    [
        (HOST, PUBLIC),
        (HOST.upper() + ".", PUBLIC),
        (f"ingest-{HOST}", [("CNAME", f"ingest-{PRIVATE}"), ("A", "40.122.110.155")]),
        ("nobody.westus.kusto.windows.net", []),
    ],
)
def test_public_answers(default_world: SandboxCloud, host: str, answers: list[tuple[str, str]]) -> None:
    assert answers_in(default_world, OURS, host) == answers


def test_a_private_zone_answers_in_linked_networks_only(default_world: SandboxCloud) -> None:
    default_world.put(ZONE, zone())
    default_world.put(f"{ZONE}/A/myadx", a_record("10.3.0.4"))
    assert answers_in(default_world, OURS) == PUBLIC
    default_world.put(f"{ZONE}/virtualNetworkLinks/l", link(OURS.upper()))
    assert answers_in(default_world, OURS) == [("CNAME", PRIVATE), ("A", "10.3.0.4")]
    assert answers_in(default_world, THEIRS) == PUBLIC


@pytest.mark.parametrize(("policy", "answers"), [("Default", []), ("NxDomainRedirect", PUBLIC)])
def test_a_linked_zone_without_the_record(
    default_world: SandboxCloud, policy: str, answers: list[tuple[str, str]]
) -> None:
    """The effect of one cluster's zone on every other cluster of the region."""
    default_world.put(ZONE, zone())
    default_world.put(f"{ZONE}/virtualNetworkLinks/l", link(OURS, resolutionPolicy=policy))
    assert answers_in(default_world, OURS) == answers


def test_several_addresses(default_world: SandboxCloud) -> None:
    default_world.put(ZONE, zone())
    default_world.put(f"{ZONE}/A/myadx", a_record("10.3.0.4", "10.3.0.5"))
    default_world.put(f"{ZONE}/virtualNetworkLinks/l", link(OURS))
    assert answers_in(default_world, OURS)[1:] == [("A", "10.3.0.4"), ("A", "10.3.0.5")]


def test_the_most_specific_zone_answers(default_world: SandboxCloud) -> None:
    """Whatever the length of its resource group's name."""
    group = f"{CLIENTS}-with-a-very-long-name-indeed-longer-than-all-the-labels"
    wide = f"{group}/providers/Microsoft.Network/privateDnsZones/kusto.windows.net"
    default_world.put(group, {"location": "westus"})
    for zone_id, address in ((ZONE, "10.3.0.4"), (wide, "10.3.0.9")):
        default_world.put(zone_id, zone())
        default_world.put(f"{zone_id}/virtualNetworkLinks/l", link(OURS))
        default_world.put(f"{zone_id}/A/{PRIVATE.removesuffix('.' + zone_id.rsplit('/', 1)[1])}", a_record(address))
    default_world.put(f"{wide}/A/other", a_record("10.3.0.10"))
    assert answers_in(default_world, OURS, PRIVATE) == [("A", "10.3.0.4")]
    assert answers_in(default_world, OURS, "other.kusto.windows.net") == [("A", "10.3.0.10")]


def test_a_cluster_without_its_public_address(default_world: SandboxCloud) -> None:
    """A deleted public address ends the chain without an answer."""
    adx = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"
    default_world.delete(f"{adx}/providers/Microsoft.Network/loadBalancers/kucompute-myadx-elb")
    default_world.delete(f"{adx}/providers/Microsoft.Network/publicIPAddresses/myadx-engine")
    assert answers_in(default_world, OURS) == []
    assert answers_in(default_world, OURS, f"ingest-{HOST}") != []


@pytest.mark.parametrize(
    ("records", "answers"),
    [
        ({"A/*": "10.3.0.9"}, [("CNAME", PRIVATE), ("A", "10.3.0.9")]),
        ({"A/*": "10.3.0.9", "A/myadx": "10.3.0.4"}, [("CNAME", PRIVATE), ("A", "10.3.0.4")]),
        (
            {"CNAME/myadx": "other.privatelink.westus.kusto.windows.net", "A/other": "10.3.0.8"},
            [("CNAME", PRIVATE), ("CNAME", "other.privatelink.westus.kusto.windows.net"), ("A", "10.3.0.8")],
        ),
        ({"CNAME/myadx": PRIVATE}, []),
        ({"TXT/myadx": "x"}, []),
        ({"A/host.myadx": "10.3.0.4"}, []),
        ({"A/*": "10.3.0.9", "TXT/myadx": "x"}, []),
        ({"A/*.myadx": "10.3.0.9"}, []),
    ],
    ids=[
        "a wildcard",
        "a record before a wildcard",
        "an alias in the zone",
        "a circle of aliases",
        "a name without an address",
        "a name with names below it only",
        "no wildcard for an existing name",
        "a wildcard for the names below",
    ],
)
def test_the_records_of_a_zone(
    default_world: SandboxCloud, records: dict[str, str], answers: list[tuple[str, str]]
) -> None:
    """A name without an address gets no public answer."""
    bodies = {"A": "aRecords", "CNAME": "cnameRecord", "TXT": "txtRecords"}
    default_world.put(ZONE, zone())
    default_world.put(f"{ZONE}/virtualNetworkLinks/l", link(OURS, resolutionPolicy="NxDomainRedirect"))
    for name, value in records.items():
        kind = name.split("/")[0]
        content = {"A": [{"ipv4Address": value}], "CNAME": {"cname": value}, "TXT": [{"value": [value]}]}[kind]
        default_world.put(f"{ZONE}/{name}", {"properties": {"ttl": 60, bodies[kind]: content}})
    assert answers_in(default_world, OURS) == answers


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("a", [("A", "10.3.0.9")]),
        ("b.a", [("A", "10.3.0.9")]),
        ("west", []),
        ("host.west", [("A", "10.3.0.4")]),
        ("other.west", []),
        ("", [("A", "10.3.0.8")]),
    ],
)
def test_a_wildcard_does_not_match_below_existing_names(
    default_world: SandboxCloud, name: str, answers: list[tuple[str, str]]
) -> None:
    """RFC 4592."""
    default_world.put(ZONE, zone())
    default_world.put(f"{ZONE}/virtualNetworkLinks/l", link(OURS))
    for record, address in (("*", "10.3.0.9"), ("host.west", "10.3.0.4"), ("@", "10.3.0.8")):
        default_world.put(f"{ZONE}/A/{record}", a_record(address))
    assert answers_in(default_world, OURS, f"{name}.{ZONE.rsplit('/', 1)[1]}".lstrip(".")) == answers


@pytest.mark.parametrize(
    ("zones", "private_members"),
    [(ZONES_OF_A_CLUSTER, 8), (ZONES_OF_A_CLUSTER[:1], 2)],
    ids=["all four zones", "the cluster's own zone only"],
)
def test_names_of_a_native_cluster_behind_an_endpoint(
    cloud: SandboxCloud, zones: list[str], private_members: int
) -> None:
    """
    With its own zone alone, a cluster's storage accounts keep their public names.

    Queued ingestion then leaves the network, or fails behind a firewall (Azure/azure-kusto-spark#390).
    """
    create_native_cluster(cloud)
    create_zones(cloud)
    cloud.put(ENDPOINT, to_cluster(manual=False))
    cloud.put(ZONE_GROUP, zone_group(*zones))
    for zone_id in zones:
        cloud.put(f"{zone_id}/virtualNetworkLinks/link", link(CONSUMER_NETWORK))
    hosts = dict(members_of(cloud).values())
    answers = {host: answers_in(cloud, CONSUMER_NETWORK, host)[1:] for host in hosts}
    private = [host for host, address in hosts.items() if answers[host] == [("A", address)]]
    assert len(private) == private_members
    assert all(answers[host] == [("A", public_address(host))] for host in hosts if host not in private)
