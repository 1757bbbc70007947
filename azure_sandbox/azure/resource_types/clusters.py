"""Microsoft.Kusto/clusters: names, host names, and what a GET shows."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from typing import Any, cast

from ...rules import OWN_CHOICE, Rule
from ..bodies import Json, properties, read_object
from ..callers import HOME_TENANT
from ..clouds import cloud_of
from ..errors import Rejection
from ..patch_operations import NOT_TERMINAL, running_operation
from ..references import parse_ids
from ..resource_ids import ResourceId, parent_of
from ..resource_type import ResourceManager, ResourceType
from ..type_names import ATTACHED_DATABASE_CONFIGURATIONS, CLUSTER_CONNECTIONS, CLUSTERS, MANAGED_PRIVATE_ENDPOINTS
from .cluster_networks import list_injection_ids, read_network
from .cluster_properties import read_properties, show_properties
from .cluster_states import CREATING, describe_new, read_state

_RECORDED = "Azure/azure-powershell, src/Kusto/Kusto.Autorest/test/Get-AzKustoCluster.Recording.json (2024-04-13)"
_SCENARIO = "Azure/azure-cli-extensions, src/kusto/azext_kusto/tests/latest/recordings/test_kusto_Scenario.yaml"

BAD_NAME = Rejection(
    says="A cluster's name has 4 to 22 letters, digits and dashes, and begins with a letter",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/resource-name-rules.md "
    "(Microsoft.Kusto); hashicorp/terraform-provider-azurerm#23790 (dashes); "
    f"{_SCENARIO} (capital letters); code and text are an own choice",
    code="InvalidClusterName",
    message="The cluster name '{name}' is not valid: it must have 4 to 22 letters, digits and dashes, beginning with a "
    "letter.",
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
HAS_FOLLOWERS = Rejection(
    says="A cluster whose databases another cluster follows cannot be deleted",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/follower.md; code and text are an own choice",
    code="ClusterHasFollowers",
    message="Cluster {cluster} cannot be deleted: {follower} follows its databases. Detach them first.",
)
DELETED = Rule(
    says="A cluster with connected endpoints can be deleted; the endpoints are then Disconnected",
    source=f"{OWN_CHOICE}, after storage accounts",
)
SHAPE = Rule(
    says="A cluster's id and type are spelt `Clusters`. Its URIs consist of its name in lower case, its region and "
    "its cloud",
    source=f"{_RECORDED}; {_SCENARIO}; Azure/azure-kusto-python, wellKnownKustoEndpoints.json",
)
DISPLAYED_LOCATION = Rule(
    says="A cluster shows its location by the region's display name (`West US`), however the request spells it",
    source=f"{_RECORDED}; {_SCENARIO}",
)
ALL_KEYS = Rule(
    says="A cluster shows every property: without a value it is null, an empty list or its default. Only `zones` and "
    "`identity` are absent if they have no value",
    source=_RECORDED,
)
FULL_REPLACEMENT = Rule(
    says="A PUT replaces a cluster: a property that the body leaves out goes back to its default. So it may open the "
    "cluster to the public",
    source="Azure/azure-cli-extensions#9966; pulumi/pulumi-azure-native#2175",
)
ETAG = Rule(
    says="A cluster's etag is a quoted timestamp. It changes with each change of the cluster, and not with a decision "
    "on a connection",
    source=f"{_RECORDED}; {_SCENARIO}; that a PUT without a change keeps it is an {OWN_CHOICE}, after PATCH",
)
IDENTITY = Rule(
    says="A cluster's own identity has a principal and a tenant, and each assigned identity a principal and a client",
    source=f"{_RECORDED}; that the ids are the same in every run is an {OWN_CHOICE}",
)

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{3,21}")
_TIERS = ("Basic", "Standard")


class Cluster(ResourceType):
    type = CLUSTERS

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        _check_name(arm, id)
        sku = read_object(body, "sku")
        if not sku.get("name") or sku.get("tier") not in _TIERS:
            raise NO_SKU(cluster=id.text)
        state = read_state(arm, id, body, old)
        network = read_network(arm, id, body, old)
        location = body["location"]
        host = f"{id.name.lower()}.{location}.{cloud_of(location).kusto_suffix}"
        new: Json = {
            "sku": sku,
            **({"zones": body["zones"]} if body.get("zones") else {}),
            **({"identity": _complete_identity(id, body)} if body.get("identity") else {}),
            "properties": {
                "state": state,
                "stateReason": "",
                "uri": f"https://{host}",
                "dataIngestionUri": f"https://ingest-{host}",
                "virtualNetworkConfiguration": network,
                **read_properties(arm, body, old),
                "migrationCluster": None,
                "zoneStatus": "Zonal" if body.get("zones") else "NonZonal",
                "provisioningState": "Succeeded",
            },
        }
        return {**new, "etag": old["etag"]} if old and _is_same({**new, "tags": body.get("tags")}, old) else new

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        if properties(body)["state"] == CREATING:
            return describe_new(body)
        connections = [
            arm.get(ResourceId.parse(connection.id))
            for connection in arm.store.children(id.key, CLUSTER_CONNECTIONS)
            if not arm.store.is_hidden(connection.id)
        ]
        answer: Json = {
            "tags": {},
            **body,
            "location": cloud_of(body["location"]).regions[body["location"]],
            "properties": {**show_properties(properties(body)), "privateEndpointConnections": connections},
        }
        return _show_running(answer) if running_operation(arm.store, id.key) else answer

    def patched(self, body: Json, change: Json) -> Json:
        named = {name: value for name, value in change.items() if value is not None}
        return {
            **body,
            **named,
            "sku": {**body["sku"], **read_object(change, "sku")},
            "properties": {
                **properties(body),
                **{name: value for name, value in properties(change).items() if value is not None},
            },
        }

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:
        if running_operation(arm.store, id.key):
            raise NOT_TERMINAL(id=id.text)
        for configuration in arm.store.referrers(id.key, ATTACHED_DATABASE_CONFIGURATIONS):
            raise HAS_FOLLOWERS(cluster=id.text, follower=parent_of(configuration.id))
        for type in (ATTACHED_DATABASE_CONFIGURATIONS, CLUSTER_CONNECTIONS, MANAGED_PRIVATE_ENDPOINTS):
            for child in arm.store.children(id.key, type):
                arm.delete(ResourceId.parse(child.id))

    def referenced_ids(self, body: Json) -> list[str]:
        return list_injection_ids(body)

    def linked_actions(self, id: ResourceId, body: Json) -> list[tuple[str, str]]:
        return [(f"{ResourceId.parse(id).type}/join/action", id) for id in parse_ids(self.referenced_ids(body))]

    def new_etag(self) -> str:
        return f'"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"'


def _show_running(cluster: Json) -> Json:
    """A cluster with a running operation, as a GET shows it."""
    identity = {name: value for name, value in read_object(cluster, "identity").items() if name != "principalId"}
    return {
        **cluster,
        **({"identity": identity} if identity else {}),
        "properties": {**properties(cluster), "provisioningState": "Running"},
    }


def _check_name(arm: ResourceManager, id: ResourceId) -> None:
    if not _NAME.fullmatch(id.name):
        raise BAD_NAME(name=id.name)
    for other in arm.store.of_type(CLUSTERS):
        if other.id.lower() != id.key and other.body["name"].lower() == id.name.lower():
            raise NAME_TAKEN(name=id.name)


def _is_same(new: Json, old: Json) -> bool:
    """Whether a PUT changes nothing of a stored cluster."""
    names = ("sku", "zones", "identity", "properties")
    return all(new.get(name) == old.get(name) for name in names) and (new["tags"] or {}) == old.get("tags", {})


def _complete_identity(id: ResourceId, body: Json) -> Json:
    requested = read_object(body, "identity")
    identity: Json = {"type": requested.get("type")}
    if "SystemAssigned" in str(requested.get("type")):
        identity |= {"principalId": _guid(id.key), "tenantId": HOME_TENANT}
    if assigned := requested.get("userAssignedIdentities"):
        # The names are a list in the SDK, and the keys of an object in Azure.
        identity["userAssignedIdentities"] = {
            name: {"principalId": _guid(name.lower()), "clientId": _guid(f"{name.lower()} client")}
            for name in cast("dict[str, Any] | list[str]", assigned)
        }
    return identity


def _guid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))
