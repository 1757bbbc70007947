"""Look-ups of azure-native, in a form in which a failing one can be caught.

The SDK's own `get_…_output` fails the whole program when a look-up fails, even where the failure is caught.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

import pulumi
from pulumi_azure_native import authorization, kusto, monitor, network, privatedns, resources

from ..resource_ids import (
    ActionGroupId,
    ClusterId,
    EndpointId,
    InterfaceId,
    LinkId,
    LoadBalancerId,
    ManagedEndpointId,
    NetworkId,
    ResourceId,
    ServiceId,
    ZoneId,
)

_Result = TypeVar("_Result")

_ANSWERS: WeakKeyDictionary[Any, dict[tuple[object, ...], asyncio.Future[Any]]] = WeakKeyDictionary()
"""The answers in previews, by the engine that a program talks to: each program has one of its own."""

# In a directory, the engine writes a state and then its attributes, a file that is empty for a moment. It writes this
# stack's state while the program starts, and the states of other stacks at any time.
_HALF_WRITTEN = "failed to load checkpoint: EOF"
_UNTIL_WRITTEN = (0.05, 0.1, 0.2, 0.4, 0.8)
"""The seconds between attempts to read a state that is being written."""


@dataclass(frozen=True)
class LookUp(Generic[_Result]):
    """One look-up: the provider's function, the SDK's type of its result, the arguments by the provider's names."""

    function: str
    result: type[_Result] | None
    subscription: str
    """The subscription whose provider answers."""
    arguments: Mapping[str, str]

    async def answer(self, opts: pulumi.InvokeOptions) -> _Result:
        """Ask while other look-ups run. In a preview, in which nothing changes, equal look-ups are made once."""
        if not pulumi.runtime.is_dry_run():
            return await self._ask(opts)
        answers = _ANSWERS.setdefault(pulumi.runtime.settings.get_monitor(), {})
        key = (self.function, self.subscription, *sorted(self.arguments.items()))
        if key not in answers:
            answers[key] = asyncio.ensure_future(self._ask(opts))
        return await answers[key]

    async def _ask(self, opts: pulumi.InvokeOptions) -> _Result:
        for delay in _UNTIL_WRITTEN:
            try:
                return await self._invoke(opts)
            except Exception as error:  # Pulumi raises nothing narrower for a failed look-up
                if _HALF_WRITTEN not in str(error):
                    raise
            await asyncio.sleep(delay)
        return await self._invoke(opts)

    async def _invoke(self, opts: pulumi.InvokeOptions) -> _Result:
        result: Any = await pulumi.runtime.invoke_async(
            self.function, {**self.arguments}, _versioned(opts), self.result
        )
        return cast("_Result", result)

    def answer_now(self, opts: pulumi.InvokeOptions) -> _Result:
        """Ask and wait."""
        result: Any = pulumi.runtime.invoke(self.function, {**self.arguments}, _versioned(opts), self.result)
        return cast("_Result", result.value)


def _versioned(opts: pulumi.InvokeOptions) -> pulumi.InvokeOptions:
    """The default provider of a look-up is the one that resources use: that of the installed SDK."""
    return pulumi.InvokeOptions(parent=opts.parent, provider=opts.provider, version=_sdk_version())


@cache
def _sdk_version() -> str:
    return version("pulumi-azure-native")


def cluster(id: ClusterId) -> LookUp[kusto.GetClusterResult]:
    return of(id, "kusto:getCluster", kusto.GetClusterResult, "clusterName")


def managed_endpoint(id: ManagedEndpointId) -> LookUp[kusto.GetManagedPrivateEndpointResult]:
    cluster, endpoint = id.names
    return LookUp(
        "azure-native:kusto:getManagedPrivateEndpoint",
        kusto.GetManagedPrivateEndpointResult,
        id.subscription,
        {"resourceGroupName": id.resource_group, "clusterName": cluster, "managedPrivateEndpointName": endpoint},
    )


def load_balancer(id: LoadBalancerId) -> LookUp[network.GetLoadBalancerResult]:
    return of(id, "network:getLoadBalancer", network.GetLoadBalancerResult, "loadBalancerName")


