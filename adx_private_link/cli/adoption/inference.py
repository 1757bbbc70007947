"""The settings that describe what there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...resource_ids import EndpointId
from ...settings import Settings
from .azure_objects import Found
from .consumers import Consumer, choose_consumers, suggest_consumer
from .services import Services, choose_services, suggest_services
from .suggestions import Suggestions
from .zones import suggest_dns


def infer(given: Mapping[str, Any], settings: Settings, found: Found, deployed: Iterable[str] = ()) -> Suggestions:
    """
    What settings have to say so that a stack would make just what there is.

    Of what the settings say already (`given`, parsed as `settings`) nothing is changed: where they say something else,
    that is a difference. What is `deployed` by the stack (ids in lower case) goes without saying.
    """
    suggestions, own = Suggestions(given), frozenset(deployed)
    services = [choose_services(each, found, suggestions) for each in found.clusters]
    consumers = choose_consumers(services, settings, found, own, suggestions)
    approvals = {each.key: suggest_consumer(each, services, settings, suggestions) for each in consumers}
    for each in services:
        if each.by_role and not any(service.id.lower() in own for service in each.by_role.values()):
            suggest_services(each, settings, suggestions, *_access(each, settings, consumers, approvals))
    suggest_dns(consumers, found.clusters, found, own, suggestions)
    _leave_foreign(consumers, found, own, suggestions)
    return suggestions


def _access(
    services: Services, settings: Settings, consumers: Sequence[Consumer], approvals: Mapping[str, str]
) -> tuple[set[str], set[str]]:
    """The subscriptions that the settings would let a cluster's services see, and trust."""
    key = services.cluster.key
    taken = {each.key: each for each in consumers if any(endpoint.cluster == key for endpoint in each.endpoints)}
    others = {name: each for name, each in settings.consumers_of(key).items() if name not in taken}
    needed = {each.subscription for each in taken.values()}
    needed |= {each.subnet_id.subscription for each in others.values()}
    needed |= {each.subscription for each in settings.external_consumers_of(key).values()}
    trusted = {each.subnet_id.subscription for each in others.values() if each.approval == "auto"}
    trusted |= {each.subscription for each in taken.values() if approvals[each.key] == "auto"}
    return needed, trusted


def _leave_foreign(
    consumers: Sequence[Consumer], found: Found, deployed: frozenset[str], suggestions: Suggestions
) -> None:
    """Leave the connections of endpoints that are not imported as they are."""
    known = {left.id.lower() for left in suggestions.left} | deployed
    known |= {each.found.id.lower() for consumer in consumers for each in consumer.endpoints}
    for service in found.services:
        for connection in service.connections:
            if connection.endpoint_id and connection.endpoint_id.lower() not in known:
                subscription = EndpointId.parse(connection.endpoint_id).subscription
                how = "" if subscription in found.subscriptions else f"; --subscription {subscription} imports it"
                suggestions.leave(
                    connection.endpoint_id, f"created by others, {connection.state} on {service.parsed.name}{how}"
                )
