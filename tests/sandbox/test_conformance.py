"""The sandbox's answers beside the bodies that Azure's own exchanges and specifications show."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

import pytest

from azure_sandbox.azure import Json, OperationFailed

from .places import (
    BALANCER,
    CLIENTS,
    CONSUMER,
    CONSUMER_NETWORK,
    DELEGATED,
    ENDPOINT,
    FRONTEND,
    NAT,
    OWNER,
    SERVICE,
    ZONE,
    ZONE_NAME,
    Cloud,
    a_record,
    endpoint,
    link,
    nat,
    network,
    service,
    zone,
)
from .test_deployments import APPROVALS, approvals
from .test_kusto import CLUSTER, injected


@dataclass(frozen=True)
class Like:
    """A value that Azure makes up, by its form."""

    pattern: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and re.fullmatch(self.pattern, other) is not None

    __hash__ = object.__hash__


_GUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
GUID = Like(_GUID)
ETAG = Like(f'W/"{_GUID}"')
QUOTED = Like(f'"{_GUID}"')
NUMBER = Like("[0-9]+")
MOMENT = Like(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")


NOTHING: list[Json] = []


def differences(documented: Any, answered: Any, path: str = "") -> list[str]:
    """Where an answer is not as documented: keys that are missing or too many, other values, other forms."""
    if isinstance(documented, dict) and isinstance(answered, dict):
        wanted, found = cast("Json", documented), cast("Json", answered)
        return [
            each
            for name in sorted(wanted.keys() | found.keys())
            for each in (
                differences(wanted[name], found[name], f"{path}.{name}".lstrip("."))
                if name in wanted and name in found
                else [f"{path}.{name} is {'missing' if name in wanted else 'not documented'}".lstrip(".")]
            )
        ]
    if isinstance(documented, list) and isinstance(answered, list):
        wanted_items, found_items = cast("list[Any]", documented), cast("list[Any]", answered)
        if len(wanted_items) != len(found_items):
            return [f"{path} has {len(found_items)} items, {len(wanted_items)} are documented"]
        pairs = enumerate(zip(wanted_items, found_items, strict=True))
        return [each for index, pair in pairs for each in differences(*pair, f"{path}[{index}]")]
    same = documented == answered and isinstance(documented, bool) == isinstance(answered, bool)
    return [] if same else [f"{path} is {answered!r}, not {documented!r}"]


@pytest.mark.parametrize(
    ("answered", "difference"),
    [
        ({"a": {"b": [{"c": 1, "d": "0" * 3}]}}, ""),
        ({"a": {"b": [{"c": 1}]}}, "a.b[0].d is missing"),
        ({"a": {"b": [{"c": 1, "d": "1", "e": 1}]}}, "a.b[0].e is not documented"),
        ({"a": {"b": [{"c": True, "d": "1"}]}}, "a.b[0].c is True, not 1"),
        ({"a": {"b": [{"c": 1, "d": "x"}]}}, "a.b[0].d is 'x', not Like(pattern='[0-9]+')"),
        ({"a": {"b": NOTHING}}, "a.b has 0 items, 1 are documented"),
    ],
)
def test_a_difference_is_told_with_its_place(answered: Json, difference: str) -> None:
    documented = {"a": {"b": [{"c": 1, "d": NUMBER}]}}
    assert differences(documented, answered) == ([difference] if difference else [])


def resource(id: str, type: str, etag: Like | None = ETAG, **more: Any) -> Json:
    return {"name": id.rsplit("/", 1)[1], "id": id, "type": type, **({"etag": etag} if etag else {}), **more}


def state(status: str, description: str) -> Json:
    return {"status": status, "description": description, "actionsRequired": "None"}


# Azure/azure-cli, network recordings, test_network_private_link_service.yaml
NETWORK = "Microsoft.Network"
LISTS = {"visibility": {"subscriptions": ["*"]}, "autoApproval": {"subscriptions": ["a"]}}


def service_body(**more: Any) -> Json:
    interface = Like(re.escape(network(OWNER, "networkInterfaces", "pls.nic.")) + _GUID)
    configuration = resource(f"{SERVICE}/ipConfigurations/nat-1", f"{NETWORK}/privateLinkServices/ipConfigurations")
    return resource(SERVICE, f"{NETWORK}/privateLinkServices", location="westus") | {
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": GUID,
            "fqdns": NOTHING,
            "alias": Like(rf"pls\.{_GUID}\.westus\.azure\.privatelinkservice"),
            "enableProxyProtocol": False,
            "loadBalancerFrontendIpConfigurations": [{"id": FRONTEND}],
            "ipConfigurations": [
                {
                    **configuration,
                    "properties": {
                        "provisioningState": "Succeeded",
                        "privateIPAllocationMethod": "Dynamic",
                        "subnet": {"id": NAT},
                        "primary": True,
                        "privateIPAddressVersion": "IPv4",
                    },
                }
            ],
            "privateEndpointConnections": NOTHING,
            "networkInterfaces": [{"id": interface}],
            **more,
        }
    }


def test_private_link_service(cloud: Cloud) -> None:
    cloud.put(SERVICE, {**service(**LISTS), "tags": {"a": "b"}})
    assert differences(service_body(**LISTS) | {"tags": {"a": "b"}}, cloud.get(SERVICE)) == []


def test_what_a_service_was_not_told_it_does_not_show(cloud: Cloud) -> None:
    cloud.put(SERVICE, service(visibility=None))
    assert differences(service_body(), cloud.get(SERVICE)) == []


def test_a_static_nat_address_is_shown(cloud: Cloud) -> None:
    cloud.put(SERVICE, service(visibility=None, ipConfigurations=[nat("nat-1", privateIPAddress="10.1.0.9")]))
    documented = service_body()
    documented["properties"]["ipConfigurations"][0]["properties"] |= {
        "privateIPAddress": "10.1.0.9",
        "privateIPAllocationMethod": "Static",
    }
    assert differences(documented, cloud.get(SERVICE)) == []


# Azure/azure-cli, network recordings, test_network_private_endpoints.yaml
def endpoint_body(array: str, target: str | Like, shown: Json) -> Json:
    interface = Like(re.escape(network(CONSUMER, "networkInterfaces", "pe.nic.")) + _GUID)
    connection = resource(f"{ENDPOINT}/{array}/connection", f"{NETWORK}/privateEndpoints/{array}")
    connection["properties"] = {
        "provisioningState": "Succeeded",
        "privateLinkServiceId": target,
        "privateLinkServiceConnectionState": shown,
    }
    both = {"privateLinkServiceConnections": NOTHING, "manualPrivateLinkServiceConnections": NOTHING}
    return resource(ENDPOINT, f"{NETWORK}/privateEndpoints", location="westus") | {
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": GUID,
            **both,
            array: [connection],
            "customNetworkInterfaceName": "",
            "subnet": {"id": CLIENTS},
            "ipConfigurations": NOTHING,
            "networkInterfaces": [{"id": interface}],
            "customDnsConfigs": NOTHING,
        }
    }


def owners_body(shown: Json) -> Json:
    """The connection on the service's side; `privateEndpointLocation` since API version 2023-05-01."""
    id = Like(re.escape(f"{SERVICE}/privateEndpointConnections/pe.") + _GUID)
    return {
        "name": Like(rf"pe\.{_GUID}"),
        "id": id,
        "etag": ETAG,
        "type": f"{NETWORK}/privateLinkServices/privateEndpointConnections",
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": {"id": ENDPOINT},
            "privateEndpointLocation": "westus",
            "privateLinkServiceConnectionState": shown,
            "linkIdentifier": NUMBER,
        },
    }


