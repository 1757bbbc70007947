"""The rights on other resources that a PUT of each type needs."""

from __future__ import annotations

from typing import Any

import pytest

from azure_sandbox.azure import ResourceId
from azure_sandbox.azure.resource_type import ResourceType
from azure_sandbox.azure.resource_types.clusters import Cluster
from azure_sandbox.azure.resource_types.metric_alerts import MetricAlert
from azure_sandbox.azure.resource_types.private_dns_zone_groups import PrivateDnsZoneGroup
from azure_sandbox.azure.resource_types.private_endpoints import PrivateEndpoint
from azure_sandbox.azure.resource_types.private_link_services import PrivateLinkService
from azure_sandbox.azure.resource_types.virtual_network_links import VirtualNetworkLink

from ...small_world import (
    CLIENTS,
    CONSUMER_NETWORK,
    ENDPOINT,
    FRONTEND,
    GROUP,
    NAT,
    OWNER,
    SERVICE,
    SPARE,
    ZONE,
    endpoint,
    link,
    nat,
    network,
    service,
)
from .alert_bodies import ACTION_GROUP, ALERT, alert
from .cluster_bodies import CLUSTER, injected
from .storage_bodies import ACCOUNT

ALIAS = "pls.00000000-0000-0000-0000-000000000000.westus.azure.privatelinkservice"
JOIN_SUBNET = "Microsoft.Network/virtualNetworks/subnets/join/action"
JOIN_FRONTEND = "Microsoft.Network/loadBalancers/frontendIPConfigurations/join/action"
JOIN_NETWORK = "Microsoft.Network/virtualNetworks/join/action"
JOIN_ADDRESS = "Microsoft.Network/publicIPAddresses/join/action"
JOIN_ZONE = "Microsoft.Network/privateDnsZones/join/action"
JOIN_GROUP = "Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action"
APPROVE = "Microsoft.Network/privateLinkServices/PrivateEndpointConnectionsApproval/action"
APPROVE_OF_CLUSTER = "Microsoft.Kusto/Clusters/PrivateEndpointConnectionsApproval/action"
APPROVE_OF_STORAGE = "Microsoft.Storage/storageAccounts/PrivateEndpointConnectionsApproval/action"


@pytest.mark.parametrize(
    ("kind", "id", "body", "actions"),
    [
        pytest.param(
            PrivateLinkService(),
            SERVICE,
            service(ipConfigurations=[nat("a"), nat("b", SPARE)]),
            [(JOIN_SUBNET, NAT), (JOIN_SUBNET, SPARE), (JOIN_FRONTEND, FRONTEND)],
            id="a service joins subnets and a frontend",
        ),
        pytest.param(
            PrivateEndpoint(),
            ENDPOINT,
            endpoint(SERVICE, manual=False),
            [(JOIN_SUBNET, CLIENTS), (APPROVE, SERVICE)],
            id="an automatic connection approves itself",
        ),
        pytest.param(
            PrivateEndpoint(),
            ENDPOINT,
            endpoint(ACCOUNT, manual=False),
            [(JOIN_SUBNET, CLIENTS), (APPROVE_OF_STORAGE, ACCOUNT)],
            id="one to a storage account too",
        ),
        pytest.param(
            PrivateEndpoint(),
            ENDPOINT,
            endpoint(CLUSTER, manual=False),
            [(JOIN_SUBNET, CLIENTS), (APPROVE_OF_CLUSTER, CLUSTER)],
            id="and one to a cluster",
        ),
        pytest.param(
            PrivateEndpoint(), ENDPOINT, endpoint(SERVICE), [(JOIN_SUBNET, CLIENTS)], id="a manual connection by id"
        ),
        pytest.param(PrivateEndpoint(), ENDPOINT, endpoint(ALIAS), [(JOIN_SUBNET, CLIENTS)], id="and by alias"),
        pytest.param(
            PrivateEndpoint(),
            ENDPOINT,
            endpoint(ALIAS, applicationSecurityGroups=[{"id": GROUP}]),
            [(JOIN_SUBNET, CLIENTS), (JOIN_GROUP, GROUP)],
            id="an endpoint joins a security group",
        ),
        pytest.param(
            PrivateEndpoint(),
            ENDPOINT,
            endpoint(ALIAS, manual=False, subnet=""),
            [],
            id="a target that the PUT rejects",
        ),
        pytest.param(
            PrivateDnsZoneGroup(),
            f"{ENDPOINT}/privateDnsZoneGroups/default",
            {"properties": {"privateDnsZoneConfigs": [{"name": "a", "properties": {"privateDnsZoneId": ZONE}}]}},
            [(JOIN_ZONE, ZONE)],
            id="a zone group joins its zones",
        ),
        pytest.param(
            VirtualNetworkLink(),
            f"{ZONE}/virtualNetworkLinks/link",
            link(),
            [(JOIN_NETWORK, CONSUMER_NETWORK)],
            id="a link joins its network",
        ),
        pytest.param(
            VirtualNetworkLink(), f"{ZONE}/virtualNetworkLinks/link", link("vnet"), [], id="a link to nowhere"
        ),
        pytest.param(
            Cluster(),
            CLUSTER,
            injected("nat"),
            [
                (JOIN_SUBNET, NAT),
                (JOIN_ADDRESS, network(OWNER, "publicIPAddresses", "one")),
                (JOIN_ADDRESS, network(OWNER, "publicIPAddresses", "two")),
            ],
            id="an injected cluster joins its subnet and addresses",
        ),
        pytest.param(
            MetricAlert(),
            ALERT,
            alert(),
            [
                ("Microsoft.Network/privateLinkServices/read", SERVICE),
                ("Microsoft.Insights/actionGroups/read", ACTION_GROUP),
            ],
            id="an alert reads what it watches and its action group",
        ),
    ],
)
def test_linked_actions(kind: ResourceType, id: str, body: dict[str, Any], actions: list[tuple[str, str]]) -> None:
    assert list(kind.linked_actions(ResourceId.parse(id), body)) == actions
