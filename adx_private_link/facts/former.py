"""What the last update of this stack left, from the stack's own outputs: the guards compare with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..outputs import ClustersOutput, is_of_this_library
from ..problems import Problem
from ..resource_ids import EndpointId, ServiceId
from .records import Former, FormerEndpoint, FormerService

_REMEDY = (
    "correct it in the stack's state: `pulumi stack export --file state.json`, then `pulumi stack import --file "
    "state.json`; with `pulumi stack history` and an older copy of the state you see what it was. If the program "
    "has an output `clusters` of its own, give that another name"
)


def former_of(outputs: Mapping[str, Any]) -> Former:
    """
    What the outputs of a stack say of its last update.

    A new stack, and one that was another program's, says nothing. An output of this library that cannot be read is a
    problem: without it, nothing guards the services and endpoints that the settings no longer name.
    """
    found = outputs.get("clusters")
    if not is_of_this_library(found):
        return Former()
    try:
        clusters = ClustersOutput.model_validate(found).root
    except ValidationError as error:
        return Former(problems=tuple(map(_damaged, error.errors())))
    return Former(
        services=tuple(
            FormerService(key, role, ServiceId.parse(service.id))
            for key, cluster in clusters.items()
            for role, service in cluster.services.items()
        ),
        endpoints=tuple(
            FormerEndpoint(key, consumer, role, EndpointId.parse(endpoint.id), endpoint.address)
            for key, cluster in clusters.items()
            for consumer, roles in cluster.endpoints.items()
            for role, endpoint in roles.items()
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