@pytest.mark.usefixtures("alias")
def test_private_endpoint_by_id_and_its_connection(cloud: Cloud) -> None:
    cloud.put(ENDPOINT, endpoint(SERVICE, manual=False))
    shown = state("Approved", "Auto Approved")
    assert differences(endpoint_body("privateLinkServiceConnections", SERVICE, shown), cloud.get(ENDPOINT)) == []
    (connection,) = cloud.connections()
    assert differences(owners_body(shown), connection) == []
    assert cloud.get(connection["id"]) == connection
    assert connection["name"].removeprefix("pe.") == cloud.get(ENDPOINT)["properties"]["resourceGuid"]


def test_private_endpoint_by_alias_and_its_connection(cloud: Cloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    array = "manualPrivateLinkServiceConnections"
    for shown in (state("Pending", "Awaiting approval"), state("Approved", "Approved by a test")):
        assert differences(endpoint_body(array, alias, shown), cloud.get(ENDPOINT)) == []
        assert differences([owners_body(shown)], cloud.connections()) == []
        cloud.decide("Approved")


# NetworkInterfaceGet.json of the specifications (2023-11-01), and the recordings for what an owned interface has
def interface_body(id: str, configuration: str | Like, address: str, subnet: str, **owned: Any) -> Json:
    inner: Json = {
        "provisioningState": "Succeeded",
        "privateIPAddress": address,
        "privateIPAllocationMethod": "Dynamic",
        "subnet": {"id": subnet},
        "primary": True,
        "privateIPAddressVersion": "IPv4",
    }
    if "privateEndpoint" in owned:
        inner["privateLinkConnectionProperties"] = {"groupId": "", "requiredMemberName": "", "fqdns": NOTHING}
    return resource(id, f"{NETWORK}/networkInterfaces", location="westus") | {
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": GUID,
            "ipConfigurations": [
                {
                    "name": configuration,
                    "id": Like(re.escape(f"{id}/ipConfigurations/") + ".+"),
                    "etag": ETAG,
                    "type": f"{NETWORK}/networkInterfaces/ipConfigurations",
                    "properties": inner,
                }
            ],
            "dnsSettings": {"dnsServers": NOTHING, "appliedDnsServers": NOTHING},
            "macAddress": "",
            "enableAcceleratedNetworking": False,
            "vnetEncryptionSupported": False,
            "enableIPForwarding": False,
            "hostedWorkloads": NOTHING,
            "tapConfigurations": NOTHING,
            "nicType": "Standard",
            **owned,
        }
    }


