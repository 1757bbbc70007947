"""Zones, links and records as Azure private DNS takes them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from azure_sandbox.azure import AzureError, OperationFailed, ResourceId, Trouble, private_dns_type, resource_type
from azure_sandbox.azure.resource_types import private_dns_zones, record_sets, virtual_network_links

from .holds import holds
from .places import (
    CONSUMER,
    CONSUMER_NETWORK,
    CONSUMER_SUBSCRIPTION,
    EAST_NETWORK,
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


@holds(private_dns_type.GLOBAL_ONLY)
@pytest.mark.parametrize(("id", "body"), [(ZONE, {}), (LINK, link())])
def test_location_must_be_global(cloud: Cloud, id: str, body: dict[str, Any]) -> None:
    """The provider fills in the stack's region when the program says nothing."""
    cloud.delete(ZONE) if id == ZONE else None
    with cloud.refuses("LocationNotAvailableForResourceType"):
        cloud.put(id, {**body, "location": "westus"})
    cloud.put(id, {**body, "location": "Global"})
    assert cloud.get(id)["location"] == "global"


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
def test_what_a_zone_may_not_be_called(cloud: Cloud, name: str) -> None:
    with cloud.refuses("BadRequest"):
        cloud.put(network(CONSUMER, "privateDnsZones", name), zone())


@pytest.mark.parametrize("name", [".".join(["a"] * 34), "windows.net.example", "core.example.windows.net", "_tcp.a-b"])
def test_what_a_zone_may_be_called(cloud: Cloud, name: str) -> None:
    assert cloud.put(network(CONSUMER, "privateDnsZones", name), zone())["name"] == name


@pytest.mark.parametrize("name", ["a", "7_", "A.b-c_d", "x" * 80])
def test_what_a_link_may_be_called(cloud: Cloud, name: str) -> None:
    cloud.put(ZONE, zone())
    cloud.put(f"{ZONE}/virtualNetworkLinks/{name}", link())


@pytest.mark.parametrize("name", ["-a", "a.", "a b", "ä", "x" * 81])
@holds(virtual_network_links.LINK_NAME)
def test_what_a_link_may_not_be_called(cloud: Cloud, name: str) -> None:
    cloud.put(ZONE, zone())
    with cloud.refuses("BadRequest"):
        cloud.put(f"{ZONE}/virtualNetworkLinks/{name}", link())


@holds(private_dns_zones.TOO_MANY_ZONES)
def test_a_subscription_has_so_many_zones(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_dns_zones, "MAX_ZONES", 1)
    with cloud.refuses("BadRequest"):
        cloud.put(network(CONSUMER, "privateDnsZones", "second.example"), zone())
    cloud.put(ZONE, zone(tags={"the": "first"}))
    cloud.put(network(OWNER, "privateDnsZones", "elsewhere.example"), zone())


@holds(virtual_network_links.TOO_MANY_ZONES)
def test_a_network_is_linked_to_so_many_zones(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_network_links, "MAX_ZONES_OF_A_NETWORK", 1)
    other = network(CONSUMER, "privateDnsZones", "corp.example")
    cloud.put(other, zone())
    cloud.put(LINK, link())
    cloud.put(LINK, link(registrationEnabled=True))
    with cloud.refuses("BadRequest"):
        cloud.put(f"{other}/virtualNetworkLinks/link", link())
    cloud.put(f"{other}/virtualNetworkLinks/link", link(OWNER_NETWORK))


@holds(virtual_network_links.OVERLAPPING)
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


@holds(virtual_network_links.NETWORK_CHANGED)
def test_a_link_never_changes_its_network(cloud: Cloud) -> None:
    cloud.put(LINK, link())
    with cloud.refuses("BadRequest"):
        cloud.put(LINK, link(OWNER_NETWORK))
    cloud.put(LINK, link(registrationEnabled=True))


