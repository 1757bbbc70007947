"""Managed private endpoints in a plan: what the update does to a cluster's way to its sources of data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from ...naming.logical import ManagedApprovalName, ManagedEndpointName
from .inputs import named, reasons_of, values_of
from .planned import Planned, Reason, Values
from .resources import Operation, PlannedResource
from .values import text


@dataclass(frozen=True)
class ManagedEndpoint(Planned):
    """A managed private endpoint of a cluster."""

    cluster: str
    """The key of its cluster."""
    key: str
    target: Values[str | None]
    """The id of what it connects to."""
    group: Values[str | None]
    approval: Operation | None
    """The operation on its approval; None where the target's owner approves."""
    reasons: tuple[Reason, ...]

    @property
    def is_approved_here(self) -> bool:
        """Whether this stack approves its connection after the update."""
        return self.approval not in (None, "delete")


class ManagedEndpointChange(BaseModel):
    """One managed private endpoint that is created, changed or deleted."""

    model_config = ConfigDict(frozen=True)

    cluster: str
    key: str
    old_target: str | None
    new_target: str | None
    group: str | None
    operation: Operation
    approved_here: bool
    """Whether this stack approves its connection."""


def read_managed_endpoints(
    cluster: str, resources: Iterable[PlannedResource], approvals: Iterable[PlannedResource]
) -> Iterator[ManagedEndpoint]:
    """Read the managed private endpoints of a cluster, with their approvals."""
    operations: dict[str, Operation] = {
        name.key: approval.operation for approval, name in named(approvals, ManagedApprovalName.parse)
    }
    for resource, name in named(resources, ManagedEndpointName.parse):
        yield ManagedEndpoint(
            resource.operation,
            cluster=cluster,
            key=name.key,
            target=values_of(resource, text, "privateLinkResourceId"),
            group=values_of(resource, text, "groupId"),
            approval=operations.get(name.key),
            reasons=reasons_of(resource),
        )


def managed_endpoint_changes(endpoints: Iterable[ManagedEndpoint]) -> Iterator[ManagedEndpointChange]:
    """List the managed private endpoints that change."""
    for endpoint in endpoints:
        if endpoint.operation != "same" or endpoint.approval not in (None, "same"):
            yield ManagedEndpointChange(
                cluster=endpoint.cluster,
                key=endpoint.key,
                old_target=endpoint.target.old,
                new_target=endpoint.target.new,
                group=endpoint.group.latest,
                operation=endpoint.operation,
                approved_here=endpoint.is_approved_here,
            )
