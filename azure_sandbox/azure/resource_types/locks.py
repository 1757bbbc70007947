"""Microsoft.Authorization/locks: locks against changes and deletion, and the requests that they reject."""

from __future__ import annotations

import re
from typing import Literal

from ...rules import Rule
from ..bodies import Json, properties
from ..errors import Rejection
from ..resource_ids import ResourceId
from ..resource_type import ResourceManager, ResourceType, not_found_error, without_etag
from ..store import Store
from ..type_names import LOCKS

_DOCUMENTED = "MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/lock-resources.md"
_SPECIFIED = "Azure/azure-rest-api-specs, specification/resources/resource-manager/Microsoft.Authorization, locks.json"

LOCKED = Rejection(
    says="A lock forbids the deletion (`CanNotDelete`, `ReadOnly`) and the update (`ReadOnly`) of its scope and of all "
    "resources below; locks themselves can be created and deleted",
    source=f"{_DOCUMENTED}; articles/azure-resource-manager/troubleshooting/error-lock.md",
    status=409,
    code="ScopeLocked",
    message="The scope '{scope}' cannot perform {verb} operation because following scope(s) are locked: '{locked}'. "
    "Please remove the lock and try again.",
)
LOCKED_WITHIN = Rule(
    says="A resource or group that contains a locked resource cannot be deleted: a zone with a locked SOA record set "
    "stays, although its other record sets can change, and no resource of a group with a locked resource is deleted "
    "with the group",
    source=f"{_DOCUMENTED}; articles/dns/dns-protect-private-zones-recordsets.md",
)
BAD_NAME = Rejection(
    says="A lock's name has at most 260 characters and none of `<>%&:\\?/`",
    source=f"{_SPECIFIED}; code and text are an own choice",
    code="InvalidLockName",
    message="The lock name '{name}' is invalid.",
)
BAD_LOCK = Rejection(
    says="A lock has a level, `CanNotDelete`, `ReadOnly` or `NotSpecified`, and notes of at most 512 characters",
    source=f"{_SPECIFIED}; code and text are an own choice",
    code="InvalidRequestContent",
    message="The request content was invalid: lock '{name}' needs a level (CanNotDelete, ReadOnly or NotSpecified), "
    "and notes of at most 512 characters.",
)
SHAPE = Rule(
    says="A lock shows its level, notes and owners, without an etag or a location; its id keeps the spelling of the "
    "request",
    source="Azure/azure-cli, command_modules/resource/tests/latest/recordings/test_cannotdelete_resource_lock.yaml",
)

_FORBIDDEN = re.compile(r"[<>%&:\\?/\x00-\x1f]")
_LEVELS = {"CanNotDelete": ("delete",), "ReadOnly": ("delete", "write"), "NotSpecified": ()}
"""The levels, with the requests that each forbids."""


class Lock(ResourceType):
    type = LOCKS
    located = False
    long_running = False

    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        requested = properties(body)
        if len(id.name) > 260 or _FORBIDDEN.search(id.name):
            raise BAD_NAME(name=id.name)
        if requested.get("level") not in _LEVELS or len(str(requested.get("notes") or "")) > 512:
            raise BAD_LOCK(name=id.name)
        _check_scope(arm, id)
        return {"properties": {name: requested[name] for name in ("level", "notes", "owners") if requested.get(name)}}

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return without_etag(body)


def _check_scope(arm: ResourceManager, id: ResourceId) -> None:
    # The subscription exists, as `Subscriptions` has checked.
    if id.resource_group and arm.store.get(str(id.scope)) is None:
        raise not_found_error(ResourceId.parse(str(id.scope)))


def check_unlocked(store: Store, verb: Literal["write", "delete"], id: ResourceId) -> None:
    """Raise `AzureError` if a lock forbids a request on a resource."""
    if id.type.lower() == LOCKS.lower():
        return
    for lock in store.of_type(LOCKS):
        locked = str(ResourceId.parse(lock.id).scope)
        concerns = _is_within(id.key, locked) or (verb == "delete" and _is_within(locked, id.key))
        if concerns and verb in _LEVELS[properties(lock.body)["level"]]:
            raise LOCKED(scope=id.text, verb=verb, locked=locked)


def _is_within(id: str, scope: str) -> bool:
    return f"{id.lower()}/".startswith(f"{scope.lower()}/")
