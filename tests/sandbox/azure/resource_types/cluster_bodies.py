"""A native cluster, its endpoints and their zones, as bodies and ids."""

from __future__ import annotations

from typing import Any

from azure_sandbox.azure import Json

from ...small_world import (
    CONSUMER,
    CONSUMER_NETWORK,
    ENDPOINT,
    OWNER,
    OWNER_NETWORK,
    SKU,
    ZONE,
    SandboxCloud,
    endpoint,
    network,
    subnet,
    zone,
)

ADX = f"{OWNER}/providers/Microsoft.Kusto/Clusters/adx1"
CLUSTER = f"{OWNER}/providers/Microsoft.Kusto/Clusters/adx2"
MEMBERS_SUBNET = f"{CONSUMER_NETWORK}/subnets/members"
SERVICES = ("blob", "queue", "table")
STORAGE_ZONES = [
    network(CONSUMER, "privateDnsZones", f"privatelink.{service}.core.windows.net") for service in SERVICES
]
ZONES = [ZONE, *STORAGE_ZONES]
ZONE_GROUP = f"{ENDPOINT}/privateDnsZoneGroups/default"


def cluster(**properties: Any) -> Json:
    """A native cluster."""
    return {"location": "West US", "sku": SKU, "properties": properties}


def injected(subnet: str = "adx", **changes: Any) -> Json:
    """A cluster in a subnet of the owner's network."""
    configuration = {
        "subnetId": f"{OWNER_NETWORK}/subnets/{subnet}",
        "enginePublicIpId": network(OWNER, "publicIPAddresses", "one"),
        "dataManagementPublicIpId": network(OWNER, "publicIPAddresses", "two"),
        "state": "Enabled",
        **changes,
    }
    return cluster(virtualNetworkConfiguration=configuration)


def create_native_cluster(cloud: SandboxCloud, id: str = CLUSTER) -> str:
    """A native cluster, and a subnet that has room for endpoints of clusters. Returns the id of the cluster."""
    cloud.put(id, {"location": "westus", "sku": SKU, "properties": {}})
    cloud.put(MEMBERS_SUBNET, {"properties": subnet("members", "10.3.0.64/26")["properties"]})
    return id


def to_cluster(target: str = CLUSTER, *groups: str, manual: bool = True, **more: Any) -> Json:
    array = "manualPrivateLinkServiceConnections" if manual else "privateLinkServiceConnections"
    body = endpoint(target, manual=manual, **{"subnet": MEMBERS_SUBNET, **more})
    body["properties"][array][0]["properties"]["groupIds"] = list(groups or ["cluster"])
    return body


def zone_group(*zones: str) -> Json:
    """A zone group whose configs are named `config-0`, `config-1` and so on."""
    configs = [
        {"name": f"config-{index}", "properties": {"privateDnsZoneId": zone_id}} for index, zone_id in enumerate(zones)
    ]
    return {"properties": {"privateDnsZoneConfigs": configs}}


def create_zones(cloud: SandboxCloud) -> None:
    """The four zones of a cluster in West US."""
    for zone_id in ZONES:
        cloud.put(zone_id, zone())


def members_of(cloud: SandboxCloud, endpoint: str = ENDPOINT) -> dict[str, tuple[str, str]]:
    """The host name and the address of each member on an endpoint's network interface."""
    interface = cloud.get(cloud.get(endpoint)["properties"]["networkInterfaces"][0]["id"])
    links = [configuration["properties"] for configuration in interface["properties"]["ipConfigurations"]]
    return {
        link["privateLinkConnectionProperties"]["requiredMemberName"]: (
            link["privateLinkConnectionProperties"]["fqdns"][0],
            link["privateIPAddress"],
        )
        for link in links
    }


def records_in(cloud: SandboxCloud, zone: str) -> dict[str, list[str]]:
    """The addresses of the A records in a zone, by name."""
    return {
        resource["name"]: [record["ipv4Address"] for record in resource["properties"]["aRecords"]]
        for resource in cloud.azure.list()
        if resource["id"].lower().startswith(f"{zone}/A/".lower())
    }


def names_of(cloud: SandboxCloud, endpoint: str = ENDPOINT) -> dict[str, str]:
    """The addresses in an endpoint's `customDnsConfigs`, by host name."""
    configs = cloud.get(endpoint)["properties"]["customDnsConfigs"]
    return {config["fqdn"]: address for config in configs for [address] in [config["ipAddresses"]]}
