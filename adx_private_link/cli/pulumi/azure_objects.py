"""Where Azure keeps what a stack plans, and whether what exists there is as planned."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from .preview import is_unknown
from .state import Resource

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"
_ZONE = f"{_NETWORK}/privateDnsZones/{{privateZoneName}}"

# The types that this library makes, and where Azure keeps them.
_PATHS = {
    "azure-native:network:PrivateLinkService": f"{_NETWORK}/privateLinkServices/{{serviceName}}",
    "azure-native:network:PrivateEndpoint": f"{_NETWORK}/privateEndpoints/{{privateEndpointName}}",
    "azure-native:resources:Deployment": f"{_GROUP}/providers/Microsoft.Resources/deployments/{{deploymentName}}",
    "azure-native:authorization:ManagementLockByScope": "{scope}/providers/Microsoft.Authorization/locks/{lockName}",
    "azure-native:privatedns:PrivateZone": _ZONE,
    "azure-native:privatedns:VirtualNetworkLink": f"{_ZONE}/virtualNetworkLinks/{{virtualNetworkLinkName}}",
    "azure-native:privatedns:PrivateRecordSet": f"{_ZONE}/{{recordType}}/{{relativeRecordSetName}}",
}
_PARAMETER = re.compile(r"\{(\w+)\}")

# Inputs that Azure's answer does not show: the provider's own, and a deployment's template.
_NOT_ANSWERED = {"azureApiVersion", "template"}
# Where one key more is a difference as well.
_OF_ANY_KEYS = {"metadata", "tags"}
# Where Azure answers in an order of its own.
_UNORDERED = {"applicationSecurityGroups", "autoApproval", "visibility"}


def subscriptions_of(resources: Iterable[Resource]) -> dict[str, str]:
    """The subscription of each provider, by the provider's URN: as configured, or of an object that it created."""
    default = os.environ.get("ARM_SUBSCRIPTION_ID", "")
    found: dict[str, str] = {}
    for each in resources:
        if each.type == "pulumi:providers:azure-native":
            found[each.urn] = str(each.inputs.get("subscriptionId", default))
        elif (made := re.match("/subscriptions/([^/]+)/", each.id)) and not found.get(each.provider_urn):
            found[each.provider_urn] = made[1]
    return found


def id_of(resource: Resource, subscriptions: Mapping[str, str]) -> str | None:
    """The id that a planned resource will have in Azure; None where the plan does not know it, or for other types."""
    path = _PATHS.get(resource.type)
    values = {**resource.inputs, "subscriptionId": subscriptions.get(resource.provider_urn)}
    if path is None:
        return None
    given = [str(values.get(name) or "") for name in _PARAMETER.findall(path)]
    return path.format(**values) if all(given) and not is_unknown(" ".join(given)) else None


def differences(planned: Resource, found: Resource) -> list[str]:
    """The property paths at which an object differs from the planned resource; then another program created it."""
    parameters = set(_PARAMETER.findall(_PATHS[planned.type]))
    wanted = {name: each for name, each in planned.inputs.items() if name not in parameters}
    return list(_differences("", wanted, found.outputs))


def _differences(path: str, planned: Any, found: Any) -> Iterator[str]:
    match planned, found:
        # Azure leaves out what is empty, or fills it in.
        case _ if not planned and not found:
            return
        case dict(), dict() | None:
            answered = cast("dict[str, Any]", found or {})
            for name, each in cast("dict[str, Any]", planned).items():
                if name not in _NOT_ANSWERED and not name.startswith("__"):
                    yield from _differences(f"{path}.{name}".lstrip("."), each, answered.get(name))
        case list(), list() if len(cast("list[Any]", planned)) == len(cast("list[Any]", found)):
            for index, pair in enumerate(zip(cast("list[Any]", planned), cast("list[Any]", found), strict=True)):
                yield from _differences(f"{path}[{index}]", *pair)
        case _:
            if _spelt(cast("object", planned)) != _spelt(cast("object", found)):
                yield path


def is_as_planned(planned: Resource, found: Resource, name: str) -> bool:
    """Whether a property of an object is as planned; the object has the planned resource's id."""
    if name in _PARAMETER.findall(_PATHS[planned.type]):
        return True  # the id was made from it
    wanted, there = planned.inputs[name], found.outputs.get(name, found.inputs.get(name))
    if name in _OF_ANY_KEYS:
        return (wanted or {}) == (there or {})
    if name in _UNORDERED:
        wanted, there = _ordered(wanted), _ordered(there)
    return not list(_differences(name, wanted, there))


def _ordered(value: Any) -> Any:
    match value:
        case dict():
            return {name: _ordered(each) for name, each in cast("dict[str, Any]", value).items()}
        case list():
            return sorted(cast("list[Any]", value), key=str)
        case _:
            return value


def _spelt(value: object) -> object:
    """Azure compares ids and regions without case, and regions without spaces."""
    return value.replace(" ", "").lower() if isinstance(value, str) else value
