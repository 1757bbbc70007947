"""A lock: it keeps people from deleting a resource that others depend on."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import authorization

from ..naming.logical import lock_name
from .context import Context


def make_lock(
    logical_name: str, resource: pulumi.CustomResource, scope: pulumi.Output[str], subscription: str, context: Context
) -> None:
    """
    Register a lock on a resource, or on a part of it (`scope`). To delete the resource, the lock has to be removed
    first.

    The stack itself removes it when it deletes the resource, because the lock depends on it and is replaced with it.
    """
    authorization.ManagementLockByScope(
        lock_name(logical_name),
        lock_name="adx-private-link",
        scope=scope,
        level=authorization.LockLevel.CAN_NOT_DELETE,
        notes="Private access to Azure Data Explorer depends on it; made by adx-private-link.",
        opts=context.resource(
            subscription,
            replace_with=[resource],
            delete_before_replace=True,
            # The lock follows its resource; another spelling of the resource's id is no other scope.
            ignore_changes=["scope"],
        ),
    )
