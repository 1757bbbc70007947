"""Consumers of an adoption: the private endpoints to import, grouped by subnet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...naming.accesses import asks_for
from ...naming.azure import naming_key
from ...settings import TARGETS, ConsumerSettings, Settings, Target
from .adoptable_endpoints import AdoptableEndpoint, find_adoptable
from .inventory import Inventory
from .keys import free_key
from .services import ClusterServices
from .suggestions import Suggestions, is_same_value


@dataclass(frozen=True)
class AdoptedConsumer:
    """A subnet with private endpoints to import, at most one for each target."""

    key: str
    settings: ConsumerSettings | None
    """The stack's settings of the consumer; None for a new one."""
    is_deployed: bool
    """Whether the stack already has endpoints in the subnet."""
    endpoints: tuple[AdoptableEndpoint, ...]

    @property
    def name(self) -> str:
        """The key that names are made from."""
        return naming_key(self.key, self.settings) if self.settings else self.key

    @property
    def network_id(self) -> str:
        return str(self.endpoints[0].in_azure.subnet_id.network)

    @property
    def subscription(self) -> str:
        return self.endpoints[0].in_azure.subnet_id.subscription

    @property
    def path(self) -> tuple[str, str]:
        return "consumers", self.key


def choose_consumers(
    services: Sequence[ClusterServices],
    settings: Settings,
    inventory: Inventory,
    deployed: frozenset[str],
    suggestions: Suggestions,
) -> list[AdoptedConsumer]:
    """Choose the endpoints to import, by consumer; the stack has the `deployed` ones (ids in lower case) already."""
    endpoints = find_adoptable(services, settings, inventory, deployed, suggestions)
    deployed_subnets = {
        endpoint.in_azure.subnet.lower() for endpoint in endpoints if endpoint.in_azure.id.lower() in deployed
    }
    by_consumer: dict[str, list[AdoptableEndpoint]] = {}
    for endpoint in endpoints:
        if endpoint.in_azure.id.lower() not in deployed:
            by_consumer.setdefault(_consumer_key(endpoint, settings, by_consumer), []).append(endpoint)
    consumers: list[AdoptedConsumer] = []
    for key, candidates in sorted(by_consumer.items()):
        consumer_settings = settings.consumers.get(key)
        if chosen := _choose_endpoints(key, candidates, consumer_settings, suggestions):
            is_deployed = candidates[0].in_azure.subnet.lower() in deployed_subnets
            consumers.append(AdoptedConsumer(key, consumer_settings, is_deployed, tuple(chosen)))
    return consumers


def _consumer_key(
    endpoint: AdoptableEndpoint, settings: Settings, by_consumer: Mapping[str, Sequence[AdoptableEndpoint]]
) -> str:
    """
    Return the key of the endpoint's consumer.

    It is a consumer of the stack in the same subnet, preferably one that connects to the target. Without one, the
    endpoints of the subnet share a new key if one consumer's settings can describe them.
    """
    subnet = endpoint.in_azure.subnet
    in_subnet = {
        key: consumer_settings
        for key, consumer_settings in settings.consumers.items()
        if is_same_value(consumer_settings.subnet_id, subnet)
    }
    connected = [
        key for key, consumer_settings in in_subnet.items() if _connects_to_target(consumer_settings, endpoint)
    ]
    if in_subnet:
        return (connected or list(in_subnet))[0]
    for key, endpoints in by_consumer.items():
        is_in_subnet = key not in settings.consumers and is_same_value(endpoints[0].in_azure.subnet, subnet)
        if is_in_subnet and _fit_together(endpoints[0], endpoint):
            return key
    sections = (settings.consumers, settings.external_consumers)
    taken = {
        name.lower()
        for section in sections
        for key, consumer_settings in section.items()
        for name in (key, naming_key(key, consumer_settings))
    }
    taken |= {key.lower() for key in by_consumer}
    subnet_name, network_name = endpoint.in_azure.subnet_id.name, endpoint.in_azure.subnet_id.network.name
    return free_key([network_name, f"{network_name}-{subnet_name}"], taken)


def _fit_together(one: AdoptableEndpoint, other: AdoptableEndpoint) -> bool:
    """
    Return whether one consumer's settings can describe two endpoints, as far as their kinds differ.

    Two endpoints for injected clusters share a consumer whatever they are, and one of them is left alone if need be.
    """
    if not one.is_of_native_cluster and not other.is_of_native_cluster:
        return True
    return (one.connects_by_right, one.leaves_names) == (other.connects_by_right, other.leaves_names)


def _connects_to_target(consumer_settings: ConsumerSettings, endpoint: AdoptableEndpoint) -> bool:
    """Return whether the settings connect a consumer to the endpoint's target."""
    return consumer_settings.connects_to(endpoint.cluster) and asks_for(consumer_settings.roles, endpoint.target)


def _choose_endpoints(
    key: str,
    candidates: Sequence[AdoptableEndpoint],
    consumer_settings: ConsumerSettings | None,
    suggestions: Suggestions,
) -> list[AdoptableEndpoint]:
    """Choose one endpoint for each target; settings, or the best candidate, decide on resource group and approval."""
    chosen: dict[tuple[str, Target], AdoptableEndpoint] = {}
    path, best = ("consumers", key), candidates[0]
    group_setting = consumer_settings.resource_group if consumer_settings else None
    approval_setting = None
    if consumer_settings and "approval" in consumer_settings.model_fields_set:
        approval_setting = consumer_settings.approval
    group = group_setting or best.in_azure.resource_id.resource_group
    by_right = approval_setting == "resource_id" if approval_setting else best.connects_by_right
    for endpoint in candidates:
        id, own_group = endpoint.in_azure.id, endpoint.in_azure.resource_id.resource_group
        if consumer_settings and not _connects_to_target(consumer_settings, endpoint):
            suggestions.leave_alone(id, f"consumers.{key} does not connect to {endpoint.target_in_words}")
        elif (endpoint.cluster, endpoint.target) in chosen:
            suggestions.leave_alone(id, f"is a second endpoint for {endpoint.target_in_words} in its subnet")
        elif consumer_settings and consumer_settings.zones and endpoint.obstacle and endpoint.zone_group:
            suggestions.leave_alone(id, f"has zone group {endpoint.zone_group.name}, which {endpoint.obstacle}")
            suggestions.report_difference((*path, "dns"), "elsewhere", f"consumers.{key}.dns: elsewhere")
        elif not is_same_value(own_group, group):
            other = f"consumers.{key}.resource_group is" if group_setting else "the consumer's other endpoints are in"
            suggestions.leave_alone(id, f"is in resource group {own_group}; {other} {group}")
            if group_setting:
                accepted_by = f"consumers.{key}.resource_group: {own_group}"
                suggestions.report_difference((*path, "resource_group"), own_group, accepted_by)
        elif endpoint.connects_by_right != by_right:
            way = "connects by right" if endpoint.connects_by_right else "connects by a request"
            if approval_setting:
                suggestions.leave_alone(id, f"{way}; consumers.{key}.approval is {approval_setting}")
                approval = "resource_id" if endpoint.connects_by_right else "elsewhere"
                suggestions.report_difference((*path, "approval"), approval, f"consumers.{key}.approval: {approval}")
            else:
                suggestions.leave_alone(id, f"{way}, unlike the consumer's other endpoints")
        else:
            chosen[endpoint.cluster, endpoint.target] = endpoint
    return sorted(chosen.values(), key=lambda endpoint: (endpoint.cluster, TARGETS.index(endpoint.target)))
