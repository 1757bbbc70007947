"""Zones, links and records as Azure private DNS takes them."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import (
    AzureError,
    OperationFailed,
    ResourceId,
    Trouble,
    private_dns,
    record_sets,
    resource_type,
)

from .holds import holds
from .places import (
    CONSUMER,
    CONSUMER_NETWORK,
    OWNER,
    OWNER_NETWORK,
    ZONE,
    ZONE_NAME,
    Cloud,
    a_record,
    link,
    network,
    zone,
)

LINK = f"{ZONE}/virtualNetworkLinks/link"
RECORD = f"{ZONE}/A/myadx"


@pytest.fixture(autouse=True)
def _a_zone(cloud: Cloud) -> None:
    cloud.put(ZONE, zone())


@holds(private_dns.GLOBAL_ONLY)
@pytest.mark.parametrize(("id", "body"), [(ZONE, {}), (LINK, link())])
def test_location_must_be_global(cloud: Cloud, id: str, body: dict[str, Any]) -> None:
    """The provider fills in the stack's region when the program says nothing."""
    cloud.delete(ZONE) if id == ZONE else None
    with cloud.refuses("LocationNotAvailableForResourceType"):
        cloud.put(id, {**body, "location": "westus"})
    cloud.put(id, {**body, "location": "Global"})
    assert cloud.get(id)["location"] == "global"


@holds(private_dns.ZONE_NAME)
@pytest.mark.parametrize("name", ["local", ".".join(["a"] * 35), "a b.example", f"{'a' * 64}.example"])
def test_zone_names_have_2_to_34_labels(cloud: Cloud, name: str) -> None:
    with cloud.refuses("BadRequest"):
        cloud.put(network(CONSUMER, "privateDnsZones", name), zone())


@holds(private_dns.OVERLAPPING)
def test_a_network_sees_one_zone_of_a_name(cloud: Cloud) -> None:
    """The trap of two stacks that each bring their own zone."""
    second = network(OWNER, "privateDnsZones", ZONE_NAME.upper())
    cloud.put(LINK, link())
    cloud.put(second, zone())
    with cloud.refuses("BadRequest"):
        cloud.put(f"{second}/virtualNetworkLinks/link", link(CONSUMER_NETWORK.upper()))
    cloud.put(f"{second}/virtualNetworkLinks/link", link(OWNER_NETWORK))
    cloud.delete(LINK)
    cloud.put(f"{second}/virtualNetworkLinks/now-free", link())


def test_a_network_is_linked_to_a_zone_once(cloud: Cloud) -> None:
    cloud.put(LINK, link())
    with cloud.refuses("BadRequest"):
        cloud.put(f"{ZONE}/virtualNetworkLinks/again", link())


def test_zones_of_other_names_may_be_linked_too(cloud: Cloud) -> None:
    parent = network(CONSUMER, "privateDnsZones", ZONE_NAME.removeprefix("privatelink."))
    cloud.put(LINK, link())
    cloud.put(parent, zone())
    cloud.put(f"{parent}/virtualNetworkLinks/link", link())


@holds(private_dns.NETWORK_CHANGED)
def test_a_link_never_changes_its_network(cloud: Cloud) -> None:
    cloud.put(LINK, link())
    with cloud.refuses("BadRequest"):
        cloud.put(LINK, link(OWNER_NETWORK))
    cloud.put(LINK, link(registrationEnabled=True))


@pytest.mark.parametrize("target", [f"{CONSUMER_NETWORK}-gone", ""])
def test_a_link_needs_its_network(cloud: Cloud, target: str) -> None:
    with cloud.refuses("InvalidResourceReference" if target else "InvalidRequestFormat"):
        cloud.put(LINK, link(target))


@holds(private_dns.NOT_A_NETWORK)
def test_a_link_is_to_a_network_only(cloud: Cloud) -> None:
    with cloud.refuses("BadRequest"):
        cloud.put(LINK, link(f"{CONSUMER_NETWORK}/subnets/clients"))


