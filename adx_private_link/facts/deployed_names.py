"""
Names that stay because something is deployed under them.

A default name that is longer than Azure's naming rules allow is shortened (`naming.azure.endpoint_name`). Earlier
versions of this library did not shorten it, and azurerm accepts 80 characters. Whether Azure does is not settled. An
endpoint that exists under its long name keeps it, because another name would replace it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..naming.accesses import find_accesses
from ..naming.azure import MOST_OF_ENDPOINT, cluster_naming_key, long_endpoint_name, naming_key
from ..resource_ids import EndpointId
from ..settings import Settings, Target
from .records import NetworkFacts, Unreadable


def find_endpoint_keys(networks: Mapping[str, NetworkFacts | Unreadable]) -> frozenset[str]:
    """Find the ids, in lower case, of all private endpoints in the subnets of networks."""
    return frozenset(
        key
        for network in networks.values()
        if isinstance(network, NetworkFacts)
        for subnet in network.subnets.values()
        for key in subnet.endpoint_keys
    )


def with_deployed_names(
    settings: Settings,
    networks: Mapping[str, NetworkFacts | Unreadable],
    targets: Mapping[str, Collection[Target]],
) -> Settings:
    """Return the settings with the names of those endpoints that exist under a default name that is too long."""
    long_keys = {key for key in find_endpoint_keys(networks) if len(key.rpartition("/")[2]) > MOST_OF_ENDPOINT}
    if not long_keys:
        return settings
    consumers = dict(settings.consumers)
    for access in find_accesses(settings, targets):
        consumer = consumers[access.consumer]
        endpoint = consumer.endpoint(access.cluster, access.target)
        name = long_endpoint_name(
            cluster_naming_key(settings, access.cluster), access.target, naming_key(access.consumer, consumer)
        )
        long_id = EndpointId.of(access.endpoint.subscription, access.endpoint.resource_group, name)
        if endpoint.name is None and long_id.key in long_keys:
            overrides = {
                **consumer.endpoints.get(access.cluster, {}),
                access.target: endpoint.model_copy(update={"name": name}),
            }
            endpoints = {**consumer.endpoints, access.cluster: overrides}
            consumers[access.consumer] = consumer.model_copy(update={"endpoints": endpoints})
    return settings.model_copy(update={"consumers": consumers})