@holds(virtual_network_links.NO_NETWORK)
def test_a_link_needs_its_network(cloud: Cloud) -> None:
    """A typo in a network's id: the answer has no `error` around it."""
    with pytest.raises(
        AzureError, match=f"^.*Virtual network resource not found for '{CONSUMER_NETWORK}-gone'"
    ) as told:
        cloud.put(LINK, link(f"{CONSUMER_NETWORK}-gone"))
    assert (told.value.status, told.value.code, told.value.wrapped) == (400, "BadRequest", False)
    with cloud.refuses("InvalidRequestFormat"):
        cloud.put(LINK, link(""))


@holds(virtual_network_links.NO_REGISTRATION_SETTING)
def test_a_link_says_whether_machines_are_registered(cloud: Cloud) -> None:
    """A program that leaves it out fails in Azure, whatever the documentation says of a default."""
    with pytest.raises(AzureError, match="link registration setting is invalid") as told:
        cloud.put(LINK, {"location": "global", "properties": {"virtualNetwork": {"id": CONSUMER_NETWORK}}})
    assert (told.value.status, told.value.code, told.value.wrapped) == (400, "BadRequest", False)


@holds(virtual_network_links.REGISTRATION_TAKES_TIME)
def test_registration_takes_time(cloud: Cloud) -> None:
    def states(*, enabled: bool) -> list[str]:
        answers = [cloud.put(LINK, link(registrationEnabled=enabled)), cloud.get(LINK)]
        return [each["properties"]["virtualNetworkLinkState"] for each in answers]

    assert states(enabled=False) == ["Completed", "Completed"]
    assert states(enabled=True) == ["InProgress", "Completed"]
    assert states(enabled=True) == ["Completed", "Completed"]


@holds(private_dns_zones.INTERNAL_ID)
def test_a_zone_has_an_id_of_its_own(cloud: Cloud) -> None:
    first = cloud.get(ZONE)["properties"]["internalId"]
    assert base64.b64decode(first).startswith(b"ImmutableZoneIdentity;")
    assert cloud.put(ZONE, zone(tags={"a": "b"}))["properties"]["internalId"] == first
    cloud.delete(ZONE)
    assert cloud.put(ZONE, zone())["properties"]["internalId"] != first


@holds(virtual_network_links.NOT_A_NETWORK)
def test_a_link_is_to_a_network_only(cloud: Cloud) -> None:
    with cloud.refuses("BadRequest"):
        cloud.put(LINK, link(f"{CONSUMER_NETWORK}/subnets/clients"))


@holds(virtual_network_links.POLICY_NOT_ALLOWED)
@pytest.mark.parametrize("policy", ["NxDomainRedirect", "Default"])
def test_falling_back_to_public_answers_is_for_privatelink_zones(cloud: Cloud, policy: str) -> None:
    """A module that always sends a policy cannot link a company's own zone."""
    plain = network(CONSUMER, "privateDnsZones", "not-privatelink.example")
    cloud.put(plain, zone())
    with cloud.refuses("BadRequest"):
        cloud.put(f"{plain}/virtualNetworkLinks/link", link(resolutionPolicy=policy))
    assert "resolutionPolicy" not in cloud.put(f"{plain}/virtualNetworkLinks/link", link())["properties"]
    cloud.put(LINK, link(resolutionPolicy=policy))
    assert cloud.get(LINK)["properties"]["resolutionPolicy"] == policy


def test_a_regional_privatelink_zone_falls_back_too(cloud: Cloud) -> None:
    regional = network(CONSUMER, "privateDnsZones", "guid.privatelink.westus.azmk8s.io")
    cloud.put(regional, zone())
    made = cloud.put(f"{regional}/virtualNetworkLinks/link", link(resolutionPolicy="NxDomainRedirect"))
    assert made["properties"]["resolutionPolicy"] == "NxDomainRedirect"


def test_policies_that_there_are_not(cloud: Cloud) -> None:
    with cloud.refuses("InvalidRequestFormat"):
        cloud.put(LINK, link(resolutionPolicy="Fallback"))


