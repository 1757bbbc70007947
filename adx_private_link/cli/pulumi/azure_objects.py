"""The Azure objects that a stack plans: their ids, and how an existing object differs from its plan."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from .preview import is_unknown
from .state import Resource

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"
_CLUSTER = f"{_GROUP}/providers/Microsoft.Kusto/Clusters/{{clusterName}}"
_ENDPOINT = f"{_NETWORK}/privateEndpoints/{{privateEndpointName}}"
_ZONE = f"{_NETWORK}/privateDnsZones/{{privateZoneName}}"

_PATHS = {
    "azure-native:network:PrivateLinkService": f"{_NETWORK}/privateLinkServices/{{serviceName}}",
    "azure-native:network:PrivateEndpoint": _ENDPOINT,
    "azure-native:network:PrivateDnsZoneGroup": f"{_ENDPOINT}/privateDnsZoneGroups/{{privateDnsZoneGroupName}}",
    "azure-native:resources:Deployment": f"{_GROUP}/providers/Microsoft.Resources/deployments/{{deploymentName}}",
    "azure-native:authorization:ManagementLockByScope": "{scope}/providers/Microsoft.Authorization/locks/{lockName}",
    "azure-native:kusto:ManagedPrivateEndpoint": (f"{_CLUSTER}/ManagedPrivateEndpoints/{{managedPrivateEndpointName}}"),
    "azure-native:monitor:MetricAlert": f"{_GROUP}/providers/Microsoft.Insights/metricAlerts/{{ruleName}}",
    "azure-native:monitor:DiagnosticSetting": "{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
    "azure-native:privatedns:PrivateZone": _ZONE,
    "azure-native:privatedns:VirtualNetworkLink": f"{_ZONE}/virtualNetworkLinks/{{virtualNetworkLinkName}}",
    "azure-native:privatedns:PrivateRecordSet": f"{_ZONE}/{{recordType}}/{{relativeRecordSetName}}",
}
"""The id of an object in Azure, for each type that this library creates."""
_PARAMETER = re.compile(r"\{(\w+)\}")

_NOT_ANSWERED = {"azureApiVersion", "template"}
"""Inputs that are missing in Azure's answer: the provider's own, and a deployment's template."""
_OF_ANY_KEYS = {"metadata", "tags"}
"""Properties in which an additional key is a difference, too."""
_UNORDERED = {"applicationSecurityGroups", "autoApproval", "visibility"}
"""Properties whose items Azure returns in an order of its own."""


def subscriptions_of(resources: Iterable[Resource]) -> dict[str, str]:
    """Return each provider's subscription by its URN: the configured one, or that of an object that it created."""
    default = os.environ.get("ARM_SUBSCRIPTION_ID", "")
    subscriptions: dict[str, str] = {}
    for resource in resources:
        if resource.type == "pulumi:providers:azure-native":
            subscriptions[resource.urn] = str(resource.inputs.get("subscriptionId", default))
        elif (match := re.match("/subscriptions/([^/]+)/", resource.id)) and not subscriptions.get(
            resource.provider_urn
        ):
            subscriptions[resource.provider_urn] = match[1]
    return subscriptions


def id_of(resource: Resource, subscriptions: Mapping[str, str]) -> str | None:
    """Return the id that a planned resource will have in Azure; None if it is unknown, and for other types."""
    path = _PATHS.get(resource.type)
    values = {**resource.inputs, "subscriptionId": subscriptions.get(resource.provider_urn)}
    if path is None:
        return None
    arguments = [str(values.get(name) or "") for name in _PARAMETER.findall(path)]
    return path.format(**values) if all(arguments) and not is_unknown(" ".join(arguments)) else None


def find_differences(planned: Resource, existing: Resource) -> list[str]:
    """Return the property paths at which an object differs from its plan: the update did not create it so."""
    parameters = set(_PARAMETER.findall(_PATHS[planned.type]))
    inputs = {name: value for name, value in planned.inputs.items() if name not in parameters}
    return list(_differences("", inputs, existing.outputs))


def _differences(path: str, planned: Any, existing: Any) -> Iterator[str]:
    match planned, existing:
        # Azure leaves out an empty value, or fills it in.
        case _ if not planned and not existing:
            return
        case dict(), dict() | None:
            answered = cast("dict[str, Any]", existing or {})
            for name, value in cast("dict[str, Any]", planned).items():
                if name not in _NOT_ANSWERED and not name.startswith("__"):
                    yield from _differences(f"{path}.{name}".lstrip("."), value, answered.get(name))
        case list(), list() if len(cast("list[Any]", planned)) == len(cast("list[Any]", existing)):
            for index, pair in enumerate(zip(cast("list[Any]", planned), cast("list[Any]", existing), strict=True)):
                yield from _differences(f"{path}[{index}]", *pair)
        case _:
            if _normalised(cast("object", planned)) != _normalised(cast("object", existing)):
                yield path


def is_as_planned(planned: Resource, existing: Resource, name: str) -> bool:
    """Return whether a property of the object with the planned resource's id is as planned."""
    if name in _PARAMETER.findall(_PATHS[planned.type]):
        return True  # it is a part of the id
    in_azure, in_plan = existing.outputs.get(name, existing.inputs.get(name)), planned.inputs[name]
    if name in _OF_ANY_KEYS:
        return (in_plan or {}) == (in_azure or {})
    if name in _UNORDERED:
        in_azure, in_plan = _sorted(in_azure), _sorted(in_plan)
    return not list(_differences(name, in_plan, in_azure))


def _sorted(value: Any) -> Any:
    match value:
        case dict():
            return {name: _sorted(inner) for name, inner in cast("dict[str, Any]", value).items()}
        case list():
            return sorted(cast("list[Any]", value), key=str)
        case _:
            return value


def _normalised(value: object) -> object:
    """Return a value as Azure compares it: ids and regions without case, and regions without spaces."""
    return value.replace(" ", "").lower() if isinstance(value, str) else value


def connection_state_of(endpoint: Resource) -> str:
    """Return the state of a private endpoint's connection; an empty text if it has none."""
    connections = ("manualPrivateLinkServiceConnections", "privateLinkServiceConnections")
    states = (endpoint.output(name, 0, "privateLinkServiceConnectionState", "status") for name in connections)
    return next((state for state in states if isinstance(state, str) and state), "")
