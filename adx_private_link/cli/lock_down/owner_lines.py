"""The lines for the program that deploys a cluster: the access that the settings state, in each tool's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from ...facts.cluster_access import AccessProperty, AccessState
from ..bicep_text import bicep_text
from ..cluster_changes.access import write_access
from ..cluster_changes.owner import OwnerLines

_PULUMI: Mapping[AccessProperty, str] = {
    "trustedExternalTenants": "trusted_external_tenants",
    "restrictOutboundNetworkAccess": "restrict_outbound_network_access",
    "allowedFqdnList": "allowed_fqdn_list",
    "calloutPolicies": "callout_policies",
    "allowedIpRangeList": "allowed_ip_range_list",
    "publicNetworkAccess": "public_network_access",
}
"""Arguments of `azure_native.kusto.Cluster` (pulumi-azure-native 3.29)."""
_TERRAFORM: Mapping[AccessProperty, str] = {
    "trustedExternalTenants": "trusted_external_tenants",
    "restrictOutboundNetworkAccess": "outbound_network_access_restricted",
    "allowedFqdnList": "allowed_fqdns",
    "allowedIpRangeList": "allowed_ip_ranges",
    "publicNetworkAccess": "public_network_access_enabled",
}
"""Arguments of `azurerm_kusto_cluster` (hashicorp/terraform-provider-azurerm, its page of this resource)."""


def write_owner_lines(desired: Iterable[AccessState]) -> OwnerLines:
    """Return the lines that make a cluster as desired, whatever its program says now."""
    properties: dict[str, Any] = {}
    for state in desired:
        properties |= write_access(state)
    # Objects of JSON are literals of Python and YAML, too.
    yaml = ", ".join(f"{name}: {json.dumps(value)}" for name, value in properties.items())
    return OwnerLines(
        pulumi=[
            *(f"{_PULUMI[name]}={_python(value)}," for name, value in _items(properties)),
            f"# in YAML: {yaml}",
        ],
        terraform=[line for name, value in _items(properties) for line in _terraform(name, value)],
        bicep=[f"{name}: {_bicep(value)}" for name, value in properties.items()],
    )


def _items(properties: Mapping[str, Any]) -> list[tuple[AccessProperty, Any]]:
    return [(name, properties[name]) for name in _PULUMI if name in properties]


def _python(value: Any) -> str:
    match value:
        case list():
            return _in_brackets(cast("list[Any]", value), _python)
        case dict():
            fields = cast("dict[str, str]", value).items()
            return "{" + ", ".join(f'"{_PYTHON_KEYS[name]}": {json.dumps(text)}' for name, text in fields) + "}"
        case _:
            return json.dumps(value)


_PYTHON_KEYS = {
    "value": "value",
    "calloutType": "callout_type",
    "calloutUriRegex": "callout_uri_regex",
    "outboundAccess": "outbound_access",
}


def _terraform(name: AccessProperty, value: Any) -> Sequence[str]:
    match name:
        case "calloutPolicies":
            comment = "# azurerm has no argument for calloutPolicies: write them by `azapi_update_resource`"
            return [comment] if value else []
        case "trustedExternalTenants":
            value = [tenant["value"] for tenant in value]
        case "publicNetworkAccess" | "restrictOutboundNetworkAccess":
            value = value == "Enabled"
        case _:
            pass
    return [f"{_TERRAFORM[name]} = {json.dumps(value)}"]


def _bicep(value: Any) -> str:
    match value:
        case list():
            return _in_brackets(cast("list[Any]", value), _bicep)
        case dict():
            fields = cast("dict[str, str]", value).items()
            return "{ " + ", ".join(f"{name}: {_bicep(text)}" for name, text in fields) + " }"
        case _:
            return bicep_text(str(value))


def _in_brackets(items: Sequence[Any], write: Callable[[Any], str]) -> str:
    return f"[{', '.join(map(write, items))}]"
