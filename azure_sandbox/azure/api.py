"""GET, PUT and DELETE on resource ids: what Azure Resource Manager does around a resource type's own rules."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Literal

from ..rules import OWN_CHOICE
from . import (
    connections,
    deployments,
    kusto,
    load_balancers,
    network,
    network_interfaces,
    private_dns,
    private_endpoints,
    private_link,
    public_addresses,
    record_sets,
    resource_groups,
    zone_groups,
)
from .errors import AzureError, OperationFailed, Refusal
from .ids import ResourceId
from .resource_type import ResourceType, group_not_found, not_found, properties, region
from .rights import Right, Rights
from .store import Json, Store, StoreFile
from .trouble import Method, Trouble, call_of
from .world import World

PARENT_NOT_FOUND = Refusal(
    says="What a nested resource lies in must exist",
    source="Azure/azure-cli, command_modules/privatedns/tests/latest/recordings/"
    "test_PutRecordSet_ZoneNotExists_ExpectError.yaml; a GET does not find the resource itself "
    "(test_GetLink_ZoneNotExists_ExpectError.yaml)",
    status=404,
    code="ParentResourceNotFound",
    message="Failed to perform 'write' on resource(s) of type '{type}', because the parent resource '{parent}' could "
    "not be found.",
)
LOCATION_REQUIRED = Refusal(
    says="A resource that has a location needs one",
    source="Azure/azure-powershell and Azure/bicep issues on `LocationRequired`",
    code="LocationRequired",
    message="The location property is required for this definition.",
)
UNKNOWN_SUBSCRIPTION = Refusal(
    says="There are no subscriptions but those in which a world has something",
    source="Azure/azure-sdk-for-go#2110, Azure/azure-cli#33657",
    status=404,
    code="SubscriptionNotFound",
    message="The subscription '{subscription}' could not be found.",
)
UNKNOWN_TYPE = Refusal(
    says="Types that the sandbox does not have are refused",
    source=OWN_CHOICE,
    status=404,
    code="InvalidResourceType",
    message="The resource type '{type}' could not be found in the sandbox.",
)
NOT_REGISTERED = Refusal(
    says="A subscription has to be registered for the namespaces that it uses (a world's `unregistered`)",
    source="MicrosoftDocs/azure-docs, "
    "articles/azure-resource-manager/troubleshooting/error-register-resource-provider.md",
    status=409,
    code="MissingSubscriptionRegistration",
    message="The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for "
    "how "
    "to register subscriptions.",
)

_TYPES: dict[str, ResourceType] = {
    each.type.lower(): each
    for each in (
        *resource_groups.TYPES,
        *network.TYPES,
        *public_addresses.TYPES,
        *load_balancers.TYPES,
        *network_interfaces.TYPES,
        *private_link.TYPES,
        *connections.TYPES,
        *private_endpoints.TYPES,
        *zone_groups.TYPES,
        *private_dns.TYPES,
        *record_sets.TYPES,
        *kusto.TYPES,
        *deployments.TYPES,
    )
}


class Azure:
    """
    The sandbox's Azure. Every public method is one transaction.

    Without a caller it is Azure's own side: no rights are asked for, and no trouble is met.
    """

    def __init__(self, file: StoreFile, caller: str | None = None) -> None:
        self._file = file
        self._caller = caller

    def acting_as(self, caller: str) -> Azure:
        """The same Azure as a client meets it, named by its client id."""
        return Azure(self._file, caller)

    def get(self, id: ResourceId) -> Json:
        """The resource as GET answers it; `AzureError` 404 when there is none."""
        with self._request("GET", id) as requests:
            requests.require_subscription(id)
            requests.require_right("read", id)
            return requests.get(id)

    def put(self, id: ResourceId, body: Json, *, if_match: str | None = None, if_none_match: bool = False) -> Json:
        """
        Makes or changes a resource; `OperationFailed` when it was accepted and failed afterwards.

        `if_match` is the etag that the resource must have; `if_none_match` means that it must not exist.
        """
        with self._request("PUT", id) as requests:
            requests.require_subscription(id)
            requests.require_right("write", id)
            requests.require_linked_rights(id, body)
            requests.require_condition(id, if_match, if_none_match=if_none_match)
            return requests.put(id, body)

    def delete(self, id: ResourceId, *, if_match: str | None = None) -> None:
        """Deletes a resource, or does nothing when there is none."""
        with self._request("DELETE", id) as requests:
            requests.require_right("delete", id)
            requests.require_condition(id, if_match)
            requests.delete(id)

    def list(self) -> list[Json]:
        """Every resource, as GET answers it, in the order of ids."""
        with self._requests() as requests:
            return [requests.get(ResourceId.parse(each.id)) for each in requests.store.everything()]

    @property
    def is_new(self) -> bool:
        """Whether no world was ever put here."""
        with self._requests() as requests:
            return requests.store.is_new

    def start_from(self, world: World, *, only_if_new: bool = False) -> None:
        """Forgets everything and starts from a world; each resource is put in turn as its owner would."""
        with self._requests() as requests:
            if only_if_new and not requests.store.is_new:
                return
            requests.store.clear()
            for each in world.resources:
                try:
                    requests.put(ResourceId.parse(str(each["id"])), each)
                except AzureError as error:
                    raise AzureError(error.status, error.code, f"{each['id']}: {error.message}") from error
            requests.store.set_rights(json.dumps(asdict(each)) for each in world.rights)
            requests.store.set_unregistered(each.lower() for each in world.unregistered)
            for each in world.trouble:
                requests.store.add_trouble(json.dumps(asdict(each)))

    def add_trouble(self, trouble: Trouble) -> None:
        """From now on, requests of clients meet this; and every request of a client is remembered."""
        with self._requests() as requests:
            requests.store.add_trouble(json.dumps(asdict(trouble)))

    def troubles(self) -> list[tuple[Trouble, int]]:
        """Every trouble, and how many requests have met it."""
        with self._requests() as requests:
            return [(Trouble(**json.loads(each.trouble)), each.met) for each in requests.store.troubles()]

    def end_troubles(self) -> None:
        """No more trouble; the requests are forgotten."""
        with self._requests() as requests:
            requests.store.end_troubles()

    def calls(self) -> list[str]:
        """The requests of clients in order, since there is any trouble: `GET /subscriptions/…`."""
        with self._requests() as requests:
            return requests.store.calls()

    @contextmanager
    def _request(self, method: Method, id: ResourceId) -> Generator[_Requests]:
        trouble = self._trouble(method, id)
        if trouble:
            trouble.before(method, id)
        with self._requests() as requests:
            if trouble and method == "DELETE" and _type_of(id).long_running and (failure := trouble.failure()):
                raise failure
            yield requests
            if trouble and method == "PUT":
                requests.befall(id, trouble)
        if trouble:
            trouble.after()

    def _trouble(self, method: Method, id: ResourceId) -> Trouble | None:
        """The first trouble that a client's request meets, if any."""
        if self._caller is None:
            return None
        with self._file.transaction() as store:
            stored = store.troubles()
            if not stored:
                return None
            call = call_of(method, id)
            occurrence = store.add_call(call)
            found: Trouble | None = None
            for each in stored:
                trouble = Trouble(**json.loads(each.trouble))
                if not trouble.concerns(call, occurrence):
                    continue
                meets = found is None and trouble.meets(occurrence, each.seen, each.met)
                store.count_trouble(each.number, met=meets)
                if meets:
                    found = trouble
            return found

    @contextmanager
    def _requests(self) -> Generator[_Requests]:
        failed: OperationFailed | None = None
        looked: list[str] = []
        try:
            with self._file.transaction() as store:
                looked = store.looked
                try:
                    yield _Requests(store, self._caller)
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


