"""Managed private endpoints that are removed or replaced: their clusters lose their way to the data."""

from __future__ import annotations

from collections.abc import Iterator

from ..accesses import Update
from .records.managed_endpoints import ManagedEndpointRemoved, ManagedEndpointReplaced


def removed_managed_endpoints(update: Update) -> Iterator[ManagedEndpointRemoved]:
    """Find each managed private endpoint that is deleted for good."""
    for endpoint in update.plan.managed_endpoints:
        if endpoint.operation == "delete":
            yield ManagedEndpointRemoved(
                cluster=endpoint.cluster, key=endpoint.key, target=endpoint.target.old, group=endpoint.group.old
            )


def replaced_managed_endpoints(update: Update) -> Iterator[ManagedEndpointReplaced]:
    """Find each managed private endpoint that is deleted and created again."""
    for endpoint in update.plan.managed_endpoints:
        if endpoint.operation == "replace":
            yield ManagedEndpointReplaced(
                cluster=endpoint.cluster,
                key=endpoint.key,
                old_target=endpoint.target.old,
                new_target=endpoint.target.new,
                reasons=endpoint.reasons,
                is_approved_here=endpoint.is_approved_here,
            )
