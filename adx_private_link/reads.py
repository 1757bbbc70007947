"""The azure-native look-ups that this library makes, in the form in which a failing one can be caught.

The SDK's own `get_…_output` fails the whole program when a look-up fails, whoever catches it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, Generic, TypeVar, cast

import pulumi
from pulumi_azure_native import authorization, kusto, network, resources

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Read(Generic[_Result]):
    """One look-up: the provider's function, the SDK's type of its result, the arguments in the provider's words."""

    function: str
    result: type[_Result]
    subscription: str
    """The subscription whose provider has to be asked."""
    arguments: Mapping[str, str]

    async def answer(self, opts: pulumi.InvokeOptions) -> _Result:
        """Ask while other look-ups are under way."""
        return cast(
            "_Result",
            await pulumi.runtime.invoke_async(self.function, {**self.arguments}, _versioned(opts), self.result),
        )

    def answer_now(self, opts: pulumi.InvokeOptions) -> _Result:
        """Ask and wait."""
        answered: Any = pulumi.runtime.invoke(self.function, {**self.arguments}, _versioned(opts), self.result)
        return cast("_Result", answered.value)


def _versioned(opts: pulumi.InvokeOptions) -> pulumi.InvokeOptions:
    """The default provider of a look-up is the one that resources use: that of the installed SDK."""
    return pulumi.InvokeOptions(parent=opts.parent, provider=opts.provider, version=_sdk_version())


@cache
def _sdk_version() -> str:
    return version("pulumi-azure-native")


def cluster(subscription: str, group: str, name: str) -> Read[kusto.GetClusterResult]:
    return _read("kusto:getCluster", kusto.GetClusterResult, subscription, group, clusterName=name)


def load_balancer(subscription: str, group: str, name: str) -> Read[network.GetLoadBalancerResult]:
    return _read("network:getLoadBalancer", network.GetLoadBalancerResult, subscription, group, loadBalancerName=name)


def virtual_network(subscription: str, group: str, name: str) -> Read[network.GetVirtualNetworkResult]:
    return _read(
        "network:getVirtualNetwork", network.GetVirtualNetworkResult, subscription, group, virtualNetworkName=name
    )


def private_link_service(subscription: str, group: str, name: str) -> Read[network.GetPrivateLinkServiceResult]:
    return _read(
        "network:getPrivateLinkService", network.GetPrivateLinkServiceResult, subscription, group, serviceName=name
    )


def private_endpoint(subscription: str, group: str, name: str) -> Read[network.GetPrivateEndpointResult]:
    return _read(
        "network:getPrivateEndpoint", network.GetPrivateEndpointResult, subscription, group, privateEndpointName=name
    )


def network_interface(subscription: str, group: str, name: str) -> Read[network.GetNetworkInterfaceResult]:
    return _read(
        "network:getNetworkInterface", network.GetNetworkInterfaceResult, subscription, group, networkInterfaceName=name
    )


def resource_group(subscription: str, group: str) -> Read[resources.GetResourceGroupResult]:
    return _read("resources:getResourceGroup", resources.GetResourceGroupResult, subscription, group)


def client_config() -> Read[authorization.GetClientConfigResult]:
    """Who a provider works as, and in which subscription."""
    return Read("azure-native:authorization:getClientConfig", authorization.GetClientConfigResult, "", {})


def _read(function: str, result: type[_Result], subscription: str, group: str, **name: str) -> Read[_Result]:
    return Read(f"azure-native:{function}", result, subscription, {"resourceGroupName": group, **name})
