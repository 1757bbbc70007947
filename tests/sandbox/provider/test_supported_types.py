"""Resource types that the library does not use itself, but its users do: zone groups and other kinds of records."""

from __future__ import annotations

from typing import Any

import pytest

from ..fake_engine import Engine
from ..small_world import ENDPOINT, ZONE, ZONE_NAME, SandboxCloud, endpoint, zone

GROUP = "network:PrivateDnsZoneGroup"


RECORD = "privatedns:PrivateRecordSet"


def group(*zones: str) -> dict[str, Any]:
    return {
        "resourceGroupName": "consumer",
        "privateEndpointName": "pe",
        "privateDnsZoneGroupName": "default",
        "privateDnsZoneConfigs": [
            {"name": f"z{number}", "privateDnsZoneId": zone} for number, zone in enumerate(zones)
        ],
    }


def test_a_zone_group_is_created_updated_and_deleted(engine: Engine, cloud: SandboxCloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    second = ZONE.replace(ZONE_NAME, "privatelink.example")
    for id in (ZONE, second):
        cloud.put(id, zone())
    id, created = engine.create(GROUP, group(ZONE))
    assert id == f"{ENDPOINT}/privateDnsZoneGroups/default"
    assert created["privateDnsZoneConfigs"][0]["privateDnsZoneId"] == ZONE
    assert created["privateDnsZoneConfigs"][0]["recordSets"] == []
    updated = engine.update(GROUP, id, created, group(ZONE, second))
    assert [config["privateDnsZoneId"] for config in updated["privateDnsZoneConfigs"]] == [ZONE, second]
    assert engine.read(GROUP, id)[2]["privateDnsZoneGroupName"] == "default"
    engine.delete(GROUP, id)
    assert engine.read(GROUP, id)[0] == ""


def test_a_zone_configuration_without_a_name_cannot_be_parsed(engine: Engine, cloud: SandboxCloud, alias: str) -> None:
    """The common mistake of pulumi-azure-native#2431."""
    cloud.put(ENDPOINT, endpoint(alias))
    cloud.put(ZONE, zone())
    inputs = {**group(), "privateDnsZoneConfigs": [{"privateDnsZoneId": ZONE}]}
    with engine.fails_with('Status=400 Code="InvalidRequestFormat" Message="Cannot parse the request."'):
        engine.create(GROUP, inputs)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("CNAME", {"cnameRecord": {"cname": "elsewhere.example"}}),
        ("AAAA", {"aaaaRecords": [{"ipv6Address": "fd00::4"}]}),
        ("TXT", {"txtRecords": [{"value": ["text"]}]}),
    ],
)
def test_records_of_other_kinds(engine: Engine, cloud: SandboxCloud, kind: str, content: dict[str, Any]) -> None:
    cloud.put(ZONE, zone())
    path = {"resourceGroupName": "consumer", "privateZoneName": ZONE_NAME, "recordType": kind}
    id, created = engine.create(RECORD, {**path, "relativeRecordSetName": "host", "ttl": 60, **content})
    assert id == f"{ZONE}/{kind}/host"
    assert {name: created[name] for name in content} == content
    engine.delete(RECORD, id)
