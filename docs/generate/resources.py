"""`docs/reference/resources.md`: the resource types that the library creates and reads, with their API versions."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pulumi
import pulumi_azure_native

import adx_private_link
from adx_private_link.components.approval_targets import API_VERSIONS

from .explained import check_explained
from .markdown import table

_LIBRARY = Path(adx_private_link.__file__).parent
_MODULES = (
    "authorization",
    "eventhub",
    "iothub",
    "keyvault",
    "kusto",
    "monitor",
    "network",
    "privatedns",
    "resources",
    "sql",
    "storage",
)
_VERSION = re.compile(r"Uses Azure REST API version ([\w-]+)\.")
_DOCUMENTATION = "https://learn.microsoft.com/azure/templates"

_CREATED = {
    "authorization:ManagementLockByScope": (
        "Microsoft.Authorization/locks",
        "one for each service and each zone with `lock: true`",
    ),
    "kusto:ManagedPrivateEndpoint": (
        "Microsoft.Kusto/clusters/managedPrivateEndpoints",
        "one for each entry of `managed_endpoints`",
    ),
    "monitor:DiagnosticSetting": (
        "Microsoft.Insights/diagnosticSettings",
        "one for each cluster with `diagnostics`",
    ),
    "monitor:MetricAlert": (
        "Microsoft.Insights/metricAlerts",
        "with `alerts`, one for each private link service, and one for each private endpoint that has names",
    ),
    "network:PrivateDnsZoneGroup": (
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        "one for each private endpoint of a native cluster, unless `dns: elsewhere`",
    ),
    "network:PrivateEndpoint": (
        "Microsoft.Network/privateEndpoints",
        "one for each consumer and target of a cluster",
    ),
    "network:PrivateLinkService": (
        "Microsoft.Network/privateLinkServices",
        "one for each role of an injected cluster",
    ),
    "privatedns:PrivateRecordSet": (
        "Microsoft.Network/privateDnsZones/A",
        "one for each host name and zone of an injected cluster",
    ),
    "privatedns:PrivateZone": (
        "Microsoft.Network/privateDnsZones",
        "one for each zone name and resource group, unless `zone_ids` or `zones_in` has an existing zone",
    ),
    "privatedns:VirtualNetworkLink": (
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        "one for each network that a zone is linked to",
    ),
    "resources:Deployment": (
        "Microsoft.Resources/deployments",
        "one for each approval: its template updates the connections on a service, a cluster or another target",
    ),
}
"""The Azure type of each resource that the components create, and how many there are."""

_READ = {
    "authorization:getClientConfig": "the subscription of each provider",
    "eventhub:getNamespace": "region and connections of a target of managed private endpoints",
    "iothub:getIotHubResource": "region and connections of a target of managed private endpoints",
    "keyvault:getVault": "region and connections of a target of managed private endpoints",
    "kusto:getCluster": "region, host names, network configuration, state, connections",
    "kusto:getManagedPrivateEndpoint": "the target, the group and the message of a managed private endpoint",
    "monitor:getActionGroup": "whether the action group of the alerts exists",
    "network:getLoadBalancer": "the frontends of a cluster's load balancers",
    "network:getNetworkInterface": "the addresses of a private endpoint",
    "network:getPrivateDnsZoneGroup": "the zones of a private endpoint's zone group",
    "network:getPrivateEndpoint": "the state and the network interface of a private endpoint",
    "network:getPrivateLinkService": "the alias and the connections of a service",
    "network:getVirtualNetwork": "region, subnets and network policies",
    "privatedns:getPrivateRecordSet": "whether a zone has the names of a new zone group already",
    "privatedns:getPrivateZone": "whether a zone exists, and how Azure spells it",
    "privatedns:getVirtualNetworkLink": "whether a link exists, and how Azure spells it",
    "resources:getDeployment": "the reason why an approval failed, and what one has approved",
    "resources:getResourceGroup": "whether a resource group exists",
    "sql:getServer": "region and connections of a target of managed private endpoints",
    "storage:getStorageAccount": "region and connections of a target of managed private endpoints",
}
"""What the library reads by each look-up."""

_INTRODUCTION = """\
# Resource types and API versions

This page is generated from the library's code and the installed `pulumi-azure-native`.
[Rights](rights.md) lists the actions that an identity needs for them.

## Created

The stack owns these objects: `pulumi destroy` deletes them."""

_BETWEEN = """\

The template of an approval has API version {version}.
It updates `privateEndpointConnections` of `Microsoft.Network/privateLinkServices` or `Microsoft.Kusto/clusters`.
For other targets of managed private endpoints it is that of their own type: {others}.
It is an update, because Azure creates the connection itself, together with the private endpoint.

The library also registers components: `AdxPrivateLink`, `ClusterServices`, `ConsumerEndpoints`, `ManagedEndpoints`.
They are nodes in Pulumi's resource tree and nothing in Azure.

## Read

The library reads these objects before it plans, and never changes them, unless the table above lists them too."""


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    sources = {file: file.read_text() for file in sorted(_LIBRARY.rglob("*.py"))}
    yield _INTRODUCTION
    yield ""
    created = {name for file, text in sources.items() for name in _find_constructed(ast.parse(text, str(file)))}
    check_explained("resource types", created, _CREATED)
    yield from table(
        ["Azure type", "Pulumi type", "API version", "How many"],
        [
            (_link(_CREATED[name][0]), f"`azure-native:{name}`", _find_version(name), _CREATED[name][1])
            for name in sorted(created, key=lambda name: _CREATED[name][0])
        ],
    )
    versions = {version for text in sources.values() for version in re.findall(r'api_version="([\w-]+)"', text)}
    others = (f"{version} of `{'/'.join(kind.types)}`" for kind, version in API_VERSIONS.items())
    yield _BETWEEN.format(version=" and ".join(sorted(versions)), others=", ".join(others))
    yield ""
    pattern = re.compile(rf'"(?:azure-native:)?((?:{"|".join(_MODULES)}):get\w+)"')
    read = {name for text in sources.values() for name in pattern.findall(text)}
    check_explained("look-ups", read, _READ)
    yield from table(
        ["Pulumi function", "API version", "For"],
        [(f"`azure-native:{name}`", _find_version(name), _READ[name]) for name in sorted(read)],
    )


def _find_constructed(module: ast.Module) -> Iterator[str]:
    """Find the resources of azure-native that a module's code constructs: `network:PrivateEndpoint`."""
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attribute)) if name in _MODULES:
                kind = getattr(getattr(pulumi_azure_native, name), attribute, None)
                if isinstance(kind, type) and issubclass(kind, pulumi.CustomResource):
                    yield f"{name}:{attribute}"
            case _:
                pass


def _find_version(name: str) -> str:
    """The API version that the SDK's documentation of a resource or function names; none for what asks no API."""
    module, _, kind = name.partition(":")
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()
    # The SDK's modules are lazy: one whose part is imported before it was used stays incomplete.
    members = getattr(pulumi_azure_native, module)
    member = getattr(members, kind, None) or getattr(members, snake)
    source = inspect.getsource(import_module(member.__module__))
    match = _VERSION.search(source)
    return match[1] if match else ""


def _link(type: str) -> str:
    return f"[`{type}`]({_DOCUMENTATION}/{type.lower()})"
