"""What Azure Resource Manager does around a type's own rules: groups, parents, locations, rights and locks."""

from __future__ import annotations

import json
from typing import Literal

from .bodies import Json, properties, region_name
from .callers import HOME_TENANT, Caller
from .clouds import cloud_of
from .cluster_operations import ClusterOperations, OverlapsOperation
from .errors import AzureError, OperationFailed, Rejection
from .known_types import is_known_type, type_of
from .resource_ids import Collection, ResourceId
from .resource_type import group_not_found_error, not_found_error
from .resource_types.locks import check_unlocked
from .resource_types.role_assignments import list_assigned_rights
from .rights import PERMISSIONS, Right, Rights, action_of
from .store import Store, Stored
from .subscriptions import Subscriptions
from .switches import FAILED_MANAGED_ENDPOINT
from .trouble import Trouble

PARENT_NOT_FOUND = Rejection(
    says="A nested resource is created only in a parent that exists",
    source="Azure/azure-cli, command_modules/privatedns/tests/latest/recordings/"
    "test_PutRecordSet_ZoneNotExists_ExpectError.yaml; a GET does not find the resource itself "
    "(test_GetLink_ZoneNotExists_ExpectError.yaml)",
    status=404,
    code="ParentResourceNotFound",
    message="Failed to perform 'write' on resource(s) of type '{type}', because the parent resource '{parent}' could "
    "not be found.",
)
LOCATION_REQUIRED = Rejection(
    says="A PUT sets the location of a resource whose type has one",
    source="Azure/azure-powershell and Azure/bicep issues on `LocationRequired`",
    code="LocationRequired",
    message="The location property is required for this definition.",
)
NOT_REGISTERED = Rejection(
    says="A subscription must be registered for a namespace before it uses it (`unregistered` in a world file)",
    source="MicrosoftDocs/azure-docs, "
    "articles/azure-resource-manager/troubleshooting/error-register-resource-provider.md",
    status=409,
    code="MissingSubscriptionRegistration",
    message="The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for "
    "how "
    "to register subscriptions.",
)


