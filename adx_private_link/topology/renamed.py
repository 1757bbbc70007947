"""
Keys that were renamed without `formerly`.

Names are made from keys, so that a renamed key is another object to Pulumi, which creates the new one before it deletes
the old one. Where Azure takes one of the two only, the update would fail half-way.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.records import FormerEndpoint, FormerService
from ..naming.azure import parse_service_name
from ..problems import Problem
from .planning import Planning
from .records import EndpointNode, ServiceNode, Topology

_SERVICE = "azure-native:network:PrivateLinkService"
_ENDPOINT = "azure-native:network:PrivateEndpoint"


def find_renamed_keys(planning: Planning, topology: Topology) -> Iterator[Problem]:
    """Yield the keys under which the graph would create a second time what this stack deployed under another key."""
    if not planning.facts.deployed.urns:
        return  # without the stack's state, nothing says what is to be created
    for cluster in topology.clusters.values():
        for service in cluster.services.values():
            if former := _deployed_service(planning, service):
                naming_key = parse_service_name(former.id.name, former.target) or former.cluster
                yield _problem(planning, "clusters", cluster.key, former.cluster, naming_key)
        for endpoint in cluster.endpoints:
            if former := _deployed_endpoint(planning, endpoint):
                if former.cluster not in planning.settings.cluster_keys:
                    section = "hand_overs" if cluster.is_handed_over else "clusters"
                    yield _problem(planning, section, cluster.key, former.cluster, former.cluster)
                if former.consumer not in planning.settings.consumers:
                    yield _problem(planning, "consumers", endpoint.consumer, former.consumer, former.consumer)


def _deployed_service(planning: Planning, service: ServiceNode) -> FormerService | None:
    """The service of a key that is gone, with the name or the frontend of one that is to be created."""
    facts = planning.facts
    if facts.deployed.urn(_SERVICE, service.logical_name):
        return None
    for former in facts.former.services:
        deployed = facts.service(former.id)
        if former.cluster in planning.settings.cluster_keys or deployed is None:
            continue
        is_left = former.id.key not in planning.service_keys
        is_same_frontend = service.frontend_id is not None and service.frontend_id.is_same(deployed.frontend_id)
        if former.id.is_same(service.id) or (is_left and is_same_frontend):
            return former
    return None


def _deployed_endpoint(planning: Planning, endpoint: EndpointNode) -> FormerEndpoint | None:
    """The endpoint of keys that are gone, with the name of one that is to be created."""
    is_deployed = planning.facts.deployed.urn(_ENDPOINT, endpoint.logical_name) is not None
    if is_deployed or planning.facts.endpoint(endpoint.id) is None:
        return None
    former = planning.facts.former.endpoints
    return next((other for other in former if other.id.is_same(endpoint.id)), None)


def _problem(planning: Planning, section: str, key: str, former: str, naming_key: str) -> Problem:
    settings = planning.settings.consumers[key] if section == "consumers" else planning.settings.cluster(key)
    return Problem(
        f"{section}.{key}.formerly" if settings.formerly else f"{section}.{key}",
        f"is what this stack deployed as {section}.{former}: under another name, Azure rejects its new "
        f"{'endpoints' if section != 'clusters' else 'services'} while the old ones exist, and these are deleted only "
        "afterwards",
        f"write `formerly: {naming_key}` in {section}.{key}, and every name stays; or, for new names, remove it, run "
        "`pulumi up`, then write it again",
        settings.formerly,
    )
