"""PATCH: which change it is, and when it takes effect."""

from __future__ import annotations

from dataclasses import replace

from .bodies import Json, properties
from .errors import AzureError, OperationFailed
from .known_types import type_of
from .patch_operations import Answer, Operation, find_operation, running_operation, save_operation, start_operation
from .resource_ids import ResourceId
from .resource_manager import LocalResourceManager


def patch(arm: LocalResourceManager, id: ResourceId, change: Json) -> Answer:
    """Accept a PATCH of a client, or make the change at once if it is Azure's own."""
    before = arm.get(id)
    stored = arm.store.get(id.key)
    assert stored is not None
    request = type_of(id).patched(stored.body, change)
    if arm.caller is None:
        return Answer(status=200, body=arm.put(id, request))
    after = _try_put(arm, id, request)
    if not isinstance(after, OperationFailed) and after["etag"] == before["etag"]:
        return Answer(status=200, body=before)
    operation = start_operation(arm.store, ResourceId.parse(stored.id), stored.body["location"], request)
    if isinstance(after, OperationFailed):
        save_operation(arm.store, operation.fail(after))
    accepted = arm.get(id)
    accepted["properties"] = {**properties(accepted), "provisioningState": "Accepted"}
    return Answer(status=202, body=accepted, headers=operation.headers)


def _try_put(arm: LocalResourceManager, id: ResourceId, request: Json) -> Json | OperationFailed:
    """The answer to a PUT that is undone, or why the operation will fail. Raises `AzureError` if it is rejected."""
    with arm.store.undone():
        try:
            return arm.put(id, request)
        except OperationFailed as error:
            return error


def poll(arm: LocalResourceManager, name: str, *, location_only: bool) -> Answer:
    """The answer of an operation's URL."""
    operation = look(arm, find_operation(arm.store, name))
    if not location_only:
        return Answer(status=200, body=operation.body)
    return Answer(status=202 if operation.status == "Running" else 200, body=None)


def look_at(arm: LocalResourceManager, id: ResourceId) -> None:
    """Let time pass for the operation on a resource, because a client looks at the resource."""
    if operation := running_operation(arm.store, id.key):
        look(arm, operation)


def look(arm: LocalResourceManager, operation: Operation) -> Operation:
    """Let time pass for an operation. Returns it as it is afterwards."""
    if operation.status != "Running":
        return operation
    after = replace(operation, looks=operation.looks - 1) if operation.looks else _finish(arm, operation)
    save_operation(arm.store, after)
    return after


def _finish(arm: LocalResourceManager, operation: Operation) -> Operation:
    id = ResourceId.parse(operation.target)
    succeeded = replace(operation, status="Succeeded")
    if operation.error is None:
        # Until it is saved as finished, it keeps everybody from changing the resource.
        save_operation(arm.store, succeeded)
        try:
            with arm.store.undone_on_failure():
                LocalResourceManager(arm.store, None).put(id, operation.request)
        except AzureError as error:
            operation = operation.fail(error)
        else:
            return succeeded
    arm.mark_failed(id)
    return replace(operation, status="Failed")