@holds(virtual_network_links.LINK_OUTLIVES, private_dns_zones.NESTED_RESOURCES)
def test_a_link_outlives_its_network(cloud: Cloud) -> None:
    """Somebody deletes the network under a stack that shares a zone with others."""
    cloud.put(LINK, link(EAST_NETWORK))
    cloud.delete(EAST_NETWORK)
    assert cloud.get(LINK)["properties"]["virtualNetwork"]["id"] == EAST_NETWORK
    with cloud.refuses("CannotDeleteResource", 409):
        cloud.delete(ZONE)
    cloud.delete(LINK)
    cloud.delete(ZONE)


@holds(private_dns_zones.NESTED_RESOURCES)
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


@holds(private_dns_type.LOWER_CASE)
def test_ids_are_answered_in_lower_case(cloud: Cloud) -> None:
    """Most groups are called like `RG-Prod`: what Azure answers is spelt otherwise than what people write."""
    group = f"/subscriptions/{CONSUMER_SUBSCRIPTION}/resourceGroups/RG-Prod"
    answered = network(group.replace("RG-Prod", "rg-prod"), "privateDnsZones", ZONE_NAME)
    written = network(group, "privateDnsZones", ZONE_NAME.title())
    cloud.put(group, {"location": "westus"})
    cloud.put(network(group, "virtualNetworks", "VNet"), cloud.get(EAST_NETWORK))
    made = {
        answered: cloud.put(written, zone()),
        f"{answered}/virtualNetworkLinks/link": cloud.put(
            f"{written}/virtualNetworkLinks/Link", link(network(group, "virtualNetworks", "VNet"))
        ),
        f"{answered}/A/host": cloud.put(f"{written}/A/Host", a_record("10.3.0.4")),
    }
    for id, answer in made.items():
        assert (answer["id"], answer["name"]) == (id, id.rsplit("/", 1)[1])
        assert cloud.get(id.upper())["id"] == id
    assert cloud.get(f"{answered}/SOA/@")["id"] == f"{answered}/SOA/@"
    linked = made[f"{answered}/virtualNetworkLinks/link"]["properties"]["virtualNetwork"]["id"]
    assert linked == network(group, "virtualNetworks", "VNet")
    assert made[f"{answered}/A/host"]["properties"]["fqdn"] == f"host.{ZONE_NAME}."
    assert cloud.get(group)["id"] == group


@holds(record_sets.BAD_ADDRESS)
@pytest.mark.parametrize("address", ["10.3.0", "10.3.0.256", "::1", ""])
def test_a_record_holds_ipv4_addresses(cloud: Cloud, address: str) -> None:
    with cloud.refuses("BadRequest"):
        cloud.put(RECORD, a_record(address))


@holds(record_sets.NOT_FOUND)
def test_a_missing_record_is_told_in_dns_own_words(cloud: Cloud) -> None:
    with pytest.raises(AzureError, match="'myadx' does not exist in resource group 'consumer' of subscription") as told:
        cloud.get(RECORD)
    assert (told.value.status, told.value.code, told.value.wrapped) == (404, "NotFound", False)


@holds(record_sets.SHAPE)
def test_a_record_is_replaced_as_a_whole(cloud: Cloud) -> None:
    cloud.put(RECORD, a_record("10.3.0.4", "10.3.0.5", metadata={"by": "hand"}))
    after = cloud.put(RECORD, a_record("10.3.0.6"))["properties"]
    assert after["aRecords"] == [{"ipv4Address": "10.3.0.6"}]
    assert "metadata" not in after


@holds(private_dns_zones.ZONE_SHAPE)
def test_a_zone_counts_what_it_holds(cloud: Cloud) -> None:
    cloud.put(LINK, link(registrationEnabled=True))
    cloud.put(f"{ZONE}/virtualNetworkLinks/second", link(OWNER_NETWORK))
    cloud.put(RECORD, a_record("10.3.0.4"))
    counts = cloud.get(ZONE)["properties"]
    assert counts["numberOfRecordSets"] == 2
    assert counts["numberOfVirtualNetworkLinks"] == 2
    assert counts["numberOfVirtualNetworkLinksWithRegistration"] == 1