@holds(private_dns.POLICY_NOT_ALLOWED)
def test_falling_back_to_public_answers_is_for_privatelink_zones(cloud: Cloud) -> None:
    plain = network(CONSUMER, "privateDnsZones", "corp.example")
    cloud.put(plain, zone())
    with cloud.refuses("BadRequest"):
        cloud.put(f"{plain}/virtualNetworkLinks/link", link(resolutionPolicy="NxDomainRedirect"))
    cloud.put(LINK, link(resolutionPolicy="NxDomainRedirect"))
    assert cloud.get(LINK)["properties"]["resolutionPolicy"] == "NxDomainRedirect"


@holds(private_dns.NESTED_RESOURCES)
def test_a_zone_is_not_deleted_before_its_links(cloud: Cloud) -> None:
    cloud.put(LINK, link())
    cloud.put(RECORD, a_record("10.3.0.4"))
    with cloud.refuses("CannotDeleteResource", 409):
        cloud.delete(ZONE)
    cloud.delete(LINK)
    cloud.delete(ZONE)
    assert not [each for each in cloud.ids() if each.startswith(ZONE)]


def test_a_record_needs_its_zone(cloud: Cloud) -> None:
    cloud.delete(ZONE)
    with cloud.refuses("ParentResourceNotFound", 404):
        cloud.put(RECORD, a_record("10.3.0.4"))


@holds(record_sets.BAD_ADDRESS)
@pytest.mark.parametrize("address", ["10.3.0", "10.3.0.256", "::1", ""])
def test_a_record_holds_ipv4_addresses(cloud: Cloud, address: str) -> None:
    with cloud.refuses("BadRequest"):
        cloud.put(RECORD, a_record(address))


@holds(record_sets.NOT_FOUND)
def test_a_missing_record_is_told_in_dns_own_words(cloud: Cloud) -> None:
    with cloud.refuses("NotFound", 404):
        cloud.get(RECORD)


@holds(record_sets.SHAPE)
def test_a_record_is_replaced_as_a_whole(cloud: Cloud) -> None:
    cloud.put(RECORD, a_record("10.3.0.4", "10.3.0.5", metadata={"by": "hand"}))
    after = cloud.put(RECORD, a_record("10.3.0.6"))["properties"]
    assert after["aRecords"] == [{"ipv4Address": "10.3.0.6"}]
    assert "metadata" not in after


@holds(private_dns.ZONE_SHAPE)
def test_a_zone_counts_what_it_holds(cloud: Cloud) -> None:
    cloud.put(LINK, link(registrationEnabled=True))
    cloud.put(f"{ZONE}/virtualNetworkLinks/second", link(OWNER_NETWORK))
    cloud.put(RECORD, a_record("10.3.0.4"))
    counts = cloud.get(ZONE)["properties"]
    assert counts["numberOfRecordSets"] == 2
    assert counts["numberOfVirtualNetworkLinks"] == 2
    assert counts["numberOfVirtualNetworkLinksWithRegistration"] == 1


@holds(private_dns.ONE_REGISTRATION)
def test_a_network_registers_its_machines_in_one_zone(cloud: Cloud) -> None:
    other = network(CONSUMER, "privateDnsZones", "corp.example")
    cloud.put(LINK, link(registrationEnabled=True))
    cloud.put(other, zone())
    with cloud.refuses("Conflict", 409):
        cloud.put(f"{other}/virtualNetworkLinks/link", link(registrationEnabled=True))
    cloud.put(f"{other}/virtualNetworkLinks/link", link())


@pytest.mark.parametrize(
    ("limit", "properties"), [("MAX_LINKS", {}), ("MAX_REGISTRATION_LINKS", {"registrationEnabled": True})]
)
@holds(private_dns.TOO_MANY_LINKS)
def test_links_are_limited(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, limit: str, properties: dict[str, Any]
) -> None:
    monkeypatch.setattr(private_dns, limit, 1)
    cloud.put(LINK, link(**properties))
    cloud.put(LINK, link(**properties))
    with cloud.refuses("BadRequest"):
        cloud.put(f"{ZONE}/virtualNetworkLinks/second", link(OWNER_NETWORK, **properties))