def test_network_interfaces(cloud: Cloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    theirs, ours = (cloud.get(each)["properties"]["networkInterfaces"][0]["id"] for each in (ENDPOINT, SERVICE))
    name = Like(rf"privateEndpointIpConfig\.{_GUID}")
    documented = interface_body(theirs, name, "10.3.0.4", CLIENTS, privateEndpoint={"id": ENDPOINT})
    assert differences(documented, cloud.get(theirs)) == []
    documented = interface_body(ours, "nat-1", "10.1.0.4", NAT, privateLinkService={"id": SERVICE})
    assert differences(documented, cloud.get(ours)) == []


# Azure/azure-cli, network recordings, test_network_private_endpoint_private_dns_zone_group.yaml
def test_private_dns_zone_group(cloud: Cloud, alias: str) -> None:
    group, configs = f"{ENDPOINT}/privateDnsZoneGroups/default", "privateDnsZoneConfigs"
    cloud.put(ENDPOINT, endpoint(alias))
    cloud.put(ZONE, zone())
    cloud.put(group, {"properties": {configs: [{"name": "kusto", "properties": {"privateDnsZoneId": ZONE}}]}})
    type = f"{NETWORK}/privateEndpoints/privateDnsZoneGroups"
    inner = {"provisioningState": "Succeeded", "privateDnsZoneId": ZONE, "recordSets": NOTHING}
    documented = resource(group, type) | {
        "properties": {
            "provisioningState": "Succeeded",
            configs: [resource(f"{group}/{configs}/kusto", f"{type}/{configs}") | {"properties": inner}],
        }
    }
    assert differences(documented, cloud.get(group)) == []


# Azure/azure-cli, privatedns recordings; `resolutionPolicy` since API version 2024-06-01
def test_private_dns(cloud: Cloud) -> None:
    linked, record = f"{ZONE}/virtualNetworkLinks/l", f"{ZONE}/A/host"
    cloud.put(ZONE, zone())
    cloud.put(record, a_record("10.0.0.4"))
    cloud.put(linked, link())
    counts = {
        "maxNumberOfRecordSets": 25000,
        "maxNumberOfVirtualNetworkLinks": 1000,
        "maxNumberOfVirtualNetworkLinksWithRegistration": 100,
        "numberOfRecordSets": 2,
        "numberOfVirtualNetworkLinks": 1,
        "numberOfVirtualNetworkLinksWithRegistration": 0,
        "provisioningState": "Succeeded",
    }
    documented = resource(ZONE, f"{NETWORK}/privateDnsZones", GUID, location="global", properties=counts)
    assert differences(documented, cloud.get(ZONE)) == []
    content = {
        "fqdn": f"host.{ZONE_NAME}.",
        "ttl": 300,
        "aRecords": [{"ipv4Address": "10.0.0.4"}],
        "isAutoRegistered": False,
    }
    documented = resource(record, f"{NETWORK}/privateDnsZones/A", GUID, properties=content)
    assert differences(documented, cloud.get(record)) == []
    content = {
        "provisioningState": "Succeeded",
        "registrationEnabled": False,
        "resolutionPolicy": "Default",
        "virtualNetwork": {"id": CONSUMER_NETWORK},
        "virtualNetworkLinkState": "Completed",
    }
    type = f"{NETWORK}/privateDnsZones/virtualNetworkLinks"
    documented = resource(linked, type, QUOTED, location="global", properties=content)
    assert differences(documented, cloud.get(linked)) == []


# Azure/azure-cli, network recordings (test_network_vnet*.yaml, test_network_subnet*.yaml); SubnetGet.json is abridged
def subnet_body(id: str, prefix: str, *delegations: Json) -> Json:
    return resource(id, f"{NETWORK}/virtualNetworks/subnets") | {
        "properties": {
            "provisioningState": "Succeeded",
            "addressPrefix": prefix,
            "delegations": list(delegations),
            "privateEndpointNetworkPolicies": "Disabled",
            "privateLinkServiceNetworkPolicies": "Enabled",
        }
    }


def test_virtual_network_and_subnets(cloud: Cloud) -> None:
    delegation = resource(f"{DELEGATED}/delegations/kusto", f"{NETWORK}/virtualNetworks/subnets/delegations")
    delegation["properties"] = {"provisioningState": "Succeeded", "serviceName": "Microsoft.Kusto/clusters"}
    subnets = [subnet_body(CLIENTS, "10.3.0.0/29"), subnet_body(DELEGATED, "10.3.0.16/28", delegation)]
    documented = resource(CONSUMER_NETWORK, f"{NETWORK}/virtualNetworks", location="westus") | {
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": GUID,
            "addressSpace": {"addressPrefixes": ["10.3.0.0/24"]},
            "enableDdosProtection": False,
            "virtualNetworkPeerings": NOTHING,
            "subnets": subnets,
        }
    }
    assert differences(documented, cloud.get(CONSUMER_NETWORK)) == []
    assert differences(subnets[0], cloud.get(CLIENTS)) == []


