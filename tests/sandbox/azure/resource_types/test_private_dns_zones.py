"""Private DNS zones: names, limits, and what a zone counts."""

from __future__ import annotations

import base64

import pytest

from azure_sandbox.azure.resource_types import private_dns_zones

from ...rule_marks import holds
from ...small_world import (
    CONSUMER,
    LINK,
    OWNER,
    OWNER_NETWORK,
    RECORD,
    ZONE,
    SandboxCloud,
    a_record,
    link,
    network,
    zone,
)

pytestmark = pytest.mark.usefixtures("private_zone")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("local", marks=holds(private_dns_zones.NOT_ENOUGH_LABELS)),
        pytest.param(".".join(["a"] * 35), marks=holds(private_dns_zones.ZONE_NAME)),
        pytest.param("a b.example", marks=holds(private_dns_zones.ZONE_NAME)),
        pytest.param(f"{'a' * 64}.example", marks=holds(private_dns_zones.ZONE_NAME)),
        pytest.param("example.", marks=holds(private_dns_zones.ZONE_NAME)),
        pytest.param("Windows.net", marks=holds(private_dns_zones.RESERVED_ZONE)),
        pytest.param("azure-api.net", marks=holds(private_dns_zones.RESERVED_ZONE)),
    ],
)
def test_an_invalid_name_is_rejected(cloud: SandboxCloud, name: str) -> None:
    with cloud.rejects("BadRequest"):
        cloud.put(network(CONSUMER, "privateDnsZones", name), zone())


@pytest.mark.parametrize("name", [".".join(["a"] * 34), "windows.net.example", "core.example.windows.net", "_tcp.a-b"])
def test_a_valid_name_is_accepted(cloud: SandboxCloud, name: str) -> None:
    assert cloud.put(network(CONSUMER, "privateDnsZones", name), zone())["name"] == name


@holds(private_dns_zones.TOO_MANY_ZONES)
def test_the_zones_of_a_subscription_are_limited(cloud: SandboxCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_dns_zones, "MAX_ZONES", 1)
    with cloud.rejects("BadRequest"):
        cloud.put(network(CONSUMER, "privateDnsZones", "second.example"), zone())
    cloud.put(ZONE, zone(tags={"the": "first"}))
    cloud.put(network(OWNER, "privateDnsZones", "elsewhere.example"), zone())


@holds(private_dns_zones.INTERNAL_ID)
def test_a_zone_has_an_internal_id(cloud: SandboxCloud) -> None:
    first = cloud.get(ZONE)["properties"]["internalId"]
    assert base64.b64decode(first).startswith(b"ImmutableZoneIdentity;")
    assert cloud.put(ZONE, zone(tags={"a": "b"}))["properties"]["internalId"] == first
    cloud.delete(ZONE)
    assert cloud.put(ZONE, zone())["properties"]["internalId"] != first


@holds(private_dns_zones.NESTED_RESOURCES)
def test_a_zone_with_links_cannot_be_deleted(cloud: SandboxCloud) -> None:
    cloud.put(LINK, link())
    cloud.put(RECORD, a_record("10.3.0.4"))
    with cloud.rejects("CannotDeleteResource", 409):
        cloud.delete(ZONE)
    cloud.delete(LINK)
    cloud.delete(ZONE)
    assert not [id for id in cloud.ids() if id.startswith(ZONE)]


@holds(private_dns_zones.ZONE_SHAPE)
def test_a_zone_counts_its_record_sets_and_links(cloud: SandboxCloud) -> None:
    cloud.put(LINK, link(registrationEnabled=True))
    cloud.put(f"{ZONE}/virtualNetworkLinks/second", link(OWNER_NETWORK))
    cloud.put(RECORD, a_record("10.3.0.4"))
    counts = cloud.get(ZONE)["properties"]
    assert counts["numberOfRecordSets"] == 2
    assert counts["numberOfVirtualNetworkLinks"] == 2
    assert counts["numberOfVirtualNetworkLinksWithRegistration"] == 1
