"""Properties of Kusto clusters: their defaults, and the rules of access from and to the public."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any, cast

from ...rules import OWN_CHOICE, Rule
from .. import switches
from ..bodies import CANNOT_PARSE, Json, properties, read_choice, read_object, read_objects
from ..errors import Rejection
from ..resource_type import ResourceManager

_OUTBOUND = "MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-restrict-outbound-access.md"
_CALLOUTS = "Azure/azure-powershell, src/Kusto/Kusto.Autorest/test/Update-AzKustoCluster.Recording.json"

BAD_IP_RANGE = Rejection(
    says="An entry of `allowedIpRangeList` is an IPv4 address, a range of them or a service tag",
    source="MicrosoftDocs/dataexplorer-docs, data-explorer/security-network-restrict-public-access.md; code and text "
    "are an own choice",
    code="InvalidAllowedIpRangeList",
    message="The value {value} in allowedIpRangeList is not an IPv4 address, an IPv4 range in CIDR notation or a "
    "service tag.",
)
FQDNS_AND_CALLOUTS = Rejection(
    says="A cluster has `allowedFqdnList` or `calloutPolicies`, not both",
    source=f"{_OUTBOUND}; code and text are an own choice",
    code="InvalidClusterUpdateProperty",
    message="[BadRequest] Property 'AllowedFqdnList' is invalid, Error Message: AllowedFqdnList and CalloutPolicies "
    "cannot be used together.",
)
BAD_TENANT = Rejection(
    says="An entry of `trustedExternalTenants` has a `value`: the id of a tenant, or `*` for all",
    source="MicrosoftDocs/dataexplorer-docs, kusto/access-control/cross-tenant-query-and-commands.md; "
    "Azure/azure-rest-api-specs, specification/azure-kusto (the value); code and text are an own choice",
    code="InvalidClusterUpdateProperty",
    message="[BadRequest] Property 'TrustedExternalTenants' is invalid, Error Message: {value} is not a tenant.",
)
STREAMING_IN_USE = Rejection(
    says="Streaming ingestion cannot be disabled while a table has a streaming ingestion policy (`switch "
    "streaming-policy active`), not even by an update that leaves it out",
    source="Azure/azure-cli-extensions#9966",
    code="InvalidClusterUpdateProperty",
    message="[BadRequest] Property 'EnableStreamingIngest' is invalid, Error Message: Unable to disable streaming "
    "ingestion since there is an active table streaming ingestion policy.",
)
CALLOUTS_ARE_NUMBERS = Rule(
    says="A callout policy shows its type and its access as numbers, and has a `calloutId`. So the answer to a GET is "
    "not a body for a PUT",
    source=f"{_CALLOUTS} (kusto 0, sql 1, cosmosdb 2, sandbox_artifacts 5, postgresql 8, genevametrics 9; Allow 0, "
    f"Deny 1); the other numbers, and that a PUT with numbers is rejected, are an {OWN_CHOICE}",
)
DEFAULTS = Rule(
    says="The defaults of a cluster are open: `publicNetworkAccess` is Enabled, `restrictOutboundNetworkAccess` "
    "Disabled, and no list restricts anything",
    source="Azure/azure-powershell, src/Kusto/Kusto.Autorest/test/Get-AzKustoCluster.Recording.json",
)

# Types of callouts by their number in an answer.
_CALLOUT_TYPES = (
    *("kusto", "sql", "cosmosdb", "external_data", "azure_digital_twins", "sandbox_artifacts", "webapi", "mysql"),
    *("postgresql", "genevametrics", "azure_openai"),
)
_OUTBOUND_ACCESS = ("Allow", "Deny")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "restrictOutboundNetworkAccess": ("Disabled", "Enabled"),
    "publicNetworkAccess": ("Enabled", "Disabled"),
    "publicIPType": ("IPv4", "DualStack"),
    "engineType": ("V3", "V2"),
}
_DEFAULTS: Mapping[str, Any] = {
    "trustedExternalTenants": [],
    "optimizedAutoscale": None,
    "enableDiskEncryption": False,
    "enableStreamingIngest": False,
    "keyVaultProperties": None,
    "enablePurge": None,
    "enableDoubleEncryption": False,
    "acceptedAudiences": [],
    "allowedFqdnList": [],
    "calloutPolicies": None,
    "allowedIpRangeList": [],
    "enableAutoStop": True,
    "virtualClusterGraduationProperties": None,
}
# Service tags, such as `PowerBI` or `Storage.WestUS`.
_SERVICE_TAG = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z0-9]+)?")
_TENANT = re.compile(r"\*|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def read_properties(arm: ResourceManager, body: Json, old: Json | None) -> Json:
    """The writable properties of a cluster after a PUT, with the defaults of those that the body leaves out."""
    requested = {name: value for name, value in properties(body).items() if value is not None}
    read: Json = {
        **{name: requested.get(name, default) for name, default in _DEFAULTS.items()},
        **{name: read_choice(requested, name, values, values[0]) for name, values in _CHOICES.items()},
    }
    read["languageExtensions"] = {"value": [_complete_extension(item) for item in _list_extensions(requested)]}
    if requested.get("calloutPolicies"):
        read["calloutPolicies"] = [_read_callout(policy) for policy in read_objects(body, "calloutPolicies")]
    was_streaming = old is not None and properties(old)["enableStreamingIngest"]
    if was_streaming and not read["enableStreamingIngest"] and switches.STREAMING_POLICY.read(arm.store) == "active":
        raise STREAMING_IN_USE()
    if read["allowedFqdnList"] and read["calloutPolicies"]:
        raise FQDNS_AND_CALLOUTS()
    for tenant in read_objects(body, "trustedExternalTenants"):
        if not _TENANT.fullmatch(str(tenant.get("value"))):
            raise BAD_TENANT(value=tenant.get("value"))
    for value in read["allowedIpRangeList"]:
        if not _is_range_or_tag(str(value)):
            raise BAD_IP_RANGE(value=value)
    return read


def _list_extensions(requested: Json) -> list[Json]:
    return cast("list[Json]", read_object(requested, "languageExtensions").get("value") or [])


def _complete_extension(extension: Json) -> Json:
    names = ("languageExtensionName", "languageExtensionImageName", "languageExtensionCustomImageName")
    return {name: extension.get(name) for name in names}


def show_properties(stored: Json) -> Json:
    """The properties of a stored cluster as a GET shows them; those that an older state lacks have their defaults."""
    shown = {**_DEFAULTS, **stored}
    policies: list[Json] | None = shown["calloutPolicies"]
    return {**shown, "calloutPolicies": policies and [_show_callout(policy) for policy in policies]}


def _show_callout(policy: Json) -> Json:
    return {
        "calloutUriRegex": policy["calloutUriRegex"],
        "calloutType": _CALLOUT_TYPES.index(policy["calloutType"]),
        "outboundAccess": _OUTBOUND_ACCESS.index(policy["outboundAccess"]),
        "calloutId": f"{policy['calloutUriRegex']}_{policy['calloutType']}",
    }


def _read_callout(policy: Json) -> Json:
    type = read_choice(policy, "calloutType", _CALLOUT_TYPES)
    access = read_choice(policy, "outboundAccess", _OUTBOUND_ACCESS)
    pattern = policy.get("calloutUriRegex")
    if not isinstance(pattern, str) or not pattern:
        raise CANNOT_PARSE()
    return {"calloutUriRegex": pattern, "calloutType": type, "outboundAccess": access}


def _is_range_or_tag(value: str) -> bool:
    try:
        IPv4Network(value, strict=False)
    except ValueError:
        return bool(_SERVICE_TAG.fullmatch(value))
    return True
