"""Microsoft.Network/privateEndpoints/privateDnsZoneGroups: which zones Azure keeps records of an endpoint in."""

from __future__ import annotations

from collections.abc import Container

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, properties, read_objects
from ..endpoint_state import list_host_names, read_connection_state
from ..errors import AzureError, Refusal
from ..nested_objects import complete_object, objects_by_name, read_named_objects, show_etags
from ..network_names import check_name
from ..references import REFERENCE_NOT_FOUND, find_referenced, parse_ids
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..type_names import PRIVATE_DNS_ZONE_GROUPS, PRIVATE_DNS_ZONES

_RECORDED = (
    "Azure/azure-cli, command_modules/network/tests/latest/recordings/"
    "test_network_private_endpoint_private_dns_zone_group.yaml"
)
_DNS = "MicrosoftDocs/azure-docs, articles/private-link/private-endpoint-dns.md"

ONE_GROUP = Refusal(
    says="An endpoint has one zone group",
    source=f"{_DNS}; pulumi/pulumi-azure-native#2179; the code is an own choice",
    code="PrivateDnsZoneGroupLimitReached",
    message="Cannot create more than one private dns zone groups in the private endpoint {endpoint}.",
)
ZONE_COUNT = Refusal(
    says="A zone group has 1 to 5 zones",
    source=f"{_DNS}; code and text are an own choice",
    code="PrivateDnsZoneGroupInvalidNumberOfZones",
    message="Private dns zone group {group} must have 1 to {most} private dns zone configs, not {count}.",
)
ONE_ZONE_OF_A_NAME = Refusal(
    says="A zone group never has two zones of one name",
    source="hashicorp/terraform-provider-azurerm#28966; code and text are an own choice",
    code="PrivateDnsZoneGroupDuplicateZones",
    message="Private dns zone group {group} has more than one private dns zone named {zone}.",
)
ZONE_CANNOT_CHANGE = Refusal(
    says="A config of a zone group keeps its zone; configs are added and removed",
    source="hashicorp/terraform-provider-azurerm#27559; code and text are an own choice",
    code="PrivateDnsZoneConfigCannotBeChanged",
    message="The private dns zone of config {config} cannot be changed.",
)
NOT_FOUND = Refusal(
    says="A zone group that is not there is told by its name",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/privatednszonegroupclient/testdata",
    status=404,
    code="NotFound",
    message="Resource {name} not found.",
)
NO_RECORDS = Rule(
    says="The zone group of an endpoint of a private link service writes no records: `recordSets` is empty, and so is "
    "the zone. It goes with its endpoint",
    source=f"{_RECORDED} (for a zone that the service does not recommend); that no zone is recommended for a private "
    "link service follows from the documentation",
)

RECORDS = Rule(
    says="The zone group of a storage account's endpoint writes its A record into the zone that Azure recommends for "
    "the group id, such as `privatelink.blob.core.windows.net`, and into no other. The TTL is 10 seconds, and "
    "`metadata` names the endpoint as creator",
    source=f"{_DNS}; MicrosoftDocs/azure-docs#98098 (no other zone); hashicorp/terraform-provider-azurerm#30458 (the "
    f"TTL); exported templates (`metadata`); that the record waits for the approval is an {OWN_CHOICE}",
)
RECORDS_GO = Rule(
    says="The record goes when its config, group or endpoint goes, and when the owner rejects or removes the "
    "connection. An endpoint overwrites the record of another, and takes it along",
    source=f"MicrosoftDocs/azure-docs#58044; that a record made by hand is treated alike is an {OWN_CHOICE}",
)

MOST_ZONES = 5
_TTL = 10
_CONFIGS = "privateDnsZoneConfigs"


