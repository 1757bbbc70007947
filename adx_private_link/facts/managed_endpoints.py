"""Managed private endpoints of the settings' clusters, and their targets: what is looked up, and what is known then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..naming.managed_endpoints import managed_endpoint_ids
from ..resource_ids import ManagedEndpointId
from ..settings import ManagedTargetId, Settings
from . import lookups
from .answers import is_absent, managed_endpoint_of
from .lookups import LookUp
from .managed_targets import managed_target, managed_target_of
from .records import ManagedEndpointFacts, ManagedTargetFacts, Unreadable

_ENDPOINT = "managed endpoint"
_TARGET = "managed target"


def managed_lookups(settings: Settings) -> dict[tuple[str, ...], LookUp[Any]]:
    """Return the look-ups of managed private endpoints, and of their targets in the subscriptions of this stack."""
    return {
        **{(_ENDPOINT, id.key): lookups.managed_endpoint(id) for id in _endpoints(settings)},
        **{(_TARGET, id.key): managed_target(id) for id in _targets(settings)},
    }


def managed_endpoint_facts(
    settings: Settings, answers: Mapping[tuple[str, ...], Any]
) -> dict[str, ManagedEndpointFacts | Unreadable]:
    """Return the facts of the managed private endpoints that exist or cannot be read, by id in lower case."""
    asked = ((id.key, answers[_ENDPOINT, id.key]) for id in _endpoints(settings))
    return {key: managed_endpoint_of(answer) for key, answer in asked if not is_absent(answer)}


def managed_target_facts(
    settings: Settings, answers: Mapping[tuple[str, ...], Any]
) -> dict[str, ManagedTargetFacts | Unreadable]:
    """Return the facts of their targets, by id in lower case."""
    return {id.key: managed_target_of(id, answers[_TARGET, id.key]) for id in _targets(settings)}


def _endpoints(settings: Settings) -> Iterator[ManagedEndpointId]:
    for key in settings.clusters:
        yield from managed_endpoint_ids(settings, key).values()


def _targets(settings: Settings) -> Iterator[ManagedTargetId]:
    # In another subscription, no provider of this stack works.
    subscriptions = settings.subscriptions
    for cluster in settings.clusters.values():
        for managed in cluster.managed_endpoints.values():
            if managed.target.subscription in subscriptions:
                yield managed.target