@pytest.mark.parametrize(
    ("id", "body", "status"),
    [
        pytest.param(ZONE, zone(), 200, marks=holds(private_dns.ZONE_EXISTS)),
        pytest.param(LINK, link(), 200, marks=holds(private_dns.LINK_EXISTS)),
        pytest.param(RECORD, a_record("10.3.0.4"), 412, marks=holds(record_sets.EXISTS)),
        pytest.param(CONSUMER_NETWORK, None, 412, marks=holds(resource_type.PRECONDITION_FAILED)),
    ],
)
def test_what_must_not_exist_is_made_once(cloud: Cloud, id: str, body: dict[str, Any] | None, status: int) -> None:
    """`If-None-Match: *`: a zone and a link are accepted first, and fail in the status of their operation."""
    body = body or cloud.get(id)
    cloud.put(id, body)
    before = cloud.get(id)
    with pytest.raises(AzureError) as refusal:
        cloud.azure.put(ResourceId.parse(id), body, if_none_match=True)
    assert (refusal.value.status, refusal.value.code) == (status, "PreconditionFailed")
    assert isinstance(refusal.value, OperationFailed) == (status == 200)
    assert cloud.get(id) == before


@pytest.mark.parametrize(
    ("id", "body"),
    [
        pytest.param(ZONE, zone(), marks=holds(private_dns.CHANGED_MEANWHILE)),
        pytest.param(LINK, link(), marks=holds(private_dns.CHANGED_MEANWHILE)),
        pytest.param(RECORD, a_record("10.3.0.4"), marks=holds(record_sets.CHANGED_MEANWHILE)),
    ],
)
def test_what_was_changed_meanwhile_is_not_overwritten(cloud: Cloud, id: str, body: dict[str, Any]) -> None:
    """`If-Match`: every write gives a new etag, a read none."""
    first = cloud.put(id, body)["etag"]
    assert cloud.get(id)["etag"] == first
    second = cloud.azure.put(ResourceId.parse(id), body, if_match=first)["etag"]
    assert second != first
    with cloud.refuses("PreconditionFailed", 412):
        cloud.azure.put(ResourceId.parse(id), body, if_match=first)
    with cloud.refuses("PreconditionFailed", 412):
        cloud.azure.delete(ResourceId.parse(id), if_match=first)
    cloud.azure.put(ResourceId.parse(id), body, if_match="*")


RECORDS: dict[str, dict[str, Any]] = {
    "A": {"aRecords": [{"ipv4Address": "10.3.0.4"}]},
    "AAAA": {"aaaaRecords": [{"ipv6Address": "fd00::4"}]},
    "CNAME": {"cnameRecord": {"cname": "elsewhere.example"}},
    "MX": {"mxRecords": [{"preference": 10, "exchange": "mail.example"}]},
    "PTR": {"ptrRecords": [{"ptrdname": "host.example"}]},
    "SRV": {"srvRecords": [{"priority": 0, "weight": 5, "port": 443, "target": "host.example"}]},
    "TXT": {"txtRecords": [{"value": ["text"]}]},
}


@pytest.mark.parametrize("kind", RECORDS)
def test_every_kind_of_record(cloud: Cloud, kind: str) -> None:
    made = cloud.put(f"{ZONE}/{kind}/host", {"properties": {"ttl": 60, **RECORDS[kind]}})
    assert made["properties"] == {
        "fqdn": f"host.{ZONE_NAME}.",
        "ttl": 60,
        "isAutoRegistered": False,
        **RECORDS[kind],
    }
    cloud.delete(f"{ZONE}/{kind}/host")


