"""The settings that describe what there is."""

from __future__ import annotations

from ...resource_ids import EndpointId
from ...settings import Settings
from .consumers import Consumer, choose_consumers, suggest_consumer
from .found import Found
from .services import Services, choose_services, suggest_access, suggest_services
from .suggestions import Suggestions
from .zones import suggest_dns


def infer(settings: Settings, found: Found) -> Suggestions:
    """
    What settings have to say so that a stack would make just what there is.

    Of what the settings say already nothing is suggested anew: where they say something else, that is a difference.
    """
    suggestions = Suggestions()
    services = [choose_services(each, found, suggestions) for each in found.clusters]
    consumers = choose_consumers(services, settings, found, suggestions)
    for each in consumers:
        suggest_consumer(each, services, settings, suggestions)
    for each in services:
        suggest_services(each, settings, suggestions)
        suggest_access(each, settings, suggestions, *_access(each, settings, consumers, suggestions))
    suggest_dns(consumers, found.clusters, found, suggestions)
    _leave_foreign(services, consumers, found, suggestions)
    return suggestions


def _access(
    services: Services, settings: Settings, consumers: list[Consumer], suggestions: Suggestions
) -> tuple[set[str], set[str]]:
    """The subscriptions that the settings would let a cluster's services see, and trust."""
    key = services.cluster.key
    taken = {each.key: each for each in consumers if any(endpoint.cluster == key for endpoint in each.endpoints)}
    others = {name: each for name, each in settings.consumers_of(key).items() if name not in taken}
    needed = {each.subscription for each in taken.values()}
    needed |= {each.subnet_id.subscription for each in others.values()}
    needed |= {each.subscription for each in settings.external_consumers_of(key).values()}
    trusted = {each.subnet_id.subscription for each in others.values() if each.approval == "auto"}
    trusted |= {each.subscription for each in taken.values() if suggestions.section(*each.path)["approval"] == "auto"}
    return needed, trusted


def _leave_foreign(services: list[Services], consumers: list[Consumer], found: Found, suggestions: Suggestions) -> None:
    """Connections of endpoints that are not taken over; they stay as they are."""
    told = {each.id.lower() for each in suggestions.left}
    told |= {each.found.id.lower() for consumer in consumers for each in consumer.endpoints}
    for service in (service for each in services for service in each.by_role.values()):
        for connection in service.connections:
            if connection.endpoint_id and connection.endpoint_id.lower() not in told:
                subscription = EndpointId.parse(connection.endpoint_id).subscription
                how = "" if subscription in found.subscriptions else f"; --subscription {subscription} takes it over"
                suggestions.leave(
                    connection.endpoint_id, f"somebody else's, {connection.state} on {service.parsed.name}{how}"
                )
