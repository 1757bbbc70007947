"""Microsoft.Network/privateEndpoints/privateDnsZoneGroups: zones, and the records that Azure writes into them."""

from __future__ import annotations

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, properties, read_objects
from ..endpoint_state import read_connection_state
from ..errors import AzureError, Rejection
from ..nested_objects import complete_object, objects_by_name, read_named_objects, show_etags
from ..network_names import check_name
from ..references import REFERENCE_NOT_FOUND, find_referenced, parse_ids
from ..resource_ids import ResourceId, parent_of
from ..resource_type import ResourceManager, ResourceType
from ..type_names import PRIVATE_DNS_ZONE_GROUPS, PRIVATE_DNS_ZONES
from .zone_group_records import check_manual_records, delete_records, write_records

_RECORDED = (
    "Azure/azure-cli, command_modules/network/tests/latest/recordings/"
    "test_network_private_endpoint_private_dns_zone_group.yaml"
)

_DNS = "MicrosoftDocs/azure-docs, articles/private-link/private-endpoint-dns.md"

ONE_ZONE_GROUP = Rejection(
    says="An endpoint has at most one zone group",
    source=f"{_DNS}; pulumi/pulumi-azure-native#2179; the code is an own choice",
    code="PrivateDnsZoneGroupLimitReached",
    message="Cannot create more than one private dns zone groups in the private endpoint {endpoint}.",
)
ZONE_COUNT = Rejection(
    says="A zone group has 1 to 5 zones",
    source=f"{_DNS}; code and text are an own choice",
    code="PrivateDnsZoneGroupInvalidNumberOfZones",
    message="Private dns zone group {group} must have 1 to {most} private dns zone configs, not {count}.",
)
ONE_ZONE_OF_A_NAME = Rejection(
    says="The zones of a zone group have different names",
    source="hashicorp/terraform-provider-azurerm#28966 (for configs that are named after their zones); that other "
    f"names of configs do not help is an {OWN_CHOICE}",
    code="InvalidRequestFormat",
    message="Cannot parse the request.",
    detail=("DuplicateResourceName", "Resource {group} has two child resources with the same name ({zone})."),
)
ZONE_CANNOT_CHANGE = Rejection(
    says="The zone of a config cannot change; configs can be added and removed",
    source="hashicorp/terraform-provider-azurerm#27559; code and text are an own choice",
    code="PrivateDnsZoneConfigCannotBeChanged",
    message="The private dns zone of config {config} cannot be changed.",
)
ZONE_GROUP_NOT_FOUND = Rejection(
    says="The error for a zone group that does not exist names the group",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/privatednszonegroupclient/testdata",
    status=404,
    code="NotFound",
    message="Resource {name} not found.",
)
NO_RECORDS = Rule(
    says="The zone group of an endpoint of a private link service writes no records, and its `recordSets` are empty. "
    "The group is deleted with its endpoint",
    source=f"{_RECORDED} (for a zone that the service does not recommend); that no zone is recommended for a private "
    "link service follows from the documentation",
)

MOST_ZONES = 5
_CONFIGS = "privateDnsZoneConfigs"


class PrivateDnsZoneGroup(ResourceType):
    type = PRIVATE_DNS_ZONE_GROUPS
    located = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        endpoint = find_referenced(arm, parent_of(id.text), id)
        if any(group.id.lower() != id.key for group in arm.store.children(endpoint.id, self.type)):
            raise ONE_ZONE_GROUP(endpoint=endpoint.id)
        requested = read_named_objects(id, body, _CONFIGS)
        if not 1 <= len(requested) <= MOST_ZONES:
            raise ZONE_COUNT(group=id.text, most=MOST_ZONES, count=len(requested))
        old_configs = objects_by_name(old, _CONFIGS)
        configs: list[Json] = []
        zone_names: set[str] = set()
        for requested_config in requested:
            config = self._complete_config(arm, id, requested_config)
            zone = properties(config)["privateDnsZoneId"]
            zone_name = zone.rsplit("/", 1)[1].lower()
            if zone_name in zone_names:
                raise ONE_ZONE_OF_A_NAME(group=id.text, zone=zone_name)
            zone_names.add(zone_name)
            if old_config := old_configs.get(requested_config["name"].lower()):
                if properties(old_config)["privateDnsZoneId"].lower() != zone.lower():
                    raise ZONE_CANNOT_CHANGE(config=config["id"])
                config["properties"]["recordSets"] = properties(old_config)["recordSets"]
            configs.append(config)
        for removed_name in old_configs.keys() - {config["name"].lower() for config in configs}:
            delete_records(arm, old_configs[removed_name])
        approved = read_connection_state(arm, ResourceId.parse(endpoint.id))["status"] == "Approved"
        if approved:
            check_manual_records(arm, id, endpoint.body, configs)
        configs = [write_records(arm, endpoint.body, config, approved=approved) for config in configs]
        return {"properties": {"provisioningState": "Succeeded", _CONFIGS: configs}}

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return show_etags(body, [_CONFIGS])

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for config in read_objects(body, _CONFIGS):
            delete_records(arm, config)

    def referenced_ids(self, body: Json) -> list[str]:
        return [properties(config)["privateDnsZoneId"] for config in read_objects(body, _CONFIGS)]

    def missing_error(self, id: ResourceId) -> AzureError:
        return ZONE_GROUP_NOT_FOUND(name=id.name)

    def linked_actions(self, id: ResourceId, body: Json) -> list[tuple[str, str]]:
        zones = [properties(config).get("privateDnsZoneId") for config in read_objects(body, _CONFIGS)]
        return [("Microsoft.Network/privateDnsZones/join/action", zone) for zone in parse_ids(zones)]

    def _complete_config(self, arm: ResourceManager, id: ResourceId, config: Json) -> Json:
        target = str(properties(config).get("privateDnsZoneId") or "")
        zone = find_referenced(arm, target, id)
        if zone.type.lower() != PRIVATE_DNS_ZONES.lower():
            raise REFERENCE_NOT_FOUND(target=target, source=id.text)
        return complete_object(id, self.type, _CONFIGS, config, {"privateDnsZoneId": zone.id, "recordSets": []})


def update_records(arm: ResourceManager, endpoint: ResourceId, *, approved: bool) -> None:
    """Write the records of an endpoint's zone group, or delete them if the connection is not approved."""
    resource_type, stored = PrivateDnsZoneGroup(), arm.store.get(endpoint.key)
    if stored is None:
        return
    for group in arm.store.children(endpoint.key, resource_type.type):
        configs = [
            write_records(arm, stored.body, config, approved=approved) for config in read_objects(group.body, _CONFIGS)
        ]
        body = {**group.body, "properties": {**properties(group.body), _CONFIGS: configs}}
        arm.store.put(group.id, resource_type.type, body, resource_type.referenced_ids(body))
