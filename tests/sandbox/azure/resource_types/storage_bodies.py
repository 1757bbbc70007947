"""Storage accounts, their endpoints and their zones, as bodies and ids."""

from __future__ import annotations

from typing import Any

from azure_sandbox.azure import Json

from ...small_world import CONSUMER, ENDPOINT, OWNER, SandboxCloud, endpoint, network

ACCOUNTS = f"{OWNER}/providers/Microsoft.Storage/storageAccounts"
ACCOUNT = f"{ACCOUNTS}/data"
FILES = f"{ACCOUNTS}/files"
BLOB_ZONE = network(CONSUMER, "privateDnsZones", "privatelink.blob.core.windows.net")
FILE_ZONE = network(CONSUMER, "privateDnsZones", "privatelink.file.core.windows.net")
OWN_ZONE = network(CONSUMER, "privateDnsZones", "core.example")
ZONE_GROUP = f"{ENDPOINT}/privateDnsZoneGroups/default"
BLOB_RECORD = f"{BLOB_ZONE}/A/data"


def account(kind: str = "StorageV2", sku: str = "Standard_LRS", **more: Any) -> Json:
    return {"location": "westus", "kind": kind, "sku": {"name": sku}, **more}


def to_account(*groups: str, target: str = ACCOUNT, manual: bool = False, **more: Any) -> Json:
    array = "manualPrivateLinkServiceConnections" if manual else "privateLinkServiceConnections"
    body = endpoint(target, manual=manual, **more)
    body["properties"][array][0]["properties"]["groupIds"] = list(groups)
    return body


def static(group: str, member: str) -> Json:
    address = {"privateIPAddress": "10.3.0.6", "groupId": group, "memberName": member}
    return {"name": "ip", "properties": address}


def zone_group(*zones: str) -> Json:
    """A zone group whose configs are named after the first label but one, such as `blob`."""
    configs = [
        {"name": zone_id.split("/")[-1].split(".")[1], "properties": {"privateDnsZoneId": zone_id}} for zone_id in zones
    ]
    return {"properties": {"privateDnsZoneConfigs": configs}}


def status_of(connection: Json) -> tuple[str, str]:
    state = connection["properties"]["privateLinkServiceConnectionState"]
    return state["status"], state["description"]


def names_of(cloud: SandboxCloud, endpoint: str = ENDPOINT) -> list[str]:
    return [config["fqdn"] for config in cloud.get(endpoint)["properties"]["customDnsConfigs"]]


def addresses_in(cloud: SandboxCloud, record: str) -> list[str] | None:
    """The addresses of a record; None if it does not exist."""
    ids = {id.lower() for id in cloud.ids()}
    if record.lower() not in ids:
        return None
    return [address["ipv4Address"] for address in cloud.get(record)["properties"]["aRecords"]]
