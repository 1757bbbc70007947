"""Operations on clusters: Azure runs one at a time on a cluster and everything below it."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager

from ..rules import OWN_CHOICE
from .errors import OperationFailed, Rejection
from .patch_operations import running_operation
from .resource_ids import ResourceId
from .store import Store
from .switches import CLUSTER_OPERATIONS
from .type_names import CLUSTER_CONNECTIONS, CLUSTERS, MANAGED_PRIVATE_ENDPOINTS

IN_MAINTENANCE = Rejection(
    says="A cluster runs one operation at a time, its own or one on a connection or managed private endpoint. Azure "
    "accepts another one, which then fails and changes nothing: a new managed private endpoint stays without a "
    "connection. So do the resources of a template that do not depend on each other (`trouble maintenance`: as if "
    "another operation were running)",
    source="hashicorp/terraform-provider-azurerm#18501, #22010, #16471; Azure/azure-rest-api-specs#18845; that "
    f"connections count, how long an operation takes, and what stays, is an {OWN_CHOICE}",
    status=200,
    code="ServiceIsInMaintenance",
    message="[Conflict] Cluster '{cluster}' is in process of maintenance for a short period. You may retry to invoke "
    "the operation in a few minutes.",
)

_TYPES = frozenset(type.lower() for type in (CLUSTERS, CLUSTER_CONNECTIONS, MANAGED_PRIVATE_ENDPOINTS))
_SECONDS = 0.3
"""The duration of an operation. Two requests of a program that runs them at once are closer together."""


class OverlapsOperation(OperationFailed):
    """An operation that failed because another one is running on its cluster."""


class ClusterOperations:
    """The operations on clusters that one request starts. Azure's own changes are none."""

    def __init__(self, store: Store, *, of_client: bool) -> None:
        self._store = store
        self._of_client = of_client
        self.now = time.time()
        """When the next operation starts. A deployment sets it to when all that the next resource depends on ends."""
        self._end = self.now
        self.is_in_maintenance = False
        """Whether every operation of this request fails, as if another were running."""

    @contextmanager
    def run(self, id: ResourceId) -> Generator[None]:
        """Run a block as an operation, if it concerns a cluster: where it overlaps another, undo it and fail."""
        cluster = _cluster_of(id)
        if cluster is None or not self._of_client:
            yield
            return
        is_busy = self._store.busy_until(cluster.key) > self.now or running_operation(self._store, cluster.key)
        overlaps = self.is_in_maintenance or is_busy
        with self._store.undone_on_failure():
            # Azure rejects an invalid request before it accepts the operation.
            yield
            if overlaps:
                error = IN_MAINTENANCE(cluster=cluster.name)
                raise OverlapsOperation(error.status, error.code, error.message)
        if CLUSTER_OPERATIONS.read(self._store) == "take-no-time":
            return
        self.now += _SECONDS
        self._store.set_busy(cluster.key, self.now)
        self._end = max(self._end, self.now)

    def wait(self) -> None:
        """Wait as a client does that polls its operations until they end."""
        time.sleep(max(0.0, self._end - time.time()))


def _cluster_of(id: ResourceId) -> ResourceId | None:
    """The cluster that an operation concerns; None for a resource of another kind."""
    if id.type.lower() not in _TYPES:
        return None
    return id.parent or id