@holds(virtual_network_links.ONE_REGISTRATION)
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
@holds(virtual_network_links.TOO_MANY_LINKS)
def test_links_are_limited(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, limit: str, properties: dict[str, Any]
) -> None:
    monkeypatch.setattr(virtual_network_links, limit, 1)
    cloud.put(LINK, link(**properties))
    cloud.put(LINK, link(**properties))
    with cloud.refuses("BadRequest"):
        cloud.put(f"{ZONE}/virtualNetworkLinks/second", link(OWNER_NETWORK, **properties))


def without_etag(body: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in body.items() if name != "etag"}


@pytest.mark.parametrize(
    ("id", "body", "status"),
    [
        pytest.param(ZONE, zone(), 200, marks=holds(private_dns_zones.ZONE_EXISTS)),
        pytest.param(LINK, link(), 200, marks=holds(virtual_network_links.LINK_EXISTS)),
        pytest.param(RECORD, a_record("10.3.0.4"), 412, marks=holds(record_sets.EXISTS)),
        pytest.param(CONSUMER_NETWORK, None, 412, marks=holds(resource_type.EXISTS_ALREADY)),
    ],
)
def test_what_must_not_exist_is_made_once(cloud: Cloud, id: str, body: dict[str, Any] | None, status: int) -> None:
    """`If-None-Match: *`: a zone and a link are accepted first, and fail in the status of their operation."""
    body = body or without_etag(cloud.get(id))
    cloud.put(id, body)
    before = cloud.get(id)
    with pytest.raises(AzureError) as refusal:
        cloud.azure.put(ResourceId.parse(id), body, if_none_match=True)
    assert (refusal.value.status, refusal.value.code) == (status, "PreconditionFailed")
    assert isinstance(refusal.value, OperationFailed) == (status == 200)
    assert cloud.get(id) == before


@pytest.mark.parametrize(
    ("id", "body", "status"),
    [
        pytest.param(ZONE, zone(), 200, marks=holds(private_dns_zones.ZONE_CHANGED)),
        pytest.param(LINK, link(), 200, marks=holds(virtual_network_links.LINK_CHANGED)),
        pytest.param(RECORD, a_record("10.3.0.4"), 412, marks=holds(record_sets.CHANGED_MEANWHILE)),
        pytest.param(CONSUMER_NETWORK, None, 412, marks=holds(resource_type.ETAG_MISMATCH)),
    ],
)
def test_what_was_changed_meanwhile_is_not_overwritten(
    cloud: Cloud, id: str, body: dict[str, Any] | None, status: int
) -> None:
    """`If-Match`: every write gives a new etag, a read none. Zones and links fail in the status of their operation."""
    body = body or without_etag(cloud.get(id))
    first = cloud.put(id, body)["etag"]
    assert cloud.get(id)["etag"] == first
    second = cloud.azure.put(ResourceId.parse(id), body, if_match=first)["etag"]
    assert second != first
    with cloud.refuses("PreconditionFailed", status):
        cloud.azure.put(ResourceId.parse(id), body, if_match=first)
    with cloud.refuses("PreconditionFailed", status):
        cloud.azure.delete(ResourceId.parse(id), if_match=first)
    cloud.azure.put(ResourceId.parse(id), body, if_match="*")


@holds(resource_type.ETAG_MISMATCH)
def test_an_etag_in_the_body_counts(cloud: Cloud) -> None:
    """Whoever reads a network, changes it and puts it back does not undo what others did meanwhile."""
    read = cloud.get(CONSUMER_NETWORK)
    now = cloud.put(CONSUMER_NETWORK, {**read, "tags": {"by": "somebody else"}})["etag"]
    with pytest.raises(AzureError, match="Precondition failed") as told:
        cloud.put(CONSUMER_NETWORK, read)
    ((code, text),) = told.value.details
    assert (told.value.status, code) == (412, "PreconditionFailedEtagMismatch")
    assert text == (
        f"Etag provided in if-match header {read['etag']} does not match etag {now} of resource {CONSUMER_NETWORK} in "
        "NRP data store."
    )
    with pytest.raises(AzureError) as told:
        cloud.azure.put(ResourceId.parse(CONSUMER_NETWORK), without_etag(read), if_match="invalid")
    assert 'header W/"invalid" does' in told.value.body["error"]["details"][0]["message"]
    cloud.put(CONSUMER_NETWORK, {**read, "etag": now})
    cloud.put(ZONE, zone(etag="of private DNS, which does not look at it"))


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


