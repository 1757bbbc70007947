"""Zone groups: configs, limits, and groups of endpoints of private link services."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import AzureError, bodies, nested_objects, references
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.resource_types import private_dns_zone_groups

from ...rule_marks import holds, rejected
from ...small_world import CONSUMER, ENDPOINT, OWNER, SERVICE, ZONE, ZONE_NAME, SandboxCloud, endpoint, network, zone

GROUP = f"{ENDPOINT}/privateDnsZoneGroups/default"
OTHER_ZONE = network(CONSUMER, "privateDnsZones", "other.example")
SAME_NAME = network(OWNER, "privateDnsZones", ZONE_NAME)


def config(name: str, zone: str) -> dict[str, Any]:
    return {"name": name, "properties": {"privateDnsZoneId": zone}}


def group(*configs: dict[str, Any]) -> dict[str, Any]:
    return {"properties": {"privateDnsZoneConfigs": list(configs)}}


@pytest.fixture(autouse=True)
def _zones_and_an_endpoint(cloud: SandboxCloud, alias: str) -> None:
    for zone_id in (ZONE, OTHER_ZONE, SAME_NAME):
        cloud.put(zone_id, zone())
    cloud.put(ENDPOINT, endpoint(alias))


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        rejected(private_dns_zone_groups.ZONE_COUNT, group(), id="no zone"),
        rejected(
            private_dns_zone_groups.ZONE_COUNT,
            group(*(config(f"c{number}", ZONE) for number in range(6))),
            id="six zones",
        ),
        rejected(
            bodies.CANNOT_PARSE,
            group({"properties": {"privateDnsZoneId": ZONE}}),
            id="a config without its inner name (azure-native #2431)",
        ),
        rejected(
            nested_objects.DUPLICATE_NAME,
            group(config("a", ZONE), config("A", OTHER_ZONE)),
            id="two configs of one name",
        ),
        rejected(
            private_dns_zone_groups.ONE_ZONE_OF_A_NAME,
            group(config("a", ZONE), config("b", SAME_NAME)),
            id="two zones of one name",
        ),
        rejected(references.REFERENCE_NOT_FOUND, group(config("a", f"{ZONE}.none")), id="no such zone"),
        rejected(references.REFERENCE_NOT_FOUND, group(config("a", SERVICE)), id="a resource that is no zone"),
        rejected(references.REFERENCE_NOT_FOUND, group({"name": "a"}), id="a config without a zone"),
    ],
)
def test_an_invalid_group_is_rejected(cloud: SandboxCloud, rule: Rejection, body: dict[str, Any]) -> None:
    with cloud.rejects(rule.code):
        cloud.put(GROUP, body)


@pytest.mark.parametrize("zone_id", [OTHER_ZONE, SAME_NAME])
@holds(nested_objects.DUPLICATE_NAME)
def test_the_error_for_configs_of_one_name_has_azures_text(cloud: SandboxCloud, zone_id: str) -> None:
    """Tools name a config after its zone: two zones of one name get it, too (azurerm #28966)."""
    with pytest.raises(AzureError) as error:
        cloud.put(GROUP, group(config("a", ZONE), config("a", zone_id)))
    assert error.value.details == (
        ("DuplicateResourceName", f"Resource {GROUP} has two child resources with the same name (a)."),
    )


def test_a_group_needs_its_endpoint(cloud: SandboxCloud) -> None:
    with cloud.rejects("ParentResourceNotFound", 404):
        cloud.put(GROUP.replace("/pe/", "/none/"), group(config("a", ZONE)))


@holds(private_dns_zone_groups.ZONE_GROUP_NOT_FOUND)
def test_the_error_for_a_missing_group_names_it(cloud: SandboxCloud) -> None:
    with pytest.raises(AzureError, match="Resource none not found") as error:
        cloud.get(f"{ENDPOINT}/privateDnsZoneGroups/none")
    assert (error.value.status, error.value.code) == (404, "NotFound")


@holds(private_dns_zone_groups.ONE_ZONE_GROUP)
def test_an_endpoint_has_one_group(cloud: SandboxCloud) -> None:
    cloud.put(GROUP, group(config("a", ZONE)))
    with cloud.rejects(private_dns_zone_groups.ONE_ZONE_GROUP.code):
        cloud.put(f"{GROUP}-2", group(config("a", OTHER_ZONE)))
    cloud.put(GROUP.upper(), group(config("a", ZONE), config("b", OTHER_ZONE)))


@holds(private_dns_zone_groups.ZONE_CANNOT_CHANGE)
def test_configs_can_be_added_and_removed_but_not_changed(cloud: SandboxCloud) -> None:
    cloud.put(GROUP, group(config("a", ZONE)))
    with cloud.rejects(private_dns_zone_groups.ZONE_CANNOT_CHANGE.code):
        cloud.put(GROUP, group(config("a", OTHER_ZONE)))
    cloud.put(GROUP, group(config("a", ZONE.upper()), config("b", OTHER_ZONE)))
    answer = cloud.put(GROUP, group(config("b", OTHER_ZONE)))
    assert [shown["name"] for shown in answer["properties"]["privateDnsZoneConfigs"]] == ["b"]


@holds(private_dns_zone_groups.NO_RECORDS)
def test_a_group_of_a_private_link_service_writes_no_records(cloud: SandboxCloud) -> None:
    """A program that expects records, as for Azure's own services, gets none."""
    answer = cloud.put(GROUP, group(config("kusto", ZONE)))
    assert answer == cloud.get(GROUP)
    etag = answer.pop("etag")
    assert answer == {
        "name": "default",
        "id": GROUP,
        "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        "properties": {
            "provisioningState": "Succeeded",
            "privateDnsZoneConfigs": [
                {
                    "name": "kusto",
                    "id": f"{GROUP}/privateDnsZoneConfigs/kusto",
                    "etag": etag,
                    "type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/privateDnsZoneConfigs",
                    "properties": {"provisioningState": "Succeeded", "privateDnsZoneId": ZONE, "recordSets": []},
                }
            ],
        },
    }
    assert not [id for id in cloud.ids() if "/A/" in id]
    assert cloud.get(ENDPOINT)["properties"]["customDnsConfigs"] == []


def test_a_group_is_deleted_with_its_endpoint(cloud: SandboxCloud) -> None:
    cloud.put(GROUP, group(config("a", ZONE)))
    cloud.delete(ENDPOINT)
    assert GROUP not in cloud.ids()
    cloud.delete(CONSUMER)


def test_a_group_can_be_deleted(cloud: SandboxCloud) -> None:
    cloud.put(GROUP, group(config("a", ZONE)))
    cloud.delete(GROUP)
    cloud.put(f"{GROUP}-2", group(config("a", ZONE)))