@pytest.mark.parametrize(("first", "second"), [("A", "CNAME"), ("CNAME", "A"), ("CNAME", "TXT")])
@holds(record_sets.ALIAS_BESIDE_OTHERS)
def test_an_alias_is_alone_under_its_name(cloud: Cloud, first: str, second: str) -> None:
    cloud.put(f"{ZONE}/{first}/host", {"properties": {"ttl": 60, **RECORDS[first]}})
    with cloud.refuses("Conflict", 409):
        cloud.put(f"{ZONE}/{second}/HOST", {"properties": {"ttl": 60, **RECORDS[second]}})
    cloud.put(f"{ZONE}/{second}/other", {"properties": {"ttl": 60, **RECORDS[second]}})


@holds(record_sets.ALIAS_BESIDE_OTHERS)
def test_the_zones_own_name_is_no_alias(cloud: Cloud) -> None:
    with cloud.refuses("Conflict", 409):
        cloud.put(f"{ZONE}/CNAME/@", {"properties": {"ttl": 60, **RECORDS["CNAME"]}})
    assert cloud.put(f"{ZONE}/TXT/@", {"properties": RECORDS["TXT"]})["properties"]["fqdn"] == f"{ZONE_NAME}."


@holds(record_sets.SOA_STAYS)
def test_the_soa_record_comes_and_goes_with_its_zone(cloud: Cloud) -> None:
    assert cloud.get(f"{ZONE}/SOA/@")["properties"]["soaRecord"]["host"] == "azureprivatedns.net"
    with cloud.refuses("BadRequest"):
        cloud.delete(f"{ZONE}/SOA/@")
    with cloud.refuses("BadRequest"):
        cloud.put(f"{ZONE}/SOA/other", {"properties": {"soaRecord": {}}})
    cloud.delete(ZONE)
    assert not [each for each in cloud.ids() if each.startswith(ZONE)]


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        pytest.param("a b", {}, marks=holds(record_sets.BAD_NAME)),
        pytest.param("a..b", {}, marks=holds(record_sets.BAD_NAME)),
        pytest.param("a.*", {}, marks=holds(record_sets.BAD_NAME)),
        pytest.param("host", {"ttl": -1}, marks=holds(record_sets.BAD_TTL)),
        pytest.param("host", {"ttl": 2**31}, marks=holds(record_sets.BAD_TTL)),
        pytest.param(
            "host",
            {"aRecords": [{"ipv4Address": f"10.0.0.{number}"} for number in range(21)]},
            marks=holds(record_sets.TOO_MANY_RECORDS),
        ),
        pytest.param("host", {"aRecords": []}, id="empty is fine"),
    ],
)
def test_what_a_record_set_may_be(cloud: Cloud, name: str, properties: dict[str, Any]) -> None:
    body = {"properties": {"ttl": 60, **RECORDS["A"], **properties}}
    if properties == {"aRecords": []}:
        assert cloud.put(f"{ZONE}/A/{name}", body)["properties"]["aRecords"] == []
        return
    with cloud.refuses("BadRequest"):
        cloud.put(f"{ZONE}/A/{name}", body)


@holds(record_sets.TOO_MANY_SETS)
def test_a_zone_has_so_many_record_sets(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_sets, "MAX_RECORD_SETS", 2)
    cloud.put(RECORD, a_record("10.3.0.4"))
    with cloud.refuses("BadRequest"):
        cloud.put(f"{ZONE}/A/another", a_record("10.3.0.5"))
    cloud.put(RECORD, a_record("10.3.0.6"))


def test_a_record_set_is_done_or_refused_at_once(cloud: Cloud) -> None:
    """Nothing of it can fail afterwards: trouble that befalls operations passes it by."""
    cloud.azure.add_trouble(Trouble(kind="failed", on="*/A/*", times=None))
    client = cloud.azure.acting_as("somebody")
    client.put(ResourceId.parse(RECORD), a_record("10.3.0.4"))
    client.delete(ResourceId.parse(RECORD))
    assert RECORD not in cloud.ids()