class PrivateDnsZoneGroup(ResourceType):
    type = PRIVATE_DNS_ZONE_GROUPS
    located = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        check_name(id.name)
        endpoint = find_referenced(arm, id.text.rsplit("/", 2)[0], id)
        if any(each.id.lower() != id.key for each in arm.store.children(endpoint.id, self.type)):
            raise ONE_GROUP(endpoint=endpoint.id)
        configs = read_named_objects(id, body, _CONFIGS)
        if not 1 <= len(configs) <= MOST_ZONES:
            raise ZONE_COUNT(group=id.text, most=MOST_ZONES, count=len(configs))
        before = objects_by_name(old, _CONFIGS)
        made: list[Json] = []
        names: set[str] = set()
        for each in configs:
            config = self._config(arm, id, each)
            zone = properties(config)["privateDnsZoneId"]
            name = zone.rsplit("/", 1)[1].lower()
            if name in names:
                raise ONE_ZONE_OF_A_NAME(group=id.text, zone=name)
            names.add(name)
            kept = before.get(each["name"].lower())
            if kept and properties(kept)["privateDnsZoneId"].lower() != zone.lower():
                raise ZONE_CANNOT_CHANGE(config=config["id"])
            if kept:
                config["properties"]["recordSets"] = properties(kept)["recordSets"]
            made.append(config)
        for dropped in before.keys() - {each["name"].lower() for each in made}:
            _remove(arm, before[dropped])
        approved = read_connection_state(arm, ResourceId.parse(endpoint.id))["status"] == "Approved"
        configs = [_published(arm, endpoint.body, each, approved=approved) for each in made]
        return {"properties": {"provisioningState": "Succeeded", _CONFIGS: configs}}

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return show_etags(body, [_CONFIGS])

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for each in read_objects(body, _CONFIGS):
            _remove(arm, each)

    def referenced_ids(self, body: Json) -> list[str]:
        return [properties(each)["privateDnsZoneId"] for each in read_objects(body, _CONFIGS)]

    def missing_error(self, id: ResourceId) -> AzureError:
        return NOT_FOUND(name=id.name)

    def linked_actions(self, id: ResourceId, body: Json) -> list[tuple[str, str]]:
        zones = [properties(each).get("privateDnsZoneId") for each in read_objects(body, _CONFIGS)]
        return [("Microsoft.Network/privateDnsZones/join/action", each) for each in parse_ids(zones)]

    def _config(self, arm: ResourceManager, id: ResourceId, given: Json) -> Json:
        target = str(properties(given).get("privateDnsZoneId") or "")
        zone = find_referenced(arm, target, id)
        if zone.type.lower() != PRIVATE_DNS_ZONES.lower():
            raise REFERENCE_NOT_FOUND(target=target, source=id.text)
        return complete_object(id, self.type, _CONFIGS, given, {"privateDnsZoneId": zone.id, "recordSets": []})


def update_records(arm: ResourceManager, endpoint: ResourceId, *, approved: bool) -> None:
    """Writes the records of an endpoint's zone group, or removes them where the connection is not approved."""
    kind, stored = PrivateDnsZoneGroup(), arm.store.get(endpoint.key)
    if stored is None:
        return
    for group in arm.store.children(endpoint.key, kind.type):
        configs = [_published(arm, stored.body, each, approved=approved) for each in read_objects(group.body, _CONFIGS)]
        body = {**group.body, "properties": {**properties(group.body), _CONFIGS: configs}}
        arm.store.put(group.id, kind.type, body, kind.referenced_ids(body))


def _published(arm: ResourceManager, endpoint: Json, config: Json, *, approved: bool) -> Json:
    """A config with the records that its zone has from now on."""
    zone = ResourceId.parse(properties(config)["privateDnsZoneId"])
    names = list_host_names(arm, endpoint) if approved and arm.store.get(zone.key) else []
    records = {record: each.address for each in names if (record := each.record_in(zone.name))}
    _remove(arm, config, records)
    creator = (
        f"created by private endpoint {endpoint['name']} with resource guid {properties(endpoint)['resourceGuid']}"
    )
    for record, address in records.items():
        given = {"ttl": _TTL, "metadata": {"creator": creator}, "aRecords": [{"ipv4Address": address}]}
        arm.put(zone.child("A", record), {"properties": given})
    record_sets = [
        {
            "recordType": "A",
            "recordSetName": record,
            "fqdn": f"{record}.{zone.name}",
            "ttl": _TTL,
            "ipAddresses": [address],
            "provisioningState": "Succeeded",
        }
        for record, address in records.items()
    ]
    return {**config, "properties": {**properties(config), "recordSets": record_sets}}


def _remove(arm: ResourceManager, config: Json, kept: Container[str] = ()) -> None:
    """Deletes the records that a config has written."""
    zone = ResourceId.parse(properties(config)["privateDnsZoneId"])
    for each in properties(config)["recordSets"]:
        if each["recordSetName"] not in kept:
            arm.store.delete(zone.child("A", each["recordSetName"]).key)
