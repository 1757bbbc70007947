"""
Names that stay because something is deployed under them.

A default name that is longer than Azure's naming rules allow is shortened (`names.endpoint_name`); earlier versions of
this library did not, and azurerm takes 80 characters. Whether Azure does is not settled. An endpoint that exists under
its long name keeps it: another name would replace it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..naming import azure as names
from ..naming.accesses import accesses
from ..resource_ids import EndpointId
from ..settings import HandOver, Settings
from .records import NetworkFacts, Unreadable


def endpoints_in(networks: Mapping[str, NetworkFacts | Unreadable]) -> frozenset[str]:
    """The ids, in lower case, of all private endpoints in the subnets of networks."""
    return frozenset(
        endpoint
        for network in networks.values()
        if isinstance(network, NetworkFacts)
        for subnet in network.subnets.values()
        for endpoint in subnet.endpoint_ids
    )


def with_deployed_names(
    settings: Settings,
    networks: Mapping[str, NetworkFacts | Unreadable],
    hand_overs: Mapping[str, HandOver | Unreadable],
) -> Settings:
    """The same settings, naming those endpoints that exist under a default name that is too long."""
    deployed = {id for id in endpoints_in(networks) if len(id.rpartition("/")[2]) > names.MOST_OF_ENDPOINT}
    if not deployed:
        return settings
    consumers = dict(settings.consumers)
    for access in accesses(settings, hand_overs):
        consumer = consumers[access.consumer]
        given = consumer.endpoint(access.cluster, access.role)
        lasting = names.cluster(settings, access.cluster), access.role, names.lasting(access.consumer, consumer)
        name = names.long_endpoint_name(*lasting)
        long = EndpointId.of(access.endpoint.subscription, access.endpoint.resource_group, name)
        if given.name is None and long.key in deployed:
            roles = {**consumer.endpoints.get(access.cluster, {}), access.role: given.model_copy(update={"name": name})}
            endpoints = {**consumer.endpoints, access.cluster: roles}
            consumers[access.consumer] = consumer.model_copy(update={"endpoints": endpoints})
    return settings.model_copy(update={"consumers": consumers})
