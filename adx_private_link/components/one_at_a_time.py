"""
Writes below one cluster: one after the other.

Azure accepts one write below a cluster at a time. A second one fails inside its operation with
`ServiceIsInMaintenance` (hashicorp/terraform-provider-azurerm#18501, #22010). So each endpoint and each approval of a
cluster waits until the one before has ended, whether it succeeded or not: the failure of one consumer does not hold up
the others. `retries` covers the writes of other programs.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import pulumi

from ..resource_ids import ClusterId

_Value = TypeVar("_Value")

_BY_PROGRAM: WeakKeyDictionary[Any, dict[str, list[pulumi.CustomResource]]] = WeakKeyDictionary()
"""By the engine that a program talks to, and by the cluster's id in lower case."""


def note_write(cluster: ClusterId, resource: pulumi.CustomResource) -> None:
    """Note a resource whose creation or update writes below a cluster."""
    program = _BY_PROGRAM.setdefault(pulumi.runtime.settings.get_monitor(), {})
    program.setdefault(cluster.key, []).append(resource)


def last_write(cluster: ClusterId) -> Sequence[pulumi.CustomResource]:
    """Return the resource that was noted last for a cluster, if there is one."""
    return _BY_PROGRAM.get(pulumi.runtime.settings.get_monitor(), {}).get(cluster.key, [])[-1:]


async def wait_for(resources: Sequence[pulumi.CustomResource]) -> None:
    """Wait until the writes of resources have ended. A preview writes nothing."""
    if pulumi.runtime.is_dry_run():
        return
    for resource in resources:
        with contextlib.suppress(Exception):  # its failure is reported where it happened
            await resource.id.future()


def after(value: _Value, resources: Sequence[pulumi.CustomResource]) -> pulumi.Output[_Value]:
    """Return an input of a resource that is sent after the writes of others have ended."""

    async def later() -> _Value:
        await wait_for(resources)
        return value

    return pulumi.Output.from_input(later())
