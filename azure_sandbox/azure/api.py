"""The sandbox's Azure as its clients call it: GET, PUT and DELETE on resource ids, lists, worlds and trouble."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict

from .bodies import Json
from .callers import Caller
from .clouds import Cloud
from .errors import AzureError, OperationFailed
from .known_types import type_of
from .resource_ids import Collection, ResourceId
from .resource_manager import LocalResourceManager
from .state_file import StoreFile
from .trouble import Method, Trouble, call_of
from .world import World, put_world


class Azure:
    """
    The sandbox's Azure. Every public method is one transaction.

    Without a caller it is Azure's own side: no rights are asked for, and no trouble is met.
    """

    def __init__(self, file: StoreFile, caller: Caller | None = None) -> None:
        self._file = file
        self._caller = caller

    def acting_as(self, client: str, tenant: str | None = None, cloud: Cloud | None = None) -> Azure:
        """The same Azure as a client meets it, named by its client id; one without a tenant or cloud fits them all."""
        return Azure(self._file, Caller(client, tenant, cloud))

    def tenant_of(self, subscription: str) -> str:
        """Whose a subscription is."""
        with self._transaction() as arm:
            return arm.subscriptions.tenant_of(subscription)

    def get(self, id: ResourceId) -> Json:
        """The resource as GET answers it; `AzureError` 404 when there is none."""
        with self._request("GET", id) as arm:
            arm.subscriptions.require_known(id)
            arm.require_right("read", id)
            return arm.get(id)

    def put(self, id: ResourceId, body: Json, *, if_match: str | None = None, if_none_match: bool = False) -> Json:
        """
        Makes or changes a resource; `OperationFailed` when it was accepted and failed afterwards.

        `if_match` is the etag that the resource must have; `if_none_match` means that it must not exist.
        """
        with self._request("PUT", id) as arm:
            arm.subscriptions.require_known(id)
            arm.require_right("write", id)
            arm.require_linked_rights(id, body)
            arm.require_unlocked("write", id)
            demanded = if_match or type_of(id).demanded_etag(body)
            arm.require_condition(id, demanded, if_none_match=if_none_match)
            return arm.put(id, body)

    def delete(self, id: ResourceId, *, if_match: str | None = None) -> None:
        """Deletes a resource, or does nothing when there is none."""
        with self._request("DELETE", id) as arm:
            arm.subscriptions.require_access(id)
            arm.require_right("delete", id)
            arm.require_unlocked("delete", id)
            arm.require_condition(id, if_match)
            arm.delete(id)

    def list_of(self, collection: Collection) -> list[Json]:
        """The resources of a collection, as far as the caller may read them."""
        with self._transaction() as arm:
            if collection.parent:
                arm.subscriptions.require_known(collection.parent)
                arm.get(collection.parent)
            return [arm.get(each) for each in arm.readable_ids(collection)]

    def list(self) -> list[Json]:
        """Every resource, as GET answers it, in the order of ids."""
        with self._transaction() as arm:
            return [arm.view(each) for each in arm.store.everything()]

    def register(self, subscription: str, namespace: str) -> None:
        """Register a subscription for a namespace, such as `Microsoft.Network`."""
        with self._transaction() as arm:
            arm.store.register(f"{subscription}/{namespace}".lower())

    @property
    def is_new(self) -> bool:
        """Whether no world was ever put here."""
        with self._transaction() as arm:
            return arm.store.is_new

    def start_from(self, world: World, *, only_if_new: bool = False) -> None:
        """Forgets everything and starts from a world; each resource is put in turn as its owner would."""
        with self._transaction() as arm:
            if only_if_new and not arm.store.is_new:
                return
            arm.store.clear()
            put_world(arm, world)

    def add_trouble(self, trouble: Trouble) -> None:
        """From now on, requests of clients meet this; and every request of a client is remembered."""
        with self._transaction() as arm:
            arm.store.add_trouble(json.dumps(asdict(trouble)))

    def troubles(self) -> list[tuple[Trouble, int]]:
        """Every trouble, and how many requests have met it."""
        with self._transaction() as arm:
            return [(Trouble(**json.loads(each.trouble)), each.met) for each in arm.store.troubles()]

    def end_troubles(self) -> None:
        """No more trouble; the requests are forgotten."""
        with self._transaction() as arm:
            arm.store.end_troubles()

    def calls(self) -> list[str]:
        """The requests of clients in order, since there is any trouble: `GET /subscriptions/…`."""
        with self._transaction() as arm:
            return arm.store.calls()

    @contextmanager
    def _request(self, method: Method, id: ResourceId) -> Generator[LocalResourceManager]:
        troubles = self._troubles(method, id)
        for each in troubles:
            each.before(method, id)
        trouble = next((each for each in troubles if not each.only_delays), None)
        with self._transaction() as arm:
            if trouble and method == "DELETE" and type_of(id).long_running and (failure := trouble.failure(id)):
                raise failure
            yield arm
            if trouble and method == "PUT":
                arm.suffer(id, trouble)
        if trouble:
            trouble.after()

    def _troubles(self, method: Method, id: ResourceId) -> list[Trouble]:
        """The delays that a client's request meets, and one trouble of another kind at most: the first."""
        if self._caller is None:
            return []
        with self._file.transaction() as store:
            stored = store.troubles()
            if not stored:
                return []
            call = call_of(method, id)
            occurrence = store.add_call(call)
            found: list[Trouble] = []
            for each in stored:
                trouble = Trouble(**json.loads(each.trouble))
                if not trouble.concerns(call, occurrence):
                    continue
                has_room = trouble.only_delays or all(other.only_delays for other in found)
                meets = has_room and trouble.meets(occurrence, each.seen, each.met)
                store.count_trouble(each.number, met=meets)
                if meets:
                    found.append(trouble)
            return sorted(found, key=lambda each: not each.only_delays)

    @contextmanager
    def _transaction(self) -> Generator[LocalResourceManager]:
        failed: OperationFailed | None = None
        looked: list[str] = []
        try:
            with self._file.transaction() as store:
                looked = store.looked
                try:
                    yield LocalResourceManager(store, self._caller)
                except OperationFailed as error:
                    # The operation was accepted: what it did before it failed stays.
                    failed = error
        except AzureError:
            # Whoever was refused has looked all the same.
            with self._file.transaction() as store:
                for key in looked:
                    store.lags(key)
            raise
        if failed is not None:
            raise failed
