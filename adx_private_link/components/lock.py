"""A lock that keeps people from deleting what others depend on."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import authorization

from .context import Context


def make_lock(
    logical_name: str, resource: pulumi.CustomResource, scope: pulumi.Output[str], subscription: str, context: Context
) -> None:
    """
    Register a lock on a resource, or on a part of it (`scope`): whoever deletes it has to remove the lock first.

    The stack itself does so when the resource has to go, because the lock depends on it and is replaced with it.
    """
    authorization.ManagementLockByScope(
        f"{logical_name}.lock",
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