def virtual_network(id: NetworkId) -> LookUp[network.GetVirtualNetworkResult]:
    return of(id, "network:getVirtualNetwork", network.GetVirtualNetworkResult, "virtualNetworkName")


def private_link_service(id: ServiceId) -> LookUp[network.GetPrivateLinkServiceResult]:
    return of(id, "network:getPrivateLinkService", network.GetPrivateLinkServiceResult, "serviceName")


def private_endpoint(id: EndpointId) -> LookUp[network.GetPrivateEndpointResult]:
    return of(id, "network:getPrivateEndpoint", network.GetPrivateEndpointResult, "privateEndpointName")


def zone_group(endpoint: EndpointId, name: str) -> LookUp[network.GetPrivateDnsZoneGroupResult]:
    return LookUp(
        "azure-native:network:getPrivateDnsZoneGroup",
        network.GetPrivateDnsZoneGroupResult,
        endpoint.subscription,
        {
            "resourceGroupName": endpoint.resource_group,
            "privateEndpointName": endpoint.name,
            "privateDnsZoneGroupName": name,
        },
    )


def network_interface(id: InterfaceId) -> LookUp[network.GetNetworkInterfaceResult]:
    return of(id, "network:getNetworkInterface", network.GetNetworkInterfaceResult, "networkInterfaceName")


def private_zone(id: ZoneId) -> LookUp[privatedns.GetPrivateZoneResult]:
    return of(id, "privatedns:getPrivateZone", privatedns.GetPrivateZoneResult, "privateZoneName")


def a_record(zone: ZoneId, name: str) -> LookUp[privatedns.GetPrivateRecordSetResult]:
    return LookUp(
        "azure-native:privatedns:getPrivateRecordSet",
        privatedns.GetPrivateRecordSetResult,
        zone.subscription,
        {
            "resourceGroupName": zone.resource_group,
            "privateZoneName": zone.name,
            "recordType": "A",
            "relativeRecordSetName": name,
        },
    )


def virtual_network_link(id: LinkId) -> LookUp[privatedns.GetVirtualNetworkLinkResult]:
    zone, link = id.names
    return LookUp(
        "azure-native:privatedns:getVirtualNetworkLink",
        privatedns.GetVirtualNetworkLinkResult,
        id.subscription,
        {"resourceGroupName": id.resource_group, "privateZoneName": zone, "virtualNetworkLinkName": link},
    )


def resource_group(subscription: str, group: str) -> LookUp[resources.GetResourceGroupResult]:
    return LookUp(
        "azure-native:resources:getResourceGroup",
        resources.GetResourceGroupResult,
        subscription,
        {"resourceGroupName": group},
    )


def action_group(id: ActionGroupId) -> LookUp[monitor.GetActionGroupResult]:
    return of(id, "monitor:getActionGroup", monitor.GetActionGroupResult, "actionGroupName")


def deployment(subscription: str, group: str, name: str) -> LookUp[resources.GetDeploymentResult]:
    return LookUp(
        "azure-native:resources:getDeployment",
        resources.GetDeploymentResult,
        subscription,
        {"resourceGroupName": group, "deploymentName": name},
    )


def client_config() -> LookUp[authorization.GetClientConfigResult]:
    """The identity and the subscription of a provider."""
    return LookUp("azure-native:authorization:getClientConfig", authorization.GetClientConfigResult, "", {})


def stack_outputs(stack: str) -> LookUp[dict[str, Any]]:
    """The outputs of a stack, `organization/project/stack`, without a StackReference among the program's resources."""
    return LookUp("pulumi:pulumi:readStackOutputs", None, "", {"name": stack})


def stack_resources(stack: str) -> LookUp[dict[str, Any]]:
    """The resources of a stack: their types and outputs, by URN."""
    return LookUp("pulumi:pulumi:readStackResourceOutputs", None, "", {"stackName": stack})


def this_stack() -> str:
    """Return the full name of the stack that is deployed."""
    return f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"


def of(id: ResourceId, function: str, result: type[_Result], name: str) -> LookUp[_Result]:
    """Return the look-up of a resource below its resource group; `name` is the function's argument for its name."""
    return LookUp(
        f"azure-native:{function}",
        result,
        id.subscription,
        {"resourceGroupName": id.resource_group, name: id.name},
    )