@holds(record_sets.TOO_MANY_RECORDS)
def test_a_record_set_has_twenty_records(cloud: Cloud) -> None:
    addresses = [f"10.0.0.{number}" for number in range(21)]
    with cloud.refuses("Conflict", 409):
        cloud.put(RECORD, a_record(*addresses))
    cloud.put(RECORD, a_record(*addresses[1:]))


@holds(record_sets.EQUAL_RECORDS)
@pytest.mark.parametrize(
    ("kind", "property"), [("A", "ipv4Address"), ("AAAA", "ipv6Address"), ("PTR", "ptrdname"), ("TXT", "value")]
)
def test_a_record_set_has_no_record_twice(cloud: Cloud, kind: str, property: str) -> None:
    """An address that comes from two lists."""
    ((name, records),) = RECORDS[kind].items()
    text = f"The list of record sets of type '{kind}' may not contain multiple entries with the same '{property}'"
    with pytest.raises(AzureError, match=text) as told:
        cloud.put(f"{ZONE}/{kind}/host", {"properties": {"ttl": 60, name: records * 2}})
    assert (told.value.status, told.value.code, told.value.wrapped) == (400, "BadRequest", False)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("A", "CNAME", marks=holds(record_sets.CNAME_BESIDE_OTHERS)),
        pytest.param("CNAME", "A", marks=holds(record_sets.OTHERS_BESIDE_CNAME)),
        pytest.param("CNAME", "TXT", marks=holds(record_sets.OTHERS_BESIDE_CNAME)),
    ],
)
def test_an_alias_is_alone_under_its_name(cloud: Cloud, first: str, second: str) -> None:
    cloud.put(f"{ZONE}/{first}/host", {"properties": {"ttl": 60, **RECORDS[first]}})
    with cloud.refuses("Conflict", 409):
        cloud.put(f"{ZONE}/{second}/HOST", {"properties": {"ttl": 60, **RECORDS[second]}})
    cloud.put(f"{ZONE}/{second}/other", {"properties": {"ttl": 60, **RECORDS[second]}})


@holds(record_sets.CNAME_BESIDE_OTHERS)
def test_the_zones_own_name_is_no_alias(cloud: Cloud) -> None:
    with cloud.refuses("Conflict", 409):
        cloud.put(f"{ZONE}/CNAME/@", {"properties": {"ttl": 60, **RECORDS["CNAME"]}})
    made = cloud.put(f"{ZONE}/TXT/@", {"properties": {"ttl": 60, **RECORDS["TXT"]}})
    assert made["properties"]["fqdn"] == f"{ZONE_NAME}."