def test_a_subnet_shows_who_is_in_it(cloud: Cloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    interface = cloud.get(cloud.get(ENDPOINT)["properties"]["networkInterfaces"][0]["id"])
    documented = subnet_body(CLIENTS, "10.3.0.0/29")
    documented["properties"] |= {
        "ipConfigurations": [{"id": interface["properties"]["ipConfigurations"][0]["id"]}],
        "privateEndpoints": [{"id": ENDPOINT}],
    }
    assert differences(documented, cloud.get(CLIENTS)) == []
    assert cloud.get(CLIENTS) in cloud.get(CONSUMER_NETWORK)["properties"]["subnets"]


# PublicIpAddressGet.json and LoadBalancerGet.json of the specifications (2023-11-01), and the recordings
def test_public_address_and_load_balancer(cloud: Cloud) -> None:
    def address(name: str) -> str:
        return network(OWNER, "publicIPAddresses", name)

    frontends = [
        resource(f"{BALANCER}/frontendIPConfigurations/{name}", f"{NETWORK}/loadBalancers/frontendIPConfigurations")
        | {
            "properties": {
                "provisioningState": "Succeeded",
                "privateIPAllocationMethod": "Dynamic",
                "publicIPAddress": {"id": address(public)},
            }
        }
        for name, public in (("fe", "one"), ("fe2", "two"))
    ]
    sku = {"name": "Standard", "tier": "Regional"}
    documented = resource(BALANCER, f"{NETWORK}/loadBalancers", location="westus", sku=sku) | {
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": GUID,
            "frontendIPConfigurations": frontends,
            "backendAddressPools": NOTHING,
            "probes": NOTHING,
            "loadBalancingRules": NOTHING,
            "inboundNatRules": NOTHING,
            "outboundRules": NOTHING,
            "inboundNatPools": NOTHING,
        }
    }
    assert differences(documented, cloud.get(BALANCER)) == []
    documented = resource(address("one"), f"{NETWORK}/publicIPAddresses", location="westus", sku=sku) | {
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": GUID,
            "publicIPAllocationMethod": "Static",
            "publicIPAddressVersion": "IPv4",
            "idleTimeoutInMinutes": 4,
            "ipTags": NOTHING,
            "ipAddress": "40.0.0.1",
            "ipConfiguration": {"id": FRONTEND},
        }
    }
    assert differences(documented, cloud.get(address("one"))) == []


