"""The answers of the mock Azure's look-ups, object by object."""

from __future__ import annotations

from typing import Any

from tests.samples.building import cluster_id, network_id

_GUID = "aaaaaaaa-0000-0000-0000-000000000000"


def id_of(subscription: str, group: str, path: str) -> str:
    """The id of an object whose path is `namespace/type/name`."""
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{path}"


def alias(service: str) -> str:
    """The alias of a private link service."""
    return f"{service}.{_GUID}.westus.azure.privatelinkservice"


def named(_: str, __: str, name: str) -> dict[str, Any]:
    return {"name": name, "location": "westus"}


def cluster(subscription: str, group: str, name: str, domain: str) -> dict[str, Any]:
    addresses = id_of(subscription, group, f"Microsoft.Network/publicIPAddresses/{name}")
    return {
        "id": cluster_id(name, subscription, group),
        "name": name,
        "location": "West US",
        "uri": f"https://{name}.westus.{domain}",
        "dataIngestionUri": f"https://ingest-{name}.westus.{domain}",
        "virtualNetworkConfiguration": {
            "subnetId": f"{network_id(name, subscription, group)}/subnets/adx",
            "enginePublicIpId": f"{addresses}-kucompute",
            "dataManagementPublicIpId": f"{addresses}-kudatamgmt",
            "state": "Enabled",
        },
    }


def load_balancer(subscription: str, group: str, name: str) -> dict[str, Any]:
    role, cluster, _ = name.split("-")
    address = {"id": id_of(subscription, group, f"Microsoft.Network/publicIPAddresses/{cluster}-{role}")}
    id = id_of(subscription, group, f"Microsoft.Network/loadBalancers/{name}")
    return {
        "id": id,
        "name": name,
        "location": "westus",
        "sku": {"name": "Standard"},
        "frontendIPConfigurations": [
            {"id": f"{id}/frontendIPConfigurations/other", "name": "other"},
            {"id": f"{id}/frontendIPConfigurations/fe", "name": "fe", "publicIPAddress": address},
        ],
    }


def virtual_network(_: str, __: str, name: str) -> dict[str, Any]:
    prefixes = {"adx": "10.1.0.0/24", "clients": "10.3.0.0/24"}
    return {
        "name": name,
        "location": "westus",
        "subnets": [
            {"name": subnet, "addressPrefix": prefix, "privateLinkServiceNetworkPolicies": "Disabled"}
            for subnet, prefix in prefixes.items()
        ],
    }


def network_interface(_: str, __: str, name: str) -> dict[str, Any]:
    return {"name": name, "ipConfigurations": [{"privateIPAddress": ADDRESSES.get(name.lower(), "10.3.0.5")}]}


def network_interface_of_cluster(name: str, cluster: str, domain: str, accounts: int) -> dict[str, Any]:
    """The interface of an endpoint of a native cluster: one address for each member."""
    host = f"{cluster}.westus.{domain}"
    members = {"Engine": host, "DataManagement": f"ingest-{host}"}
    for number in range(accounts):
        account = f"abckstrld{cluster}{number:02}"
        services = ("blob", "queue", "table")
        members |= {f"{service}-{account}": f"{account}.{service}.core.windows.net" for service in services}
    return {
        "name": name,
        "ipConfigurations": [
            {
                "privateIPAddress": f"10.3.0.{number}",
                "privateLinkConnectionProperties": {
                    "groupId": "cluster",
                    "requiredMemberName": member,
                    "fqdns": [fqdn],
                },
            }
            for number, (member, fqdn) in enumerate(members.items(), 10)
        ],
    }


ADDRESSES: dict[str, str] = {"pe-myadx-ingestion-analytics.nic.guid": "10.3.0.6"}
"""The addresses of network interfaces; every other interface has 10.3.0.5."""
