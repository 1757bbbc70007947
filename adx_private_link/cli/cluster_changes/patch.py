"""The PATCH of a cluster: sent, waited for, and checked. It can be repeated after an interruption at any point."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import BaseModel, ValidationError

from ...next_steps import next_step_of_command
from ...resource_ids import ClusterId
from .. import azure_cli
from ..errors import CommandError
from ..terminal.progress import progress
from .live_cluster import LiveCluster, read_cluster

_BUSY = ("RequestConflict", "ServiceIsInMaintenance")
"""
Codes of a request that meets another operation on the cluster (Azure/azure-rest-api-specs#7984,
hashicorp/terraform-provider-azurerm#18501).
"""
_NOT_MADE = ("Failed", "Canceled")
"""
The final states of an operation that changed nothing (MicrosoftDocs/azure-docs, articles/azure-resource-manager/
management/async-operations.md).
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


class ChangeNotMade(CommandError):
    """A change that Azure did not make; the cluster is as before."""

    def __init__(self, code: str, reason: str, next_step: str) -> None:
        super().__init__(f"{reason}\nThe cluster is as before.", next_step=next_step)
        self.code = code


class ChangeFailed(ChangeNotMade):
    """A change that Azure accepted, and whose operation failed."""

    def __init__(self, change: ClusterChange, code: str, reason: str) -> None:
        step = next_step_of_command(reason, "run this command again")
        super().__init__(code, f"Azure did not {change.says}: {reason}", step)


class ChangeRejected(ChangeNotMade):
    """A change that Azure rejected."""

    def __init__(self, change: ClusterChange, error: azure_cli.AzureRejection) -> None:
        step = next_step_of_command(error.reason, "correct what Azure rejects, then run this command again")
        super().__init__(error.code, f"Azure rejects the request to {change.says}: {error.reason}", step)


def apply_change(change: ClusterChange, timeout: float) -> None:
    """
    Make a change, unless the cluster has it already, and wait until it is in effect; shows progress.

    Args:
        change: The change.
        timeout: Seconds for the whole change; Azure takes several minutes.

    Raises:
        ChangeFailed: Azure accepted the change, and its operation failed.
        ChangeRejected: Azure rejects the change.
        CommandError: The cluster is not running, or the time is over.
    """
    with progress(f"{change.says}: Azure takes several minutes"):
        _apply(change, time.monotonic() + timeout)


def wait_at_rest(id: ClusterId, timeout: float) -> LiveCluster:
    """
    Wait until no operation is running on a cluster, and return it; shows progress.

    Raises:
        CommandError: The time is over, or the cluster cannot be read.
    """
    with progress(f"waiting until the running operation on {id.name} ends"):
        return _wait_at_rest(id, time.monotonic() + timeout)


def wait_for_owner(id: ClusterId, is_changed: Callable[[LiveCluster], bool], timeout: float, to: str) -> None:
    """
    Wait until the owner's own program has changed a cluster; shows progress.

    Args:
        id: The cluster.
        is_changed: Whether it has the change.
        timeout: Seconds for the whole change.
        to: What the owner has to do, in words.

    Raises:
        CommandError: The time is over, or the cluster cannot be read.
    """
    with progress(f"waiting for the owner of {id.name} to {to}"):
        _wait_until(
            id,
            lambda cluster: cluster.is_at_rest and is_changed(cluster),
            time.monotonic() + timeout,
            "the owner has changed it",
        )


def _apply(change: ClusterChange, deadline: float) -> None:
    pause = 1.0
    while True:
        cluster = _wait_at_rest(change.cluster, deadline)
        if cluster.has(change.properties):
            return
        require_running(cluster)
        failure = _try_change(change, deadline)
        if failure is None:
            return
        # Another operation is running on the cluster, or on something below it: that passes.
        if failure.code not in _BUSY or time.monotonic() + pause > deadline:
            raise failure
        time.sleep(pause)  # Azure does not say how long the other operation takes.
        pause = min(2 * pause, _LONGEST_PAUSE)


def require_running(cluster: LiveCluster) -> None:
    """Check that a cluster is running. Raises `CommandError` if it is not."""
    if cluster.state != "Running":
        raise CommandError(
            f"Cluster {cluster.id.name} is {cluster.state}, and Azure changes a running cluster only.",
            next_step=f"start it (`az kusto cluster start --ids {cluster.id}`), then run this command again",
        )


def _wait_at_rest(id: ClusterId, deadline: float) -> LiveCluster:
    return _wait_until(id, lambda cluster: cluster.is_at_rest, deadline, "its running operation ends")


def _wait_until(id: ClusterId, is_done: Callable[[LiveCluster], bool], deadline: float, awaited: str) -> LiveCluster:
    """Look at a cluster until a condition holds, which is `awaited` in words; the pauses between looks grow."""
    pause = 1.0
    while True:
        cluster = read_cluster(id)
        if is_done(cluster):
            return cluster
        if time.monotonic() + pause > deadline:
            raise CommandError(
                f"The time is over (`--timeout`) before {awaited} (cluster {id.name}).",
                next_step="run this command again",
            )
        time.sleep(pause)  # Azure sends no notice: its clients look again and again.
        pause = min(2 * pause, _LONGEST_PAUSE)


def _try_change(change: ClusterChange, deadline: float) -> ChangeNotMade | None:
    """Send a change, and wait for its operation; return why Azure did not make it."""
    try:
        operation = azure_cli.patch(str(change.cluster), {"properties": change.properties})
    except azure_cli.AzureRejection as error:
        return ChangeRejected(change, error)
    is_over = partial(_is_over, change, operation)
    if _wait_until(change.cluster, is_over, deadline, f"it is changed: {change.says}").has(change.properties):
        return None
    error = _read_operation(operation).error
    return ChangeFailed(change, error.code, error.words)


def _is_over(change: ClusterChange, operation: str | None, cluster: LiveCluster) -> bool:
    """
    Whether a change is made, or Azure says that it failed.

    The cluster may show a change later than its operation, and an operation that cannot be read may have succeeded.
    """
    if not cluster.is_at_rest:
        return False
    return cluster.has(change.properties) or _read_operation(operation).status in _NOT_MADE


class _Error(BaseModel):
    code: str = ""
    message: str = ""

    @property
    def words(self) -> str:
        known = f"{self.code}: {self.message}"
        return known if self.code else "its operation failed, and Azure does not say why"


class _Operation(BaseModel):
    status: str = ""
    error: _Error = _Error()


def _read_operation(operation: str | None) -> _Operation:
    """Read an operation, as far as Azure still shows it."""
    try:
        return _Operation.model_validate(azure_cli.get_operation(operation)) if operation else _Operation()
    except (CommandError, ValidationError):
        return _Operation()
