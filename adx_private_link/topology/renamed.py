"""
Keys that were renamed without `formerly`.

Names are made from keys, so that a renamed key is another object to Pulumi, which creates the new one before it deletes
the old one. Where Azure takes one of the two only, the update would fail half-way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..facts.records import EndpointFacts, FormerEndpoint, FormerService, ServiceFacts
from ..naming import azure as names
from ..problems import Problem
from ..resource_ids import EndpointId, ServiceId
from .planning import Planning
from .records import EndpointNode, ServiceNode, Topology

_SERVICE = "azure-native:network:PrivateLinkService"
_ENDPOINT = "azure-native:network:PrivateEndpoint"


def renamed_keys(planning: Planning, graph: Topology) -> Iterator[Problem]:
    """The keys under which the graph creates once more what this stack has deployed under another key."""
    if not planning.facts.deployed.urns:
        return  # without the stack's state, nothing says what is to be created
    for cluster in graph.clusters.values():
        for service in cluster.services.values():
            if former := _deployed_service(planning, service):
                yield _problem(planning, "clusters", cluster.key, former.cluster, _lasting(former))
        for endpoint in cluster.endpoints:
            if former := _deployed_endpoint(planning, endpoint):
                if cluster.key in planning.settings.hand_overs and former.cluster not in planning.settings.cluster_keys:
                    yield _problem(planning, "hand_overs", cluster.key, former.cluster, former.cluster)
                if former.consumer not in planning.settings.consumers:
                    yield _problem(planning, "consumers", endpoint.consumer, former.consumer, former.consumer)


def _deployed_service(planning: Planning, service: ServiceNode) -> FormerService | None:
    """The service of a key that is gone, with the name or the frontend of one that is to be created."""
    facts = planning.facts
    if facts.deployed.urn(_SERVICE, service.logical_name):
        return None
    id = ServiceId.of(service.place.subscription, service.place.resource_group, service.name).key
    for former in facts.former.services:
        found = facts.services.get(former.id.key)
        if former.cluster in planning.settings.cluster_keys or not isinstance(found, ServiceFacts):
            continue
        is_left = former.id.key not in planning.service_ids
        if former.id.key == id or (is_left and found.frontend_id.lower() == service.frontend_id.lower()):
            return former
    return None


def _deployed_endpoint(planning: Planning, endpoint: EndpointNode) -> FormerEndpoint | None:
    """The endpoint of keys that are gone, with the name of one that is to be created."""
    id = EndpointId.of(endpoint.place.subscription, endpoint.place.resource_group, endpoint.name).key
    is_deployed = planning.facts.deployed.urn(_ENDPOINT, endpoint.logical_name) is not None
    if is_deployed or not isinstance(planning.facts.endpoints.get(id), EndpointFacts):
        return None
    return next((each for each in planning.facts.former.endpoints if each.id.key == id), None)


def _lasting(former: FormerService) -> str:
    """The key that a service was created under, which a default name contains."""
    default = re.fullmatch(re.escape(names.service_name("KEY", former.role)).replace("KEY", "(.+)"), former.id.name)
    return default[1] if default else former.cluster


def _problem(planning: Planning, section: str, key: str, former: str, lasting: str) -> Problem:
    given = planning.settings.consumers[key] if section == "consumers" else planning.settings.cluster(key)
    return Problem(
        f"{section}.{key}.formerly" if given.formerly else f"{section}.{key}",
        f"is what this stack deployed as {section}.{former}, under another name: Azure rejects its new "
        f"{'endpoints' if section != 'clusters' else 'services'} while the old ones exist, and these are deleted only "
        "afterwards",
        f"write `formerly: {lasting}` in {section}.{key}, and every name stays; or, for new names, remove it, run "
        "`pulumi up`, then write it again",
        given.formerly,
    )
