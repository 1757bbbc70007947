"""Microsoft.Kusto/clusters: names, host names, and injection in a virtual network."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ...rules import OWN_CHOICE, Rule
from ..bodies import CANNOT_PARSE, Json, properties, read_object, read_objects
from ..clouds import cloud_of
from ..errors import Rejection
from ..references import find_referenced, parse_ids
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType
from ..type_names import CLUSTER_CONNECTIONS, CLUSTERS, MANAGED_PRIVATE_ENDPOINTS, PUBLIC_IP_ADDRESSES, SUBNETS

_NAME = re.compile(r"[a-z][a-z0-9]{3,21}")
_INJECTION = {
    "subnetId": SUBNETS,
    "enginePublicIpId": PUBLIC_IP_ADDRESSES,
    "dataManagementPublicIpId": PUBLIC_IP_ADDRESSES,
}
_DELEGATION = "Microsoft.Kusto/clusters"

BAD_NAME = Rejection(
    says="A cluster's name has 4 to 22 lower-case letters and digits, and begins with a letter",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md "
    "(Microsoft.Kusto); code and text are an own choice",
    code="InvalidClusterName",
    message="The cluster name '{name}' is not valid: it must have 4 to 22 lower-case letters and digits, beginning "
    "with a letter.",
)
NAME_TAKEN = Rejection(
    says="A cluster's name is unique in all of Azure",
    source="MicrosoftDocs, azure/templates/microsoft.kusto/clusters (unique across Azure); code and text are an own "
    "choice",
    status=409,
    code="ClusterNameAlreadyExists",
    message="The cluster name '{name}' is already in use.",
)
NO_SKU = Rejection(
    says="A cluster has a sku with a name and a tier",
    source="Azure/azure-rest-api-specs, specification/azure-kusto (required); code and text are an own choice",
    code="InvalidClusterSku",
    message="Cluster {cluster} needs a sku with a name and a tier, Basic or Standard.",
)
NOT_DELEGATED = Rejection(
    says="A cluster is injected only in a subnet that is delegated to Microsoft.Kusto/clusters",
    source="MicrosoftDocs/dataexplorer-docs#1349",
    code="MissingSubnetDelegation",
    message="Creating cluster in subnet '{subnet}' requires delegating subnet to 'Microsoft.Kusto/clusters'. Please "
    "delegate the subnet and retry operation, see https://aka.ms/adxvnetportal",
)
WRONG_INJECTION = Rejection(
    says="An injected cluster has a subnet and two public addresses",
    source=f"{OWN_CHOICE}: code and text",
    code="InvalidVirtualNetworkConfiguration",
    message="The virtual network configuration of cluster {cluster} has {id} for its {name}.",
)
INJECTION_CHANGED = Rejection(
    says="The subnet and the public addresses of an injected cluster cannot change; the cluster leaves its network "
    "with `state: Disabled`",
    source="hashicorp/terraform-provider-azurerm, kusto_cluster `virtual_network_configuration` (ForceNew); "
    "MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-migrate-vnet-to-private-endpoint.md; code and "
    "text are an own choice",
    code="ClusterVirtualNetworkConfigurationCannotBeChanged",
    message="The virtual network configuration of cluster {cluster} cannot be changed, but for its state.",
)
DELETED = Rule(
    says="A cluster with connected endpoints can be deleted; the endpoints are then Disconnected",
    source=f"{OWN_CHOICE}, after storage accounts",
)
SHAPE = Rule(
    says="A cluster's id and type are spelt `Clusters`, its etag is a quoted timestamp, its URIs consist of its name, "
    "region and cloud; a property without a value has its default",
    source="Azure/azure-cli-extensions, src/kusto/azext_kusto/tests/latest/recordings/test_kusto_Scenario.yaml; "
    "Azure/azure-kusto-python, wellKnownKustoEndpoints.json",
)


class Cluster(ResourceType):
    type = CLUSTERS

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        if not _NAME.fullmatch(id.name):
            raise BAD_NAME(name=id.name)
        for other in arm.store.of_type(self.type):
            if other.id.lower() != id.key and other.body["name"] == id.name:
                raise NAME_TAKEN(name=id.name)
        sku = read_object(body, "sku")
        if not sku.get("name") or sku.get("tier") not in ("Basic", "Standard"):
            raise NO_SKU(cluster=id.text)
        if old and self.referenced_ids(old) and _lower(self.referenced_ids(old)) != _lower(self.referenced_ids(body)):
            raise INJECTION_CHANGED(cluster=id.text)
        _check_injection(arm, id, read_object(properties(body), "virtualNetworkConfiguration"))
        host = f"{id.name}.{body['location']}.{cloud_of(body['location']).kusto_suffix}"
        return {
            "sku": sku,
            **{name: body[name] for name in ("zones", "identity") if body.get(name) is not None},
            "properties": {
                "stateReason": None,
                "publicNetworkAccess": "Enabled",
                "publicIPType": "IPv4",
                "restrictOutboundNetworkAccess": "Disabled",
                "allowedFqdnList": [],
                "acceptedAudiences": [],
                "trustedExternalTenants": [],
                "engineType": "V3",
                "enableAutoStop": True,
                "enableDiskEncryption": False,
                "enableDoubleEncryption": False,
                "enablePurge": False,
                "enableStreamingIngest": False,
                "keyVaultProperties": None,
                "languageExtensions": {"value": []},
                "optimizedAutoscale": None,
                "virtualNetworkConfiguration": None,
                **{name: value for name, value in properties(body).items() if name != "privateEndpointConnections"},
                "state": "Running",
                "provisioningState": "Succeeded",
                "uri": f"https://{host}",
                "dataIngestionUri": f"https://ingest-{host}",
            },
        }

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        connections = [
            arm.get(ResourceId.parse(connection.id))
            for connection in arm.store.children(id.key, CLUSTER_CONNECTIONS)
            if not arm.store.is_hidden(connection.id)
        ]
        return {**body, "properties": {**properties(body), "privateEndpointConnections": connections}}

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        for type in (CLUSTER_CONNECTIONS, MANAGED_PRIVATE_ENDPOINTS):
            for child in arm.store.children(id.key, type):
                arm.delete(ResourceId.parse(child.id))

    def referenced_ids(self, body: Json) -> list[str]:
        configuration = read_object(properties(body), "virtualNetworkConfiguration")
        return [str(configuration[name]) for name in _INJECTION if name in configuration]

    def linked_actions(self, id: ResourceId, body: Json) -> list[tuple[str, str]]:
        return [(f"{ResourceId.parse(id).type}/join/action", id) for id in parse_ids(self.referenced_ids(body))]

    def new_etag(self) -> str:
        return f'"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"'


def _check_injection(arm: ResourceManager, id: ResourceId, configuration: Json) -> None:
    if not configuration:
        return
    for name, type in _INJECTION.items():
        if name not in configuration:
            raise CANNOT_PARSE()
        target = find_referenced(arm, str(configuration[name]), id)
        if target.type != type.lower():
            raise WRONG_INJECTION(cluster=id.text, id=configuration[name], name=name)
    subnet = arm.store.get(str(configuration["subnetId"]))
    delegations = read_objects(subnet.body, "delegations") if subnet else []
    services = {str(properties(delegation).get("serviceName")).lower() for delegation in delegations}
    if _DELEGATION.lower() not in services:
        raise NOT_DELEGATED(subnet=configuration["subnetId"])


def _lower(ids: list[str]) -> list[str]:
    return [id.lower() for id in ids]
