"""Records that Azure writes into private DNS zones for the zone group of an endpoint, and deletes again."""

from __future__ import annotations

from collections.abc import Container, Iterable

from ...rules import OWN_CHOICE, Rule
from .. import switches
from ..bodies import Json, properties, read_object
from ..endpoint_members import recommended_zone
from ..endpoint_state import HostName, list_host_names
from ..errors import Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager

_DNS = "MicrosoftDocs/azure-docs, articles/private-link/private-endpoint-dns.md"

RECORDS = Rule(
    says="The zone group of an endpoint writes an A record for each host name into the zone that Azure recommends for "
    "it, such as `privatelink.blob.core.windows.net`, and into no other: those of a cluster into four zones. The TTL "
    "is 10 seconds, and `metadata` names the endpoint as creator",
    source=f"{_DNS}; MicrosoftDocs/azure-docs#98098 (no other zone); hashicorp/terraform-provider-azurerm#30458 (the "
    f"TTL); exported templates (`metadata`); that the record waits for the approval is an {OWN_CHOICE}",
)
RECORDS_GO = Rule(
    says="Azure deletes the record with its config, group or endpoint, and when the owner rejects or removes the "
    "connection. An endpoint overwrites the record of another endpoint, and deletes it likewise",
    source=f"MicrosoftDocs/azure-docs#58044; that a record created by hand is treated the same is an {OWN_CHOICE}",
)
MANUAL_RECORD_STAYS = Rejection(
    says="A zone group does not overwrite a record set that no group has written (`switch manual-record refuse`)",
    source=OWN_CHOICE,
    status=409,
    code="PrivateDnsZoneGroupRecordSetConflict",
    message="Private dns zone group {group} cannot write the record set '{record}' into private dns zone {zone}: it "
    "exists already. Delete it, then create the group again.",
)

_TTL = 10


def write_records(arm: ResourceManager, endpoint: Json, config: Json, *, approved: bool) -> Json:
    """Write the records of a config and delete its outdated ones. Returns the config with its record sets."""
    zone = ResourceId.parse(properties(config)["privateDnsZoneId"])
    addresses = _list_records(arm, endpoint, zone) if approved and arm.store.get(zone.key) else {}
    for record in _find_manual_records(arm, zone, addresses):
        del addresses[record]
    delete_records(arm, config, keep=addresses)
    creator = (
        f"created by private endpoint {endpoint['name']} with resource guid {properties(endpoint)['resourceGuid']}"
    )
    for record, address in addresses.items():
        record_set = {"ttl": _TTL, "metadata": {"creator": creator}, "aRecords": [{"ipv4Address": address}]}
        arm.put(zone.child("A", record), {"properties": record_set})
    record_sets = [
        {
            "recordType": "A",
            "recordSetName": record,
            "fqdn": f"{record}.{zone.name}",
            "ttl": _TTL,
            "ipAddresses": [address],
            "provisioningState": "Succeeded",
        }
        for record, address in addresses.items()
    ]
    return {**config, "properties": {**properties(config), "recordSets": record_sets}}


def _list_records(arm: ResourceManager, endpoint: Json, zone: ResourceId) -> dict[str, str]:
    """The addresses that an endpoint's records in a zone have, by name."""
    hosts = list_host_names(arm, endpoint)
    return {record: host.address for host in hosts if (record := _record_name(host, zone.name))}


def _find_manual_records(arm: ResourceManager, zone: ResourceId, records: Iterable[str]) -> list[str]:
    """Those of these records that exist in a zone, that no group has written, and that a group must leave."""
    if switches.MANUAL_RECORD.read(arm.store) == "overwrite":
        return []
    stored = {record: arm.store.get(zone.child("A", record).key) for record in records}
    return [record for record, existing in stored.items() if existing and not _is_written_by_group(existing.body)]


def _is_written_by_group(record_set: Json) -> bool:
    creator = read_object(properties(record_set), "metadata").get("creator")
    return str(creator).startswith("created by private endpoint ")


def check_manual_records(arm: ResourceManager, group: ResourceId, endpoint: Json, configs: list[Json]) -> None:
    """Reject a group that would overwrite records that no group has written, unless it may."""
    for config in configs:
        zone = ResourceId.parse(properties(config)["privateDnsZoneId"])
        for record in _find_manual_records(arm, zone, _list_records(arm, endpoint, zone)):
            raise MANUAL_RECORD_STAYS(group=group.text, record=record, zone=zone.text)


def _record_name(host: HostName, zone: str) -> str | None:
    """
    The name of a host's record in a zone; None for any zone but the one that Azure recommends.

    `data.blob.core.windows.net` is `data` in `privatelink.blob.core.windows.net`.
    """
    recommended = recommended_zone(host.fqdn, host.group)
    return host.fqdn.removesuffix(recommended.removeprefix("privatelink")) if zone.lower() == recommended else None


def delete_records(arm: ResourceManager, config: Json, keep: Container[str] = ()) -> None:
    """Delete the records that a config has written, except for these."""
    zone = ResourceId.parse(properties(config)["privateDnsZoneId"])
    written = [record_set["recordSetName"] for record_set in properties(config)["recordSets"]]
    outdated = {record for record in written if record not in keep}
    for record in outdated.difference(_find_manual_records(arm, zone, outdated)):
        arm.store.delete(zone.child("A", record).key)
