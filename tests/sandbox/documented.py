"""Azure's documented answers to a GET, with the ids of `places`; what Azure makes up is there as a pattern."""

from __future__ import annotations

import re
from typing import Any

from azure_sandbox.azure import Json

from .places import (
    CLIENTS,
    CONSUMER,
    CONSUMER_NETWORK,
    CONSUMER_SUBSCRIPTION,
    ENDPOINT,
    FRONTEND,
    GROUP,
    NAT,
    OWNER,
    OWNER_NETWORK,
    SERVICE,
    ZONE,
    ZONE_NAME,
    network,
)


class Like:
    """Any text that the whole of a regular expression matches."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def matches(self, value: Any) -> bool:
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None

    def __repr__(self) -> str:
        return f"Like({self.pattern!r})"


_GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
GUID = Like(_GUID)
WEAK_ETAG = Like(rf'W/"{_GUID}"')
# Private DNS: `"25005181-0000-0100-0000-5ee896050000"` for a link, the same without its quotes for zones and records.
QUOTED_GUID = Like(rf'"{_GUID}"')
ADDRESS = Like(r"\d{1,3}(\.\d{1,3}){3}")
TIMESTAMP = Like(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,7}Z")
DURATION = Like(r"PT(\d+H)?(\d+M)?\d+(\.\d+)?S")
NUMBER = Like(r"\d+")


def named(id: str, type: str) -> Json:
    """What every resource of Microsoft.Network shows of itself."""
    return {"name": id.rsplit("/", 1)[1], "id": id, "etag": WEAK_ETAG, "type": f"Microsoft.Network/{type}"}


def _interface_of(group: str, owner: str) -> str:
    """An owned interface is called after its owner and a guid of its own."""
    return rf"{re.escape(network(group, 'networkInterfaces', owner))}\.nic\.{_GUID}"


# Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_link_service.yaml (api-version
# 2021-08-01): a network made with one subnet and an empty `dhcpOptions`, and its subnet alone.
DOCUMENTED_NETWORK = network(OWNER, "virtualNetworks", "documented")
SUBNET: Json = {
    **named(f"{DOCUMENTED_NETWORK}/subnets/subnet1", "virtualNetworks/subnets"),
    "properties": {
        "provisioningState": "Succeeded",
        "addressPrefix": "10.0.0.0/24",
        "delegations": [],
        "privateEndpointNetworkPolicies": "Enabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
    },
}
VIRTUAL_NETWORK: Json = {
    **named(DOCUMENTED_NETWORK, "virtualNetworks"),
    "location": "westus",
    "tags": {},
    "properties": {
        "provisioningState": "Succeeded",
        "resourceGuid": GUID,
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "dhcpOptions": {"dnsServers": []},
        "subnets": [SUBNET],
        "virtualNetworkPeerings": [],
        "enableDdosProtection": False,
    },
}

# kubernetes-sigs/cloud-provider-azure, pkg/azclient/virtualnetworklinkclient/testdata (api-version 2025-05-01): the
# same without the policies and `dhcpOptions`.
NEWER_NETWORK: Json = {
    **named(DOCUMENTED_NETWORK, "virtualNetworks"),
    "location": "westus",
    "properties": {
        "provisioningState": "Succeeded",
        "resourceGuid": GUID,
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "privateEndpointVNetPolicies": "Disabled",
        "subnets": [
            {
                **named(f"{DOCUMENTED_NETWORK}/subnets/subnet1", "virtualNetworks/subnets"),
                "properties": {
                    "provisioningState": "Succeeded",
                    "addressPrefix": "10.0.0.0/24",
                    "delegations": [],
                    "privateEndpointNetworkPolicies": "Disabled",
                    "privateLinkServiceNetworkPolicies": "Enabled",
                },
            }
        ],
        "virtualNetworkPeerings": [],
        "enableDdosProtection": False,
    },
}

# Azure/azure-cli, .../recordings/test_network_public_ip.yaml (api-version 2022-05-01).
DOCUMENTED_ADDRESS = network(OWNER, "publicIPAddresses", "documented")
PUBLIC_ADDRESS: Json = {
    **named(DOCUMENTED_ADDRESS, "publicIPAddresses"),
    "location": "westus",
    "properties": {
        "provisioningState": "Succeeded",
        "resourceGuid": GUID,
        "ipAddress": ADDRESS,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Static",
        "idleTimeoutInMinutes": 4,
        "ipTags": [],
        "ddosSettings": {"protectionMode": "VirtualNetworkInherited"},
    },
    "sku": {"name": "Standard", "tier": "Regional"},
}

# kubernetes-sigs/cloud-provider-azure, pkg/azclient/publicipaddressclient/testdata (api-version 2025-05-01): the answer
# to a request that says nothing but the location.
BASIC_ADDRESS: Json = {
    **named(DOCUMENTED_ADDRESS, "publicIPAddresses"),
    "location": "westus",
    "properties": {
        "provisioningState": "Succeeded",
        "resourceGuid": GUID,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Dynamic",
        "idleTimeoutInMinutes": 4,
        "ipTags": [],
    },
    "sku": {"name": "Basic", "tier": "Regional"},
}

# Azure/azure-cli, .../recordings/test_network_nic.yaml (api-version 2023-04-01), before its NAT rules; the request of
# test_network_private_link_service.yaml, with `privateIPAddressVersion` on a public frontend, has the same answer.
DOCUMENTED_BALANCER = network(OWNER, "loadBalancers", "documented")
PUBLIC_BALANCER: Json = {
    **named(DOCUMENTED_BALANCER, "loadBalancers"),
    "location": "westus",
    "tags": {},
    "sku": {"name": "Standard", "tier": "Regional"},
    "properties": {
        "provisioningState": "Succeeded",
        "resourceGuid": GUID,
        "frontendIPConfigurations": [
            {
                **named(f"{DOCUMENTED_BALANCER}/frontendIPConfigurations/fe", "loadBalancers/frontendIPConfigurations"),
                "properties": {
                    "provisioningState": "Succeeded",
                    "privateIPAllocationMethod": "Dynamic",
                    "publicIPAddress": {"id": DOCUMENTED_ADDRESS},
                },
            }
        ],
        "backendAddressPools": [
            {
                **named(f"{DOCUMENTED_BALANCER}/backendAddressPools/be", "loadBalancers/backendAddressPools"),
                "properties": {"provisioningState": "Succeeded", "loadBalancerBackendAddresses": []},
            }
        ],
        "loadBalancingRules": [],
        "probes": [],
        "inboundNatRules": [],
        "outboundRules": [],
        "inboundNatPools": [],
    },
}

# Azure/azure-rest-api-specs, Microsoft.Network/stable/2023-11-01/examples/LoadBalancerGet.json: an internal one.
_RULE = {"id": f"{DOCUMENTED_BALANCER}/loadBalancingRules/rule"}
_NAT_RULE = {"id": f"{DOCUMENTED_BALANCER}/inboundNatRules/nat"}
_FRONTEND = {"id": f"{DOCUMENTED_BALANCER}/frontendIPConfigurations/fe"}
INTERNAL_BALANCER: Json = {
    **named(DOCUMENTED_BALANCER, "loadBalancers"),
    "location": "westus",
    "sku": {"name": "Standard"},
    "properties": {
        "provisioningState": "Succeeded",
        "resourceGuid": GUID,
        "frontendIPConfigurations": [
            {
                **named(_FRONTEND["id"], "loadBalancers/frontendIPConfigurations"),
                "properties": {
                    "provisioningState": "Succeeded",
                    "privateIPAddress": ADDRESS,
                    "privateIPAllocationMethod": "Dynamic",
                    "privateIPAddressVersion": "IPv4",
                    "subnet": {"id": NAT},
                    "loadBalancingRules": [_RULE],
                    "inboundNatRules": [_NAT_RULE],
                },
            }
        ],
        "backendAddressPools": [
            {
                **named(f"{DOCUMENTED_BALANCER}/backendAddressPools/be", "loadBalancers/backendAddressPools"),
                "properties": {"provisioningState": "Succeeded", "loadBalancingRules": [_RULE]},
            }
        ],
        "loadBalancingRules": [
            {
                **named(_RULE["id"], "loadBalancers/loadBalancingRules"),
                "properties": {
                    "provisioningState": "Succeeded",
                    "frontendIPConfiguration": _FRONTEND,
                    "frontendPort": 80,
                    "backendPort": 80,
                    "enableFloatingIP": True,
                    "idleTimeoutInMinutes": 15,
                    "protocol": "Tcp",
                    "enableTcpReset": True,
                    "loadDistribution": "Default",
                    "backendAddressPool": {"id": f"{DOCUMENTED_BALANCER}/backendAddressPools/be"},
                    "probe": {"id": f"{DOCUMENTED_BALANCER}/probes/probe"},
                    "disableOutboundSnat": False,
                },
            }
        ],
        "probes": [
            {
                **named(f"{DOCUMENTED_BALANCER}/probes/probe", "loadBalancers/probes"),
                "properties": {
                    "provisioningState": "Succeeded",
                    "protocol": "Http",
                    "port": 80,
                    "requestPath": "healthcheck.aspx",
                    "intervalInSeconds": 15,
                    "numberOfProbes": 2,
                    "probeThreshold": 1,
                    "loadBalancingRules": [_RULE],
                },
            }
        ],
        "inboundNatRules": [
            {
                **named(_NAT_RULE["id"], "loadBalancers/inboundNatRules"),
                "properties": {
                    "provisioningState": "Succeeded",
                    "frontendIPConfiguration": _FRONTEND,
                    "frontendPort": 3389,
                    "backendPort": 3389,
                    "enableFloatingIP": True,
                    "idleTimeoutInMinutes": 15,
                    "protocol": "Tcp",
                    "enableTcpReset": True,
                },
            }
        ],
        "inboundNatPools": [],
    },
}


def _service(address: Json, **more: Any) -> Json:
    """
    Azure/azure-cli, .../recordings/test_network_private_link_service.yaml (azure-behaviour.md, A2, which has the rest:
    what was not sent is absent, and so is a dynamic address).
    """
    return {
        **named(SERVICE, "privateLinkServices"),
        "location": "westus",
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": GUID,
            "fqdns": [],
            "alias": Like(rf"pls\.{_GUID}\.westus\.azure\.privatelinkservice"),
            **more,
            "enableProxyProtocol": False,
            "loadBalancerFrontendIpConfigurations": [{"id": FRONTEND}],
            "ipConfigurations": [
                {
                    **named(f"{SERVICE}/ipConfigurations/nat-1", "privateLinkServices/ipConfigurations"),
                    "properties": {
                        "provisioningState": "Succeeded",
                        **address,
                        "subnet": {"id": NAT},
                        "primary": True,
                        "privateIPAddressVersion": "IPv4",
                    },
                }
            ],
            "privateEndpointConnections": [],
            "networkInterfaces": [{"id": Like(_interface_of(OWNER, "pls"))}],
        },
    }


_DYNAMIC: Json = {"privateIPAllocationMethod": "Dynamic"}
_LIST: Json = {"subscriptions": [CONSUMER_SUBSCRIPTION]}
PRIVATE_LINK_SERVICE: Json = {**_service(_DYNAMIC, visibility=_LIST, autoApproval=_LIST), "tags": {}}
BARE_SERVICE = _service(_DYNAMIC)
STATIC_SERVICE = _service({"privateIPAddress": "10.1.0.9", "privateIPAllocationMethod": "Static"})


def _connection_of_service(state: Json) -> Json:
    """Azure/azure-cli, .../recordings/test_network_private_endpoints.yaml (azure-behaviour.md, B4)."""
    return {
        "name": Like(rf"pe\.{_GUID}"),
        "id": Like(rf"{re.escape(SERVICE)}/privateEndpointConnections/pe\.{_GUID}"),
        "etag": WEAK_ETAG,
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": {"id": ENDPOINT},
            "privateLinkServiceConnectionState": state,
            "linkIdentifier": NUMBER,
        },
        "type": "Microsoft.Network/privateLinkServices/privateEndpointConnections",
    }


def _endpoint(automatic: list[Json], manual: list[Json]) -> Json:
    """Azure/azure-cli, .../recordings/test_network_private_endpoints.yaml (azure-behaviour.md, B2)."""
    return {
        **named(ENDPOINT, "privateEndpoints"),
        "location": "westus",
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": GUID,
            "privateLinkServiceConnections": automatic,
            "manualPrivateLinkServiceConnections": manual,
            "customNetworkInterfaceName": "",
            "subnet": {"id": CLIENTS},
            "ipConfigurations": [],
            "networkInterfaces": [{"id": Like(_interface_of(CONSUMER, "pe"))}],
            "customDnsConfigs": [],
        },
    }


def _connection_of_endpoint(array: str, **properties: Any) -> Json:
    return {
        **named(f"{ENDPOINT}/{array}/connection", f"privateEndpoints/{array}"),
        "properties": {"provisioningState": "Succeeded", **properties},
    }


# The owner's description of a waiting connection is the consumer's message (SupportArticles-docs, troubleshoot-
# private-endpoint-pending-approval.md).
_PENDING: Json = {"status": "Pending", "description": "let us in", "actionsRequired": "None"}
_AUTO_APPROVED: Json = {"status": "Approved", "description": "Auto Approved", "actionsRequired": "None"}
_APPROVED: Json = {"status": "Approved", "description": "Approved by a test", "actionsRequired": "None"}
PENDING_CONNECTION = _connection_of_service(_PENDING)
APPROVED_CONNECTION = _connection_of_service(_APPROVED)
AUTOMATIC_ENDPOINT = _endpoint(
    [
        _connection_of_endpoint(
            "privateLinkServiceConnections",
            privateLinkServiceId=SERVICE,
            privateLinkServiceConnectionState=_AUTO_APPROVED,
        )
    ],
    [],
)


def _manual_endpoint(state: Json) -> Json:
    connection = _connection_of_endpoint(
        "manualPrivateLinkServiceConnections",
        privateLinkServiceId=SERVICE,
        requestMessage="let us in",
        privateLinkServiceConnectionState=state,
    )
    return _endpoint([], [connection])


MANUAL_ENDPOINT = _manual_endpoint(_PENDING)
APPROVED_ENDPOINT = _manual_endpoint(_APPROVED)


def _interface(group: str, owner: str, configuration: str, subnet: str, **more: Any) -> Json:
    """
    Azure/azure-cli, .../recordings/test_multiple_ipconfigs_remove_by_shorthand.yaml (recorded in September 2024,
    api-version 2022-11-01): an interface that no machine has. Who owns it, and what it has for an endpoint, is in
    azure-behaviour.md, A2 and B2; an inventory of a subscription that somebody published has all of an endpoint's.
    """
    id = _interface_of(group, owner)
    return {
        "name": Like(id.rsplit("/", 1)[1]),
        "id": Like(id),
        "etag": WEAK_ETAG,
        "location": "westus",
        "kind": "Regular",
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": GUID,
            "ipConfigurations": [
                {
                    "name": Like(configuration),
                    "id": Like(f"{id}/ipConfigurations/{configuration}"),
                    "etag": WEAK_ETAG,
                    "type": "Microsoft.Network/networkInterfaces/ipConfigurations",
                    "properties": {
                        "provisioningState": "Succeeded",
                        "privateIPAddress": ADDRESS,
                        "privateIPAllocationMethod": "Dynamic",
                        "subnet": {"id": subnet},
                        "primary": True,
                        "privateIPAddressVersion": "IPv4",
                        **more,
                    },
                }
            ],
            "dnsSettings": {
                "dnsServers": [],
                "appliedDnsServers": [],
                "internalDomainNameSuffix": Like(r"[a-z0-9]{26}\.[a-z]x\.internal\.cloudapp\.net"),
            },
            "macAddress": "",
            "vnetEncryptionSupported": False,
            "enableIPForwarding": False,
            "disableTcpStateTracking": False,
            "hostedWorkloads": [],
            "tapConfigurations": [],
            "nicType": "Standard",
            "allowPort25Out": True,
            "defaultOutboundConnectivityEnabled": False,
            "auxiliaryMode": "None",
            "auxiliarySku": "None",
        },
        "type": "Microsoft.Network/networkInterfaces",
    }


INTERFACE_OF_ENDPOINT = _interface(
    CONSUMER,
    "pe",
    rf"privateEndpointIpConfig\.{_GUID}",
    CLIENTS,
    privateLinkConnectionProperties={"groupId": "", "requiredMemberName": "", "fqdns": []},
)
INTERFACE_OF_ENDPOINT["properties"]["privateEndpoint"] = {"id": ENDPOINT}
INTERFACE_OF_SERVICE = _interface(OWNER, "pls", "nat-1", NAT)
INTERFACE_OF_SERVICE["properties"]["privateLinkService"] = {"id": SERVICE}

# kubernetes-sigs/cloud-provider-azure, pkg/azclient/interfaceclient/testdata (api-version 2025-05-01): a user's own.
OWN_INTERFACE_ID = network(CONSUMER, "networkInterfaces", "own")
OWN_INTERFACE: Json = {
    **_interface(CONSUMER, "own", "ipConfig1", CLIENTS),
    "name": "own",
    "id": OWN_INTERFACE_ID,
}
OWN_INTERFACE["properties"]["ipConfigurations"][0]["id"] = f"{OWN_INTERFACE_ID}/ipConfigurations/ipConfig1"
OWN_INTERFACE["properties"]["enableAcceleratedNetworking"] = False
del OWN_INTERFACE["properties"]["macAddress"]

# Azure/azure-cli, .../recordings/test_network_private_endpoint_private_dns_zone_group.yaml (azure-behaviour.md, C6).
ZONE_GROUP_ID = f"{ENDPOINT}/privateDnsZoneGroups/default"
ZONE_GROUP: Json = {
    **named(ZONE_GROUP_ID, "privateEndpoints/privateDnsZoneGroups"),
    "properties": {
        "provisioningState": "Succeeded",
        "privateDnsZoneConfigs": [
            {
                **named(
                    f"{ZONE_GROUP_ID}/privateDnsZoneConfigs/kusto",
                    "privateEndpoints/privateDnsZoneGroups/privateDnsZoneConfigs",
                ),
                "properties": {"provisioningState": "Succeeded", "privateDnsZoneId": ZONE, "recordSets": []},
            }
        ],
    },
}

# Azure/azure-cli, command_modules/privatedns/tests/latest/recordings (azure-behaviour.md, C1, C2 and C3); the zone:
# kubernetes-sigs/cloud-provider-azure, pkg/azclient/privatezoneclient/testdata (api-version 2024-06-01).
PRIVATE_ZONE: Json = {
    **named(ZONE, "privateDnsZones"),
    "etag": GUID,
    "location": "global",
    "properties": {
        "internalId": Like(r"[A-Za-z0-9+/]+={0,2}"),
        "maxNumberOfRecordSets": 25000,
        "maxNumberOfVirtualNetworkLinks": 1000,
        "maxNumberOfVirtualNetworkLinksWithRegistration": 100,
        "numberOfRecordSets": 1,
        "numberOfVirtualNetworkLinks": 0,
        "numberOfVirtualNetworkLinksWithRegistration": 0,
        "provisioningState": "Succeeded",
    },
}
RECORD_SET: Json = {
    **named(f"{ZONE}/A/host", "privateDnsZones/A"),
    "etag": GUID,
    "properties": {
        "fqdn": f"host.{ZONE_NAME}.",
        "ttl": 300,
        "aRecords": [{"ipv4Address": "10.0.0.4"}],
        "isAutoRegistered": False,
    },
}


def record_set(kind: str, name: str, **properties: Any) -> Json:
    """
    Azure/azure-cli, command_modules/privatedns/tests/latest/recordings: test_Private_Dns_Zone1_Import.yaml,
    test_CrudRecordSet_SRVRecord_ExpectCrudSuccessful.yaml and, for the SOA record set that a zone begins with,
    test_GetRecordSet_SoaRecord_ExpectRecordSetRetrieved.yaml.
    """
    return {
        **named(f"{ZONE}/{kind}/{name}", f"privateDnsZones/{kind}"),
        "etag": GUID,
        "properties": {
            "fqdn": f"{ZONE_NAME}." if name == "@" else f"{name}.{ZONE_NAME}.",
            "ttl": 3600,
            **properties,
            "isAutoRegistered": False,
        },
    }


RECORDS: dict[str, Json] = {
    "AAAA": {"aaaaRecords": [{"ipv6Address": "2001:4898:e0:99:6dc4:6329:1c99:4e69"}]},
    "CNAME": {"cnameRecord": {"cname": "contoso.com."}},
    "MX": {"mxRecords": [{"exchange": "mail.contoso.com.", "preference": 1}]},
    "PTR": {"ptrRecords": [{"ptrdname": "contoso.com"}]},
    "SRV": {"srvRecords": [{"port": 120, "priority": 1, "target": "targ.et", "weight": 5}]},
    "TXT": {"txtRecords": [{"value": ["manualtxt"]}]},
}
FIRST_RECORD_SET = record_set(
    "SOA",
    "@",
    soaRecord={
        "email": "azureprivatedns-host.microsoft.com",
        "expireTime": 2419200,
        "host": "azureprivatedns.net",
        "minimumTtl": 10,
        "refreshTime": 3600,
        "retryTime": 300,
        "serialNumber": 1,
    },
)
NETWORK_LINK: Json = {
    **named(f"{ZONE}/virtualNetworkLinks/link", "privateDnsZones/virtualNetworkLinks"),
    "etag": QUOTED_GUID,
    "location": "global",
    "properties": {
        "provisioningState": "Succeeded",
        "registrationEnabled": False,
        "virtualNetwork": {"id": CONSUMER_NETWORK},
        "virtualNetworkLinkState": "Completed",
    },
}

# Azure/azure-cli-extensions, src/kusto/azext_kusto/tests/latest/recordings/test_kusto_Scenario.yaml (api-version
# 2022-02-01), without the identity that was asked for there; the public cloud's suffix for that of a test cloud.
CLUSTER_ID = f"{OWNER}/providers/Microsoft.Kusto/Clusters/adx1"
CLUSTER: Json = {
    "id": CLUSTER_ID,
    "name": "adx1",
    "type": "Microsoft.Kusto/Clusters",
    "etag": Like(rf'"{TIMESTAMP.pattern}"'),
    "location": "West US",
    "sku": {"name": "Standard_E2a_v4", "tier": "Standard", "capacity": 2},
    "tags": {},
    "properties": {
        "state": "Running",
        "stateReason": None,
        "uri": "https://adx1.westus.kusto.windows.net",
        "dataIngestionUri": "https://ingest-adx1.westus.kusto.windows.net",
        "trustedExternalTenants": [],
        "virtualNetworkConfiguration": None,
        "optimizedAutoscale": None,
        "enableDiskEncryption": False,
        "enableStreamingIngest": True,
        "keyVaultProperties": None,
        "languageExtensions": {"value": []},
        "enablePurge": True,
        "enableDoubleEncryption": False,
        "engineType": "V3",
        "acceptedAudiences": [],
        "restrictOutboundNetworkAccess": "Disabled",
        "allowedFQDNList": [],
        "publicNetworkAccess": "Enabled",
        "allowedIpRangeList": ["0.0.0.0/0"],
        "enableAutoStop": True,
        "provisioningState": "Succeeded",
    },
}

# Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_asg.yaml (api-version 2021-08-01).
SECURITY_GROUP: Json = {
    **named(GROUP, "applicationSecurityGroups"),
    "location": "westus",
    "tags": {"foo": "doo"},
    "properties": {"provisioningState": "Succeeded"},
}

# Azure/azure-cli, command_modules/resource/tests/latest/recordings/test_cannotdelete_resource_lock.yaml (api-version
# 2016-09-01).
LOCK_ID = f"{OWNER_NETWORK}/providers/Microsoft.Authorization/locks/documented"
LOCK: Json = {
    "properties": {"level": "CanNotDelete"},
    "id": LOCK_ID,
    "type": "Microsoft.Authorization/locks",
    "name": "documented",
}

# Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_public_ip.yaml (api-version
# 2021-04-01).
RESOURCE_GROUP: Json = {
    "id": OWNER,
    "name": "owner",
    "type": "Microsoft.Resources/resourceGroups",
    "location": "westus",
    "properties": {"provisioningState": "Succeeded"},
}

# Azure/azure-cli, .../recordings/test_network_private_link_service.yaml (api-version 2021-04-01): a template with a
# public address and a load balancer that depends on it, without the outputs that it has there.
DEPLOYMENT_ID = f"{OWNER}/providers/Microsoft.Resources/deployments/documented"
_DEPLOYED: Json = {
    "templateHash": NUMBER,
    "parameters": {},
    "mode": "Incremental",
    "timestamp": TIMESTAMP,
    "duration": DURATION,
    "correlationId": GUID,
    "providers": [
        {
            "namespace": "Microsoft.Network",
            "resourceTypes": [
                {"resourceType": "publicIPAddresses", "locations": ["westus"]},
                {"resourceType": "loadBalancers", "locations": ["westus"]},
            ],
        }
    ],
    "dependencies": [
        {
            "dependsOn": [
                {
                    "id": DOCUMENTED_ADDRESS,
                    "resourceType": "Microsoft.Network/publicIPAddresses",
                    "resourceName": "documented",
                }
            ],
            "id": DOCUMENTED_BALANCER,
            "resourceType": "Microsoft.Network/loadBalancers",
            "resourceName": "documented",
        }
    ],
}
SUCCEEDED_DEPLOYMENT: Json = {
    "id": DEPLOYMENT_ID,
    "name": "documented",
    "type": "Microsoft.Resources/deployments",
    "properties": {
        **_DEPLOYED,
        "provisioningState": "Succeeded",
        "outputResources": [{"id": DOCUMENTED_BALANCER}, {"id": DOCUMENTED_ADDRESS}],
    },
}

# The error is that of MicrosoftDocs' pages on failed deployments (a status: `{"status":"Failed","error":…}`), which
# the properties repeat (SPEC: DeploymentPropertiesExtended.error). The rest is as in a deployment that succeeded.
FAILED_DEPLOYMENT: Json = {
    "id": DEPLOYMENT_ID,
    "name": "documented",
    "type": "Microsoft.Resources/deployments",
    "properties": {
        **_DEPLOYED,
        "provisioningState": "Failed",
        "error": {
            "code": "DeploymentFailed",
            "target": DEPLOYMENT_ID,
            "message": "At least one resource deployment operation failed. Please list deployment operations for "
            "details. Please see https://aka.ms/arm-deployment-operations for usage details.",
            "details": [{"code": Like(r"\w+"), "target": DOCUMENTED_BALANCER, "message": Like(".+")}],
        },
    },
}