class _Requests:
    """The requests of one transaction; resource types call back into it for what their own operation causes."""

    def __init__(self, store: Store, caller: str | None) -> None:
        self.store = store
        self.caller = caller
        self._rights: Rights | None = None
        if caller is not None:
            self._rights = Rights(caller, [Right(**json.loads(each)) for each in store.rights()])

    def require_subscription(self, id: ResourceId) -> None:
        # Worlds bring subscriptions into being; clients do not.
        if self._rights and not self.store.has_within(f"/subscriptions/{id.subscription}"):
            raise UNKNOWN_SUBSCRIPTION(subscription=id.subscription)

    def require_right(self, verb: Literal["read", "write", "delete"], id: ResourceId) -> None:
        if self._rights:
            self._rights.check(f"{id.type}/{verb}", id)

    def require_linked_rights(self, id: ResourceId, body: Json) -> None:
        if self._rights:
            for action, target in _type_of(id).linked_actions(id, body):
                self._rights.check_linked(f"{id.type}/write", id, action, target)

    def require_condition(self, id: ResourceId, if_match: str | None, *, if_none_match: bool = False) -> None:
        stored = self.store.get(id.key)
        if stored is not None and if_none_match:
            raise _type_of(id).exists_already(ResourceId.parse(stored.id))
        if stored is not None and if_match not in (None, "*", self.get(id).get("etag")):
            raise _type_of(id).changed_meanwhile(ResourceId.parse(stored.id))

    def befall(self, id: ResourceId, trouble: Trouble) -> None:
        """What trouble does to a request that was accepted."""
        stored = self.store.get(id.key)
        if stored is None:
            return
        kind = _type_of(id)
        if trouble.kind == "lagging":
            for each in kind.visible_late(self, ResourceId.parse(stored.id), stored.body):
                self.store.lag(each, trouble.looks)
        if kind.long_running and (failure := trouble.failure()):
            body = {**stored.body, "properties": {**properties(stored.body), "provisioningState": "Failed"}}
            self.store.put(stored.id, kind.type, body, kind.refers_to(body))
            raise failure

    def get(self, id: ResourceId) -> Json:
        stored = self.store.get(id.key)
        if stored is None:
            self._check_group(id)
            raise _type_of(id).missing(id) if self._has_parent(id) else not_found(id)
        return _type_of(id).view(self, ResourceId.parse(stored.id), stored.body)

    def put(self, id: ResourceId, body: Json) -> Json:
        kind = _type_of(id)
        self._check_registration(id)
        self._check_group(id)
        if not self._has_parent(id):
            assert id.parent is not None
            raise PARENT_NOT_FOUND(type=kind.type.partition("/")[2], parent=id.parent.text)
        stored = self.store.get(id.key)
        old = None if stored is None else stored.body
        id = id.spelt(kind.type) if stored is None else ResourceId.parse(stored.id)
        common: Json = {"name": id.name, "id": id.text, "etag": kind.etag(), "type": kind.type}
        if kind.located:
            common["location"] = region(body.get("location"))
            self._check_location(id, common["location"], old)
            body = {**body, "location": common["location"]}
        if body.get("tags") is not None:
            common["tags"] = body["tags"]
        new = {**common, **kind.put(self, id, body, old)}
        self.store.put(id.text, kind.type, new, kind.refers_to(new))
        return kind.view(self, id, new)

    def delete(self, id: ResourceId) -> None:
        stored = self.store.get(id.key)
        if stored is not None:
            _type_of(id).delete(self, ResourceId.parse(stored.id), stored.body)
            self.store.delete(id.key)

    def _check_registration(self, id: ResourceId) -> None:
        namespace = id.type.split("/")[0]
        if self._rights and f"{id.subscription}/{namespace}".lower() in self.store.unregistered():
            raise NOT_REGISTERED(namespace=namespace)

    def _check_group(self, id: ResourceId) -> None:
        if id.group.key != id.key and self.store.get(id.group.key) is None:
            raise group_not_found(id)

    def _has_parent(self, id: ResourceId) -> bool:
        return id.parent is None or self.store.get(id.parent.key) is not None

    @staticmethod
    def _check_location(id: ResourceId, location: str, old: Json | None) -> None:
        if not location:
            raise LOCATION_REQUIRED()
        if old is not None and old["location"] != location:
            raise _type_of(id).moved(id, old["location"], location)


def _type_of(id: ResourceId) -> ResourceType:
    try:
        return _TYPES[id.type.lower()]
    except KeyError:
        raise UNKNOWN_TYPE(type=id.type) from None
