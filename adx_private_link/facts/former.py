"""Former objects: what the last update of this stack left, from the stack's own outputs. The guards compare with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..outputs import ClustersOutput, is_of_this_library
from ..problems import Problem
from ..resource_ids import EndpointId, ManagedEndpointId, ServiceId, ZoneGroupId
from .records import Former, FormerEndpoint, FormerManagedEndpoint, FormerService

_REMEDY = (
    "correct it in the stack's state: `pulumi stack export --file state.json`, then `pulumi stack import --file "
    "state.json`; with `pulumi stack history` and an older copy of the state you see what it was. If the program "
    "has an output `clusters` of its own, give that another name"
)


def former_of(outputs: Mapping[str, Any]) -> Former:
    """
    Return what the last update of a stack left, according to the stack's outputs.

    The outputs of a new stack, and of another program, say nothing. An output of this library that cannot be read is a
    problem: without it, nothing guards the services and endpoints that the settings no longer name.
    """
    output = outputs.get("clusters")
    if not is_of_this_library(output):
        return Former()
    try:
        clusters = ClustersOutput.model_validate(output).root
    except ValidationError as error:
        return Former(problems=tuple(map(_damaged, error.errors())))
    return Former(
        services=tuple(
            FormerService(key, target, ServiceId.parse(service.id))
            for key, cluster in clusters.items()
            for target, service in cluster.services.items()
        ),
        endpoints=tuple(
            FormerEndpoint(
                cluster=key,
                consumer=consumer,
                target=target,
                id=EndpointId.parse(endpoint.id),
                addresses=endpoint.addresses,
                hosts=frozenset(endpoint.hosts),
                zone_group=ZoneGroupId.read(endpoint.zone_group),
            )
            for key, cluster in clusters.items()
            for consumer, targets in cluster.endpoints.items()
            for target, endpoint in targets.items()
        ),
        managed_endpoints=tuple(
            FormerManagedEndpoint(key, name, ManagedEndpointId.parse(managed.id), managed.target.lower(), managed.group)
            for key, cluster in clusters.items()
            for name, managed in cluster.managed_endpoints.items()
        ),
    )


def _damaged(error: ErrorDetails) -> Problem:
    value = error["input"]
    return Problem(
        ".".join(["outputs of this stack: clusters", *map(str, error["loc"])]),
        f"cannot be read, so this update cannot be compared with the last one: {error['msg']}",
        _REMEDY,
        value if isinstance(value, str | int | float) else None,
    )
