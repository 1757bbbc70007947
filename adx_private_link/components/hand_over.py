"""The hand-over of a cluster: what external consumers' own stacks know about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..naming.hosts import native_zones
from ..settings import HandedRecord, HandedService, HandedTarget, HandOver, Target
from ..topology.records import ClusterNode
from .private_link_service import Service


def write_hand_over(node: ClusterNode, services: Mapping[Target, Service]) -> dict[str, Any]:
    """Return the hand-over of a cluster of this stack (`HandOver`), as a stack output."""
    # A consumer's stack with an older version of the library reads version 1, and ignores what it does not know.
    return HandOver.write(
        version=1 if services else 2,
        cluster=str(node.id) if node.id else None,
        location=node.location,
        zone=node.zone_name,
        request_message=node.request_message,
        services=_services(node, services),
        **({"targets": {"cluster": _target(node)}} if "cluster" in node.hosts else {}),
        **({"publishes": "cluster" if node.has_left else "services"} if services and "cluster" in node.hosts else {}),
        **({"allowed_roles": node.allowed_targets} if node.allowed_targets else {}),
    )


def _services(node: ClusterNode, services: Mapping[Target, Service]) -> dict[Target, dict[str, Any]]:
    return {
        target: HandedService.write(
            alias=service.alias,
            records=[HandedRecord.write(host=host.name, name=host.record) for host in node.hosts[target]],
        )
        for target, service in services.items()
        if target in node.handed_targets
    }


def _target(node: ClusterNode) -> dict[str, Any]:
    hosts = {host.role: host.name for host in reversed(node.hosts["cluster"])}
    zones = native_zones(node.zone_name, hosts["engine"])
    was_injected = {"was_injected": True} if node.was_injected else {}
    return HandedTarget.write(id=str(node.id), group="cluster", hosts=hosts, zones=dict(zones), **was_injected)
