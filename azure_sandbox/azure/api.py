"""The sandbox's Azure as clients call it: requests on resource ids, lists, worlds, switches and trouble."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict

from .bodies import Json
from .callers import Caller
from .clouds import Cloud
from .cluster_members import list_members
from .endpoint_members import Member
from .errors import AzureError, OperationFailed
from .known_types import type_of
from .patch import look_at, patch, poll
from .patch_operations import Answer, running_operation, save_operation
from .resource_ids import Collection, ResourceId
from .resource_manager import LocalResourceManager
from .resource_types.cluster_accounts import add_account
from .state_file import StoreFile
from .store import StoredTrouble
from .switches import SWITCHES, find_switch
from .trouble import Method, Trouble, call_of
from .world import World, put_world


class Azure:
    """
    The sandbox's Azure. Every public method is one transaction.

    Without a caller, requests come from Azure itself: they need no rights and meet no trouble.
    """

    def __init__(self, file: StoreFile, caller: Caller | None = None) -> None:
        self._file = file
        self._caller = caller

    def acting_as(self, client: str, tenant: str | None = None, cloud: Cloud | None = None) -> Azure:
        """The same Azure for a client, named by its client id. Without a tenant or cloud, the client fits them all."""
        return Azure(self._file, Caller(client, tenant, cloud))

    def without_caller(self) -> Azure:
        """The same Azure for its own changes, which need no rights and meet no trouble."""
        return Azure(self._file)

    def tenant_of(self, subscription: str) -> str:
        """The tenant of a subscription."""
        with self._transaction() as arm:
            return arm.subscriptions.tenant_of(subscription)

    def get(self, id: ResourceId) -> Json:
        """The resource as GET answers it. Raises `AzureError` 404 if it does not exist."""
        with self._request("GET", id) as arm:
            arm.subscriptions.require_known(id)
            arm.require_right("read", id)
            if self._caller is not None:
                look_at(arm, id)
            return arm.get(id)

    def put(self, id: ResourceId, body: Json, *, if_match: str | None = None, if_none_match: bool = False) -> Json:
        """
        Create or update a resource. Raises `OperationFailed` if Azure accepts the request and the operation then fails.

        `if_match` is the etag that the resource must have; `if_none_match` means that it must not exist.
        """
        with self._request("PUT", id) as arm:
            arm.subscriptions.require_known(id)
            arm.require_right("write", id)
            arm.require_linked_rights(id, body)
            arm.require_unlocked("write", id)
            demanded = if_match or type_of(id).demanded_etag(body)
            arm.require_condition(id, demanded, if_none_match=if_none_match)
            answer = arm.put(id, body)
            arm.require_status_right("write", id)
            return answer

    def patch(self, id: ResourceId, change: Json) -> Answer:
        """
        Change some properties of a resource.

        A client gets the URL of an operation, and its looks (`get`, `poll`) let the operation end; a change of Azure's
        own is made at once.
        """
        with self._request("PATCH", id) as arm:
            arm.subscriptions.require_known(id)
            arm.require_right("write", id)
            arm.require_linked_rights(id, change)
            arm.require_unlocked("write", id)
            return patch(arm, id, change)

    def poll(self, operation: str, *, location_only: bool = False) -> Answer:
        """The answer of an operation's URL, the one in `Location` or else in `Azure-AsyncOperation`."""
        with self._transaction() as arm:
            return poll(arm, operation, location_only=location_only)

    def delete(self, id: ResourceId, *, if_match: str | None = None) -> None:
        """Delete a resource. Does nothing if it does not exist."""
        with self._request("DELETE", id) as arm:
            arm.subscriptions.require_access(id)
            arm.require_right("delete", id)
            arm.require_unlocked("delete", id)
            arm.require_condition(id, if_match)
            exists = arm.store.get(id.key) is not None
            with arm.operations.run(id):
                arm.delete(id)
            if exists:
                arm.require_status_right("delete", id)

    def list_of(self, collection: Collection) -> list[Json]:
        """The resources in a collection that the caller may read."""
        with self._transaction() as arm:
            if collection.parent:
                arm.subscriptions.require_known(collection.parent)
                arm.get(collection.parent)
            arm.require_right_to_list(collection)
            return arm.list_in(collection)

    def list_permissions(self, scope: str) -> list[Json]:
        """What the caller may do at a scope: a subscription or a resource group."""
        with self._transaction() as arm:
            arm.require_scope(scope)
            return arm.permissions_at(scope)

    def list(self) -> list[Json]:
        """Every resource as GET answers it, ordered by id."""
        with self._transaction() as arm:
            return [arm.view(stored) for stored in arm.store.everything()]

    def add_storage_account(self, cluster: ResourceId) -> list[str]:
        """Add a storage account to a cluster, as Azure does under load. Returns the ids of endpoints without room."""
        with self._transaction() as arm:
            return add_account(arm, cluster)

    def members_of(self, cluster: ResourceId) -> list[Member]:
        """The members of a cluster: its engine, its ingestion service, and its storage accounts."""
        with self._transaction() as arm:
            stored = arm.store.get(cluster.key)
            return list_members(arm.store, stored) if stored else []

    def register(self, subscription: str, namespace: str) -> None:
        """Register a subscription for a namespace, such as `Microsoft.Network`."""
        with self._transaction() as arm:
            arm.store.register(f"{subscription}/{namespace}".lower())

    @property
    def is_new(self) -> bool:
        """Whether the state has never had a world."""
        with self._transaction() as arm:
            return arm.store.is_new

    def start_from(self, world: World, *, only_if_new: bool = False) -> None:
        """Clear the state and create a world. Each resource is put in turn, under Azure's rules."""
        with self._transaction() as arm:
            if only_if_new and not arm.store.is_new:
                return
            arm.store.clear()
            put_world(arm, world)

    def set_switch(self, name: str, value: str) -> None:
        """Choose what Azure does where no public source settles it. Raises `ValueError` for what does not exist."""
        find_switch(name).check(value)
        with self._transaction() as arm:
            arm.store.set_switch(name, value)

    def switches(self) -> dict[str, str]:
        """The value of every switch, by name."""
        with self._transaction() as arm:
            return {name: switch.read(arm.store) for name, switch in SWITCHES.items()}

    def add_trouble(self, trouble: Trouble) -> None:
        """Let requests of clients meet a trouble, and record every request of a client."""
        with self._transaction() as arm:
            arm.store.add_trouble(json.dumps(asdict(trouble)))

    def troubles(self) -> list[tuple[Trouble, int]]:
        """Every trouble, with the number of requests that have met it."""
        with self._transaction() as arm:
            return [(_parse_trouble(stored), stored.met) for stored in arm.store.troubles()]

    def end_troubles(self) -> None:
        """End every trouble and forget the recorded requests."""
        with self._transaction() as arm:
            arm.store.end_troubles()

    def calls(self) -> list[str]:
        """The requests of clients in order, while there is any trouble: `GET /subscriptions/…`."""
        with self._transaction() as arm:
            return arm.store.calls()

    @contextmanager
    def _request(self, method: Method, id: ResourceId) -> Generator[LocalResourceManager]:
        troubles = self._meet_troubles(method, id)
        for trouble in troubles:
            trouble.delay_or_reject(method, id)
        trouble = next((trouble for trouble in troubles if not trouble.only_delays), None)
        with self._transaction() as arm:
            if trouble and method == "DELETE" and type_of(id).long_running and (failure := trouble.operation_error(id)):
                raise failure
            arm.operations.is_in_maintenance = trouble is not None and trouble.kind == "maintenance"
            yield arm
            if trouble and method == "PUT":
                arm.suffer(id, trouble)
            if trouble and method == "PATCH" and (failure := trouble.operation_error(id)):
                operation = running_operation(arm.store, id.key)
                if operation:
                    save_operation(arm.store, operation.fail(failure))
        if trouble:
            trouble.kill_process()
        if method != "PATCH":
            arm.operations.wait()

    def _meet_troubles(self, method: Method, id: ResourceId) -> list[Trouble]:
        """The delays that a client's request meets, then the first trouble of another kind."""
        if self._caller is None:
            return []
        with self._file.transaction() as store:
            stored_troubles = store.troubles()
            if not stored_troubles:
                return []
            call = call_of(method, id)
            occurrence = store.add_call(call)
            met_troubles: list[Trouble] = []
            for stored in stored_troubles:
                trouble = _parse_trouble(stored)
                if not trouble.selects(call, occurrence):
                    continue
                has_room = trouble.only_delays or all(other.only_delays for other in met_troubles)
                meets = has_room and trouble.meets(occurrence, stored.seen, stored.met)
                store.count_trouble(stored.number, met=meets)
                if meets:
                    met_troubles.append(trouble)
            return sorted(met_troubles, key=lambda trouble: not trouble.only_delays)

    @contextmanager
    def _transaction(self) -> Generator[LocalResourceManager]:
        failure: OperationFailed | None = None
        looked_for: list[str] = []
        try:
            with self._file.transaction() as store:
                looked_for = store.looked_for
                arm = LocalResourceManager(store, self._caller)
                try:
                    yield arm
                except OperationFailed as error:
                    # Azure accepted the operation: what it did before it failed stays.
                    failure = error
        except AzureError:
            # The transaction is undone, but a rejected request counts as a look at what shows late.
            with self._file.transaction() as store:
                for key in looked_for:
                    store.is_hidden(key)
            raise
        if failure is not None:
            # A client that polls learns of the failure when the operation ends, and starts the next one then.
            arm.operations.wait()
            raise failure


def _parse_trouble(stored: StoredTrouble) -> Trouble:
    return Trouble(**json.loads(stored.trouble))