class LocalResourceManager:
    """Azure Resource Manager over one transaction of the state. Resource types call it back for what they cause."""

    def __init__(self, store: Store, caller: Caller | None) -> None:
        self.store = store
        self.operations = ClusterOperations(store, of_client=caller is not None)
        self.caller = None if caller is None else caller.client
        self.subscriptions = Subscriptions(store, caller)
        self._rights: Rights | None = None
        if caller is not None:
            assignments = [Right(**json.loads(assignment)) for assignment in store.rights()]
            # Without any rights in the world, everybody may do everything, whatever is assigned.
            assignments += list_assigned_rights(store) if assignments else []
            self._rights = Rights(caller.client, assignments, caller.tenant or HOME_TENANT)

    def has_type(self, type: str) -> bool:
        return is_known_type(type)

    def require_right(self, verb: Literal["read", "write", "delete"], id: ResourceId) -> None:
        if self._rights:
            self._rights.check(action_of(id, verb), id)

    def require_right_to_list(self, collection: Collection) -> None:
        if self._rights:
            self._rights.check_list(collection)

    def may(self, action: str, id: ResourceId) -> bool:
        return self._rights is None or self._rights.has(action, id.text)

    def require_linked_rights(self, id: ResourceId, body: Json) -> None:
        if self._rights:
            for action, target in type_of(id).linked_actions(id, body):
                self.subscriptions.require_linked(id, action, ResourceId.parse(target).subscription)
                self._rights.check_linked(f"{id.type}/write", id, action, target)

    def require_status_right(self, verb: Literal["write", "delete"], id: ResourceId) -> None:
        """Raise `OperationFailed` if the caller lacks the right to wait for what Azure has accepted."""
        if self._rights and (status := type_of(id).status_id(id, verb)):
            self._rights.check_status(status)

    def permissions_at(self, scope: str) -> list[Json]:
        """What the caller may do at a scope. Azure itself may do everything."""
        return self._rights.permissions_at(scope) if self._rights else [{"actions": ["*"], "notActions": []}]

    def require_scope(self, scope: str) -> None:
        """Raise `AzureError` if a scope does not exist, or the caller may not ask what it may do there."""
        id = ResourceId.parse(f"{scope}/providers/{PERMISSIONS}/all")
        self.subscriptions.require_known(id)
        self.require_right("read", id)
        self._check_group(id)

    def require_unlocked(self, verb: Literal["write", "delete"], id: ResourceId) -> None:
        check_unlocked(self.store, verb, id)

    def require_condition(self, id: ResourceId, if_match: str | None, *, if_none_match: bool = False) -> None:
        """Raise `AzureError` where a resource exists and must not, or has another etag than it must have."""
        stored = self.store.get(id.key)
        if stored is not None and if_none_match:
            raise type_of(id).exists_error(ResourceId.parse(stored.id))
        if stored is not None and if_match not in (None, "*", etag := self.get(id).get("etag")):
            raise type_of(id).changed_error(ResourceId.parse(stored.id), str(if_match), str(etag))

    def readable_ids(self, collection: Collection) -> list[ResourceId]:
        """The ids in a collection that the caller may read."""
        ids = [ResourceId.parse(stored.id) for stored in self.store.of_type(collection.type)]
        return [id for id in ids if id.key.startswith(f"{collection.scope.lower()}/") and self._may_read(id)]

    def get(self, id: ResourceId) -> Json:
        stored = self.store.get(id.key)
        if stored is None:
            self._check_group(id)
            if not self._has_parent(id):
                raise not_found_error(id)
            computed = type_of(id).computed(self, id)
            if computed is None:
                raise type_of(id).missing_error(id)
            return computed
        return self.view(stored)

    def list_in(self, collection: Collection) -> list[Json]:
        """The resources in a collection that the caller may read."""
        stored = [self.get(id) for id in self.readable_ids(collection)]
        if collection.parent is None or not collection.is_nested:
            return stored
        any_id = collection.parent.child(collection.type.rpartition("/")[2], "any")
        return [*stored, *(type_of(any_id).list_computed(self, any_id) if is_known_type(any_id.type) else ())]

    def view(self, stored: Stored) -> Json:
        """A stored resource as GET answers it."""
        id = ResourceId.parse(stored.id)
        return type_of(id).view(self, id, stored.body)

    def put(self, id: ResourceId, body: Json) -> Json:
        resource_type = type_of(id)
        self._check_registration(id)
        self._check_group(id)
        if not self._has_parent(id):
            assert id.parent is not None
            raise PARENT_NOT_FOUND(type=resource_type.type.partition("/")[2], parent=id.parent.text)
        stored = self.store.get(id.key)
        old = None if stored is None else stored.body
        id = resource_type.spell_id(id) if stored is None else ResourceId.parse(stored.id)
        common: Json = {"name": id.name, "id": id.text, "etag": resource_type.new_etag(), "type": resource_type.type}
        if resource_type.located:
            common["location"] = region_name(body.get("location"))
            self._check_location(id, common["location"], old)
            body = {**body, "location": common["location"]}
        if body.get("tags") is not None:
            common["tags"] = resource_type.read_tags(body["tags"])
        new: Json = {}
        try:
            with self.operations.run(id):
                new = {**common, **resource_type.put(self, id, body, old)}
        except OverlapsOperation:
            if old is None and FAILED_MANAGED_ENDPOINT.read(self.store) == "stays":
                self.store.put(id.text, resource_type.type, new, resource_type.referenced_ids(new))
                self.mark_failed(id)
            raise
        except OperationFailed:
            self.mark_failed(id)
            raise
        self.store.put(id.text, resource_type.type, new, resource_type.referenced_ids(new))
        return resource_type.put_answer(self, id, new)

    def delete(self, id: ResourceId) -> None:
        stored = self.store.get(id.key)
        if stored is not None:
            type_of(id).delete(self, ResourceId.parse(stored.id), stored.body)
            self.store.delete(id.key)

    def suffer(self, id: ResourceId, trouble: Trouble) -> None:
        """Apply a trouble to a PUT that was accepted: the resource shows late, or its operation fails."""
        stored = self.store.get(id.key)
        if stored is None:
            return
        resource_type = type_of(id)
        if trouble.kind == "lagging":
            for key in resource_type.late_keys(self, ResourceId.parse(stored.id), stored.body):
                self.store.hide(key, trouble.looks)
        if resource_type.long_running and (failure := trouble.operation_error(id)):
            self.mark_failed(id)
            raise failure

    def mark_failed(self, id: ResourceId) -> None:
        """Show that the last operation on a resource has failed."""
        stored = self.store.get(id.key)
        if stored is not None:
            body = {**stored.body, "properties": {**properties(stored.body), "provisioningState": "Failed"}}
            self.store.put(stored.id, stored.type, body, type_of(id).referenced_ids(body))

    def _may_read(self, id: ResourceId) -> bool:
        try:
            self.subscriptions.require_access(id)
            self.require_right("read", id)
        except AzureError:
            return False
        return True

    def _check_registration(self, id: ResourceId) -> None:
        namespace = id.type.split("/")[0]
        if self._rights and f"{id.subscription}/{namespace}".lower() in self.store.unregistered():
            raise NOT_REGISTERED(namespace=namespace)

    def _check_group(self, id: ResourceId) -> None:
        # A lock on a subscription is in no group.
        if id.resource_group and id.group.key != id.key and self.store.get(id.group.key) is None:
            raise group_not_found_error(id)

    def _has_parent(self, id: ResourceId) -> bool:
        return id.parent is None or self.store.get(id.parent.key) is not None

    def _check_location(self, id: ResourceId, location: str, old: Json | None) -> None:
        if not location:
            raise LOCATION_REQUIRED()
        cloud = self.subscriptions.cloud_of(id.subscription) or cloud_of(location)
        type_of(id).check_region(location, cloud)
        if old is not None and old["location"] != location:
            raise type_of(id).moved_error(id, old["location"], location)