# KustoClustersCreateOrUpdate.json of the specifications (2023-08-15), and the kusto recordings for URIs and state
def test_cluster(cloud: Cloud) -> None:
    """However it was asked for, Azure spells a cluster's id and type with a capital C."""
    body = injected()
    cloud.put(CLUSTER, body)
    id = CLUSTER.replace("/clusters/", "/Clusters/")
    documented = resource(id, "Microsoft.Kusto/Clusters", location="westus") | {
        "sku": {"name": "Standard_D13_v2", "tier": "Standard", "capacity": 2},
        "properties": {
            "provisioningState": "Succeeded",
            "state": "Running",
            "uri": "https://adx1.westus.kusto.windows.net",
            "dataIngestionUri": "https://ingest-adx1.westus.kusto.windows.net",
            "enableAutoStop": True,
            "enableDiskEncryption": False,
            "enableDoubleEncryption": False,
            "enablePurge": False,
            "enableStreamingIngest": False,
            "engineType": "V3",
            "publicIPType": "IPv4",
            "publicNetworkAccess": "Enabled",
            "restrictOutboundNetworkAccess": "Disabled",
            "virtualNetworkConfiguration": body["properties"]["virtualNetworkConfiguration"],
            "privateEndpointConnections": NOTHING,
        },
    }
    assert differences(documented, cloud.get(CLUSTER)) == []


# CreateResourceGroup.json and PutDeploymentResourceGroup.json of the specifications (2021-04-01)
def test_resource_group(cloud: Cloud) -> None:
    properties = {"provisioningState": "Succeeded"}
    type = "Microsoft.Resources/resourceGroups"
    documented = resource(OWNER, type, None, location="westus", properties=properties)
    assert differences(documented, cloud.get(OWNER)) == []


def deployment_body(connection: str, *done: str, **more: Any) -> Json:
    return resource(APPROVALS, "Microsoft.Resources/deployments", None) | {
        "properties": {
            "provisioningState": "Succeeded",
            "mode": "Incremental",
            "templateHash": NUMBER,
            "parameters": {
                "connections": {"type": "Array", "value": [connection]},
                "why": {"type": "String", "value": "it's fine"},
            },
            "correlationId": GUID,
            "timestamp": MOMENT,
            "duration": Like(r"PT[0-9.]+S"),
            "providers": NOTHING,
            "dependencies": NOTHING,
            "outputResources": [{"id": each} for each in done],
            **more,
        }
    }


def test_deployment(cloud: Cloud, alias: str) -> None:
    cloud.put(ENDPOINT, endpoint(alias))
    (connection,) = cloud.connections()
    cloud.put(APPROVALS, approvals(connection["name"]))
    assert differences(deployment_body(connection["name"], connection["id"]), cloud.get(APPROVALS)) == []


@pytest.mark.usefixtures("alias")
def test_failed_deployment(cloud: Cloud) -> None:
    """The error names no more than that an operation failed; what it was is in `details`."""
    with pytest.raises(OperationFailed):
        cloud.put(APPROVALS, approvals("pe.nobody"))
    error = {
        "code": "DeploymentFailed",
        "message": Like("At least one resource deployment operation failed. Please list deployment operations .*"),
        "details": [{"code": "ResourceNotFound", "message": Like("The Resource .* was not found.*")}],
    }
    documented = deployment_body("pe.nobody", provisioningState="Failed", error=error)
    assert differences(documented, cloud.get(APPROVALS)) == []
