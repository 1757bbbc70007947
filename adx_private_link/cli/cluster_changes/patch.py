"""The PATCH of a cluster: sent, waited for, and checked. It can be repeated after an interruption at any point."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from ...resource_ids import ClusterId
from .. import azure_cli
from ..errors import CommandError
from .live_cluster import LiveCluster, read_cluster

_BUSY = ("RequestConflict", "ServiceIsInMaintenance")
"""
Codes of a request that meets another operation on the cluster (Azure/azure-rest-api-specs#7984,
hashicorp/terraform-provider-azurerm#18501).
"""
_LONGEST_PAUSE = 15.0


@dataclass(frozen=True)
class ClusterChange:
    """A change of one property of a cluster."""

    cluster: ClusterId
    properties: dict[str, Any]
    """The property by its name in Azure, with all of its value: a PATCH replaces it."""
    says: str
    """The change in words, such as `disable public access of myadx`."""


class ChangeFailed(CommandError):
    """A change that Azure accepted and did not make; the cluster is as before."""

    def __init__(self, change: ClusterChange, code: str, reason: str) -> None:
        super().__init__(f"Azure did not {change.says}: {reason}")
        self.code = code


def apply_change(change: ClusterChange, timeout: float) -> None:
    """
    Make a change, unless the cluster has it already, and wait until it is in effect.

    Args:
        change: The change.
        timeout: Seconds for the whole change; Azure takes several minutes.

    Raises:
        ChangeFailed: Azure accepted the change, and its operation failed.
        CommandError: The cluster is not running, Azure rejects the change, or the time is over.
    """
    deadline = time.monotonic() + timeout
    cluster = wait_until(change.cluster, lambda cluster: cluster.is_at_rest, deadline, "its running operation ends")
    if cluster.has(change.properties):
        return
    if cluster.state != "Running":
        raise CommandError(
            f"Cluster {change.cluster.name} is {cluster.state}, and Azure changes a running cluster only. Start it "
            f"(`az kusto cluster start --ids {change.cluster}`), then run this command again."
        )
    operation = _send(change, deadline)
    cluster = wait_until(change.cluster, lambda cluster: cluster.is_at_rest, deadline, f"it is changed: {change.says}")
    if not cluster.has(change.properties):
        code, reason = _why(operation)
        raise ChangeFailed(change, code, reason)


def wait_until(
    id: ClusterId, is_done: Callable[[LiveCluster], bool], deadline: float, awaited: str, pause: float = 1.0
) -> LiveCluster:
    """
    Look at a cluster until a condition holds.

    Args:
        id: The cluster.
        is_done: The condition.
        deadline: The end of the time, by the monotonic clock.
        awaited: The condition in words, as messages name it.
        pause: Seconds before the second look; the pauses grow.

    Raises:
        CommandError: The time is over, or the cluster cannot be read.
    """
    while True:
        cluster = read_cluster(id)
        if is_done(cluster):
            return cluster
        if time.monotonic() + pause > deadline:
            raise CommandError(
                f"The time is over (`--timeout`) before {awaited} (cluster {id.name}). Run this command again: it goes "
                "on where Azure is."
            )
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def _send(change: ClusterChange, deadline: float) -> str | None:
    pause = 1.0
    while True:
        try:
            return azure_cli.patch(str(change.cluster), {"properties": change.properties})
        except azure_cli.AzureRejection as error:
            if error.code not in _BUSY or time.monotonic() + pause > deadline:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


class _Error(BaseModel):
    code: str = ""
    message: str = ""


class _Operation(BaseModel):
    error: _Error = _Error()


def _why(operation: str | None) -> tuple[str, str]:
    """Return the code and the words of a failed operation, as far as Azure still shows it."""
    try:
        error = _Operation.model_validate(azure_cli.get_operation(operation)).error if operation else _Error()
    except (CommandError, ValidationError):
        error = _Error()
    words = f"{error.code}: {error.message}" if error.code else "its operation failed, and Azure does not say why"
    return error.code, words
