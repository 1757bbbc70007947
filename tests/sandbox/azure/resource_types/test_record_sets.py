"""Record sets of private zones: names, records, limits, and their own error messages."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import AzureError, ResourceId, Trouble
from azure_sandbox.azure.resource_types import record_sets

from ...rule_marks import holds
from ...small_world import RECORD, ZONE, ZONE_NAME, SandboxCloud, a_record

pytestmark = pytest.mark.usefixtures("private_zone")


def test_a_record_set_needs_its_zone(cloud: SandboxCloud) -> None:
    cloud.delete(ZONE)
    with cloud.rejects("ParentResourceNotFound", 404):
        cloud.put(RECORD, a_record("10.3.0.4"))


@holds(record_sets.BAD_ADDRESS)
@pytest.mark.parametrize("address", ["10.3.0", "10.3.0.256", "::1", ""])
def test_an_a_record_has_an_ipv4_address(cloud: SandboxCloud, address: str) -> None:
    with cloud.rejects("BadRequest"):
        cloud.put(RECORD, a_record(address))


@holds(record_sets.RECORD_SET_NOT_FOUND)
def test_the_error_for_a_missing_record_set_is_private_dns_own(cloud: SandboxCloud) -> None:
    with pytest.raises(
        AzureError, match="'myadx' does not exist in resource group 'consumer' of subscription"
    ) as error:
        cloud.get(RECORD)
    assert (error.value.status, error.value.code, error.value.wrapped) == (404, "NotFound", False)


@holds(record_sets.SHAPE)
def test_a_put_replaces_all_records(cloud: SandboxCloud) -> None:
    cloud.put(RECORD, a_record("10.3.0.4", "10.3.0.5", metadata={"by": "hand"}))
    after = cloud.put(RECORD, a_record("10.3.0.6"))["properties"]
    assert after["aRecords"] == [{"ipv4Address": "10.3.0.6"}]
    assert "metadata" not in after


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
def test_every_type_of_record_set_is_stored(cloud: SandboxCloud, kind: str) -> None:
    answer = cloud.put(f"{ZONE}/{kind}/host", {"properties": {"ttl": 60, **RECORDS[kind]}})
    assert answer["properties"] == {
        "fqdn": f"host.{ZONE_NAME}.",
        "ttl": 60,
        "isAutoRegistered": False,
        **RECORDS[kind],
    }
    cloud.delete(f"{ZONE}/{kind}/host")


@holds(record_sets.TOO_MANY_RECORDS)
def test_a_record_set_has_at_most_20_records(cloud: SandboxCloud) -> None:
    addresses = [f"10.0.0.{number}" for number in range(21)]
    with cloud.rejects("Conflict", 409):
        cloud.put(RECORD, a_record(*addresses))
    cloud.put(RECORD, a_record(*addresses[1:]))


@holds(record_sets.EQUAL_RECORDS)
@pytest.mark.parametrize(
    ("kind", "property"), [("A", "ipv4Address"), ("AAAA", "ipv6Address"), ("PTR", "ptrdname"), ("TXT", "value")]
)
def test_equal_records_are_rejected(cloud: SandboxCloud, kind: str, property: str) -> None:
    """An address can come from two lists of a program."""
    ((name, records),) = RECORDS[kind].items()
    text = f"The list of record sets of type '{kind}' may not contain multiple entries with the same '{property}'"
    with pytest.raises(AzureError, match=text) as error:
        cloud.put(f"{ZONE}/{kind}/host", {"properties": {"ttl": 60, name: records * 2}})
    assert (error.value.status, error.value.code, error.value.wrapped) == (400, "BadRequest", False)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("A", "CNAME", marks=holds(record_sets.CNAME_BESIDE_OTHERS)),
        pytest.param("CNAME", "A", marks=holds(record_sets.OTHERS_BESIDE_CNAME)),
        pytest.param("CNAME", "TXT", marks=holds(record_sets.OTHERS_BESIDE_CNAME)),
    ],
)
def test_a_cname_is_the_only_record_set_of_its_name(cloud: SandboxCloud, first: str, second: str) -> None:
    cloud.put(f"{ZONE}/{first}/host", {"properties": {"ttl": 60, **RECORDS[first]}})
    with cloud.rejects("Conflict", 409):
        cloud.put(f"{ZONE}/{second}/HOST", {"properties": {"ttl": 60, **RECORDS[second]}})
    cloud.put(f"{ZONE}/{second}/other", {"properties": {"ttl": 60, **RECORDS[second]}})


@holds(record_sets.CNAME_BESIDE_OTHERS)
def test_the_zones_own_name_cannot_be_a_cname(cloud: SandboxCloud) -> None:
    with cloud.rejects("Conflict", 409):
        cloud.put(f"{ZONE}/CNAME/@", {"properties": {"ttl": 60, **RECORDS["CNAME"]}})
    answer = cloud.put(f"{ZONE}/TXT/@", {"properties": {"ttl": 60, **RECORDS["TXT"]}})
    assert answer["properties"]["fqdn"] == f"{ZONE_NAME}."


@holds(record_sets.SOA_STAYS, record_sets.ONE_SOA)
def test_the_soa_record_set_is_created_and_deleted_with_its_zone(cloud: SandboxCloud) -> None:
    assert cloud.get(f"{ZONE}/SOA/@")["properties"]["soaRecord"]["host"] == "azureprivatedns.net"
    with cloud.rejects("BadRequest"):
        cloud.delete(f"{ZONE}/SOA/@")
    with cloud.rejects("BadRequest"):
        cloud.put(f"{ZONE}/SOA/other", {"properties": {"ttl": 60, "soaRecord": {}}})
    shorter = cloud.put(f"{ZONE}/SOA/@", {"properties": {"ttl": 60, "soaRecord": {"minimumTtl": 5}}})
    assert shorter["properties"]["soaRecord"] == {"minimumTtl": 5}
    cloud.delete(ZONE)
    assert not [id for id in cloud.ids() if id.startswith(ZONE)]


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        pytest.param("a b", {}, marks=holds(record_sets.BAD_NAME)),
        pytest.param("a..b", {}, marks=holds(record_sets.BAD_NAME)),
        pytest.param("a.*", {}, marks=holds(record_sets.BAD_NAME)),
        pytest.param("host", {"ttl": None}, marks=holds(record_sets.INVALID_RECORD_SET)),
        pytest.param("host", {"ttl": 0}, marks=holds(record_sets.BAD_TTL)),
        pytest.param("host", {"ttl": "60"}, marks=holds(record_sets.BAD_TTL)),
        pytest.param("host", {"ttl": 2**31}, marks=holds(record_sets.BAD_TTL)),
    ],
)
def test_an_invalid_record_set_is_rejected(cloud: SandboxCloud, name: str, properties: dict[str, Any]) -> None:
    with cloud.rejects("BadRequest"):
        cloud.put(f"{ZONE}/A/{name}", {"properties": {"ttl": 60, **RECORDS["A"], **properties}})


@pytest.mark.parametrize("name", ["@", "*", "*.west", "a.b.c", "_dmarc", "a" * 63])
def test_a_valid_name_is_accepted(cloud: SandboxCloud, name: str) -> None:
    assert cloud.put(f"{ZONE}/A/{name}", a_record("10.3.0.4"))["name"] == name


@pytest.mark.parametrize(("kind", "shown"), [("A", {"aRecords": []}), ("MX", {"mxRecords": []}), ("CNAME", {})])
def test_a_record_set_can_be_empty(cloud: SandboxCloud, kind: str, shown: dict[str, Any]) -> None:
    """The Azure CLI creates the set first and its records afterwards."""
    answer = cloud.put(f"{ZONE}/{kind}/host", {"properties": {"ttl": 3600}})
    assert answer["properties"] == {"fqdn": f"host.{ZONE_NAME}.", "ttl": 3600, "isAutoRegistered": False, **shown}


@pytest.mark.parametrize(
    ("kind", "records"),
    [
        pytest.param("A", {"aRecords": [{"ipv4Address": None}]}, marks=holds(record_sets.BAD_ADDRESS)),
        pytest.param("AAAA", {"aaaaRecords": [{"ipv6Address": "10.3.0.4"}]}, marks=holds(record_sets.BAD_ADDRESS)),
        pytest.param("CNAME", {"cnameRecord": {"cname": '"a.example"'}}, marks=holds(record_sets.BAD_DOMAIN)),
        pytest.param("PTR", {"ptrRecords": [{"ptrdname": "a..b"}]}, marks=holds(record_sets.BAD_DOMAIN)),
        pytest.param("MX", {"mxRecords": [{"preference": 1, "exchange": ""}]}, marks=holds(record_sets.BAD_DOMAIN)),
        pytest.param("MX", {"mxRecords": [{"exchange": "a.example"}]}, marks=holds(record_sets.INVALID_RECORD_SET)),
        pytest.param(
            "SRV",
            {"srvRecords": [{"priority": 0, "weight": 0, "port": 65536, "target": "a.example"}]},
            marks=holds(record_sets.INVALID_RECORD_SET),
        ),
        pytest.param(
            "SRV",
            {"srvRecords": [{"priority": 0, "weight": 0, "port": 1, "target": "a b"}]},
            marks=holds(record_sets.BAD_DOMAIN),
        ),
        pytest.param("TXT", {"txtRecords": [{"value": "not a list"}]}, marks=holds(record_sets.INVALID_RECORD_SET)),
        pytest.param("TXT", {"txtRecords": [{"value": ["a" * 256]}]}, marks=holds(record_sets.TEXT_TOO_LONG)),
        pytest.param("TXT", {"txtRecords": [{"value": ["a" * 205] * 5}]}, marks=holds(record_sets.TEXT_TOO_LONG)),
    ],
)
def test_an_invalid_record_is_rejected(cloud: SandboxCloud, kind: str, records: dict[str, Any]) -> None:
    with cloud.rejects("BadRequest"):
        cloud.put(f"{ZONE}/{kind}/host", {"properties": {"ttl": 60, **records}})


@holds(record_sets.TOO_MANY_SETS)
def test_the_record_sets_of_a_zone_are_limited(cloud: SandboxCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_sets, "MAX_RECORD_SETS", 2)
    cloud.put(RECORD, a_record("10.3.0.4"))
    with cloud.rejects("BadRequest"):
        cloud.put(f"{ZONE}/A/another", a_record("10.3.0.5"))
    cloud.put(RECORD, a_record("10.3.0.6"))


def test_a_put_of_a_record_set_is_final_at_once(cloud: SandboxCloud) -> None:
    """It cannot fail afterwards: trouble with operations does not apply."""
    cloud.azure.add_trouble(Trouble(kind="failed", on="*/A/*", times=None))
    client = cloud.azure.acting_as("somebody")
    client.put(ResourceId.parse(RECORD), a_record("10.3.0.4"))
    client.delete(ResourceId.parse(RECORD))
    assert RECORD not in cloud.ids()