@holds(record_sets.SOA_STAYS, record_sets.ONE_SOA)
def test_the_soa_record_comes_and_goes_with_its_zone(cloud: Cloud) -> None:
    assert cloud.get(f"{ZONE}/SOA/@")["properties"]["soaRecord"]["host"] == "azureprivatedns.net"
    with cloud.refuses("BadRequest"):
        cloud.delete(f"{ZONE}/SOA/@")
    with cloud.refuses("BadRequest"):
        cloud.put(f"{ZONE}/SOA/other", {"properties": {"ttl": 60, "soaRecord": {}}})
    shorter = cloud.put(f"{ZONE}/SOA/@", {"properties": {"ttl": 60, "soaRecord": {"minimumTtl": 5}}})
    assert shorter["properties"]["soaRecord"] == {"minimumTtl": 5}
    cloud.delete(ZONE)
    assert not [each for each in cloud.ids() if each.startswith(ZONE)]


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        pytest.param("a b", {}, marks=holds(record_sets.BAD_NAME)),
        pytest.param("a..b", {}, marks=holds(record_sets.BAD_NAME)),
        pytest.param("a.*", {}, marks=holds(record_sets.BAD_NAME)),
        pytest.param("host", {"ttl": None}, marks=holds(record_sets.INVALID)),
        pytest.param("host", {"ttl": 0}, marks=holds(record_sets.BAD_TTL)),
        pytest.param("host", {"ttl": "60"}, marks=holds(record_sets.BAD_TTL)),
        pytest.param("host", {"ttl": 2**31}, marks=holds(record_sets.BAD_TTL)),
    ],
)
def test_what_a_record_set_may_not_be(cloud: Cloud, name: str, properties: dict[str, Any]) -> None:
    with cloud.refuses("BadRequest"):
        cloud.put(f"{ZONE}/A/{name}", {"properties": {"ttl": 60, **RECORDS["A"], **properties}})


@pytest.mark.parametrize("name", ["@", "*", "*.west", "a.b.c", "_dmarc", "a" * 63])
def test_what_a_record_set_may_be_called(cloud: Cloud, name: str) -> None:
    assert cloud.put(f"{ZONE}/A/{name}", a_record("10.3.0.4"))["name"] == name


@pytest.mark.parametrize(("kind", "shown"), [("A", {"aRecords": []}), ("MX", {"mxRecords": []}), ("CNAME", {})])
def test_a_record_set_may_be_empty(cloud: Cloud, kind: str, shown: dict[str, Any]) -> None:
    """As the Azure CLI makes them: the set first, its records afterwards."""
    made = cloud.put(f"{ZONE}/{kind}/host", {"properties": {"ttl": 3600}})
    assert made["properties"] == {"fqdn": f"host.{ZONE_NAME}.", "ttl": 3600, "isAutoRegistered": False, **shown}


@pytest.mark.parametrize(
    ("kind", "records"),
    [
        pytest.param("A", {"aRecords": [{"ipv4Address": None}]}, marks=holds(record_sets.BAD_ADDRESS)),
        pytest.param("AAAA", {"aaaaRecords": [{"ipv6Address": "10.3.0.4"}]}, marks=holds(record_sets.BAD_ADDRESS)),
        pytest.param("CNAME", {"cnameRecord": {"cname": '"a.example"'}}, marks=holds(record_sets.BAD_DOMAIN)),
        pytest.param("PTR", {"ptrRecords": [{"ptrdname": "a..b"}]}, marks=holds(record_sets.BAD_DOMAIN)),
        pytest.param("MX", {"mxRecords": [{"preference": 1, "exchange": ""}]}, marks=holds(record_sets.BAD_DOMAIN)),
        pytest.param("MX", {"mxRecords": [{"exchange": "a.example"}]}, marks=holds(record_sets.INVALID)),
        pytest.param(
            "SRV",
            {"srvRecords": [{"priority": 0, "weight": 0, "port": 65536, "target": "a.example"}]},
            marks=holds(record_sets.INVALID),
        ),
        pytest.param(
            "SRV",
            {"srvRecords": [{"priority": 0, "weight": 0, "port": 1, "target": "a b"}]},
            marks=holds(record_sets.BAD_DOMAIN),
        ),
        pytest.param("TXT", {"txtRecords": [{"value": "not a list"}]}, marks=holds(record_sets.INVALID)),
        pytest.param("TXT", {"txtRecords": [{"value": ["a" * 256]}]}, marks=holds(record_sets.TEXT_TOO_LONG)),
        pytest.param("TXT", {"txtRecords": [{"value": ["a" * 205] * 5}]}, marks=holds(record_sets.TEXT_TOO_LONG)),
    ],
)
def test_what_a_record_may_not_be(cloud: Cloud, kind: str, records: dict[str, Any]) -> None:
    with cloud.refuses("BadRequest"):
        cloud.put(f"{ZONE}/{kind}/host", {"properties": {"ttl": 60, **records}})


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
