"""GET, PUT and DELETE on resource ids: what Azure Resource Manager does around a resource type's own rules."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Literal, cast

from .bodies import properties, region
from .callers import HOME_TENANT, LINKED_SUBSCRIPTION_NOT_AUTHORIZED, OTHER_TENANT, UNKNOWN_SUBSCRIPTION, Caller
from .clouds import Cloud, cloud_of
from .endpoint_state import connections_of
from .errors import AzureError, OperationFailed, Refusal
from .known_types import is_known_type, type_of
from .resource_ids import Collection, ResourceId
from .resource_type import group_not_found, not_found
from .resource_types import locks
from .resource_types.resource_groups import ResourceGroup
from .rights import Right, Rights
from .store import Json, Store, Stored, StoreFile
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

_ALIAS_OF = "alias of "


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
        with self._requests() as requests:
            return requests.tenant_of(subscription)

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
            requests.require_unlocked("write", id)
            demanded = if_match or type_of(id).etag_demanded(body)
            requests.require_condition(id, demanded, if_none_match=if_none_match)
            return requests.put(id, body)

    def delete(self, id: ResourceId, *, if_match: str | None = None) -> None:
        """Deletes a resource, or does nothing when there is none."""
        with self._request("DELETE", id) as requests:
            requests.require_access(id)
            requests.require_right("delete", id)
            requests.require_unlocked("delete", id)
            requests.require_condition(id, if_match)
            requests.delete(id)

    def list_of(self, collection: Collection) -> list[Json]:
        """The resources of a collection, as far as the caller may read them."""
        with self._requests() as requests:
            if collection.parent:
                requests.require_subscription(collection.parent)
                requests.get(collection.parent)
            return [requests.get(each) for each in requests.readable(collection)]

    def list(self) -> list[Json]:
        """Every resource, as GET answers it, in the order of ids."""
        with self._requests() as requests:
            return [requests.view(each) for each in requests.store.everything()]

    def register(self, subscription: str, namespace: str) -> None:
        """Register a subscription for a namespace, such as `Microsoft.Network`."""
        with self._requests() as requests:
            requests.store.register(f"{subscription}/{namespace}".lower())

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
                    requests.put(ResourceId.parse(str(each["id"])), requests.with_aliases(each))
                except AzureError as error:
                    raise AzureError(error.status, error.code, f"{each['id']}: {error.message}") from error
            for decision in world.decisions:
                requests.decide(ResourceId.parse(decision.endpoint), decision.status)
            requests.store.set_rights(json.dumps(asdict(each)) for each in world.rights)
            requests.store.set_tenants(world.tenants)
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
        troubles = self._troubles(method, id)
        for each in troubles:
            each.before(method, id)
        trouble = next((each for each in troubles if not each.only_delays), None)
        with self._requests() as requests:
            if trouble and method == "DELETE" and type_of(id).long_running and (failure := trouble.failure(id)):
                raise failure
            yield requests
            if trouble and method == "PUT":
                requests.befall(id, trouble)
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

    def __init__(self, store: Store, caller: Caller | None) -> None:
        self.store = store
        self.caller = None if caller is None else caller.client
        self._identity = caller
        self._tenants = store.tenants()
        self._rights: Rights | None = None
        if caller is not None:
            assignments = [Right(**json.loads(each)) for each in store.rights()]
            self._rights = Rights(caller.client, assignments, caller.tenant or HOME_TENANT)

    def tenant_of(self, subscription: str) -> str:
        return self._tenants.get(subscription.lower(), HOME_TENANT)

    def require_subscription(self, id: ResourceId) -> None:
        # Worlds bring subscriptions into being; clients do not.
        if self._identity and not self.store.has_within(f"/subscriptions/{id.subscription}"):
            raise UNKNOWN_SUBSCRIPTION(subscription=id.subscription)
        self.require_access(id)

    def require_access(self, id: ResourceId) -> None:
        """Raises `AzureError` for whoever is signed in elsewhere than where the subscription is."""
        if self._identity is None:
            return
        if not self._shares_cloud(self._identity.cloud, id.subscription):
            raise UNKNOWN_SUBSCRIPTION(subscription=id.subscription)
        if not self._shares_tenant(self._identity.tenant, id.subscription):
            raise OTHER_TENANT(tenant=self._identity.tenant, wanted=self.tenant_of(id.subscription))

    def _shares_cloud(self, cloud: Cloud | None, subscription: str) -> bool:
        return cloud is None or self._cloud_of(subscription) in (cloud, None)

    def _shares_tenant(self, tenant: str | None, subscription: str) -> bool:
        return tenant is None or not self._tenants or self.tenant_of(subscription) == tenant.lower()

    def _cloud_of(self, subscription: str) -> Cloud | None:
        """Where a subscription is, once it has a resource group."""
        within = f"/subscriptions/{subscription}/".lower()
        groups = self.store.of_type(ResourceGroup.type)
        return next((cloud_of(each.body["location"]) for each in groups if each.id.lower().startswith(within)), None)

    def require_right(self, verb: Literal["read", "write", "delete"], id: ResourceId) -> None:
        if self._rights:
            self._rights.check(f"{id.type}/{verb}", id)

    def readable(self, collection: Collection) -> list[ResourceId]:
        """What a list shows: exactly what the caller may read."""
        found = [ResourceId.parse(each.id) for each in self.store.of_type(collection.type)]
        return [each for each in found if each.key.startswith(f"{collection.scope.lower()}/") and self._allows(each)]

    def _allows(self, id: ResourceId) -> bool:
        try:
            self.require_access(id)
            self.require_right("read", id)
        except AzureError:
            return False
        return True

    def require_linked_rights(self, id: ResourceId, body: Json) -> None:
        if self._rights:
            for action, target in type_of(id).linked_actions(id, body):
                self._check_neighbours(id, action, ResourceId.parse(target).subscription)
                self._rights.check_linked(f"{id.type}/write", id, action, target)

    def _check_neighbours(self, id: ResourceId, action: str, subscription: str) -> None:
        """Raises `AzureError` for a link to a resource of another cloud or tenant."""
        tenant, cloud = self.tenant_of(id.subscription), self._cloud_of(id.subscription)
        if not (self._shares_cloud(cloud, subscription) and self._shares_tenant(tenant, subscription)):
            raise LINKED_SUBSCRIPTION_NOT_AUTHORIZED(
                linked=action, scope=id.text, tenant=tenant, subscription=subscription
            )

    def require_unlocked(self, verb: Literal["write", "delete"], id: ResourceId) -> None:
        locks.check(self.store, verb, id)

    def require_condition(self, id: ResourceId, if_match: str | None, *, if_none_match: bool = False) -> None:
        stored = self.store.get(id.key)
        if stored is not None and if_none_match:
            raise type_of(id).exists_already(ResourceId.parse(stored.id))
        if stored is not None and if_match not in (None, "*", etag := self.get(id).get("etag")):
            raise type_of(id).changed_meanwhile(ResourceId.parse(stored.id), str(if_match), str(etag))

    def has_type(self, type: str) -> bool:
        return is_known_type(type)

    def with_aliases(self, value: Any) -> Any:
        """A part of a world, in which `alias of ID` stands for the alias that Azure has made up."""
        match value:
            case str() if value.startswith(_ALIAS_OF):
                return properties(self.get(ResourceId.parse(value.removeprefix(_ALIAS_OF))))["alias"]
            case list():
                return [self.with_aliases(each) for each in cast("list[Any]", value)]
            case dict():
                return {name: self.with_aliases(each) for name, each in cast("Json", value).items()}
            case _:
                return value

    def decide(self, endpoint: ResourceId, status: str) -> None:
        """The owner of a target approves or rejects the connection of an endpoint."""
        for each in connections_of(self, endpoint):
            self.put(
                ResourceId.parse(each.id), {"properties": {"privateLinkServiceConnectionState": {"status": status}}}
            )

    def befall(self, id: ResourceId, trouble: Trouble) -> None:
        """What trouble does to a request that was accepted."""
        stored = self.store.get(id.key)
        if stored is None:
            return
        kind = type_of(id)
        if trouble.kind == "lagging":
            for each in kind.visible_late(self, ResourceId.parse(stored.id), stored.body):
                self.store.lag(each, trouble.looks)
        if kind.long_running and (failure := trouble.failure(id)):
            body = {**stored.body, "properties": {**properties(stored.body), "provisioningState": "Failed"}}
            self.store.put(stored.id, kind.type, body, kind.refers_to(body))
            raise failure

    def get(self, id: ResourceId) -> Json:
        stored = self.store.get(id.key)
        if stored is None:
            self._check_group(id)
            raise type_of(id).missing(id) if self._has_parent(id) else not_found(id)
        return self.view(stored)

    def view(self, stored: Stored) -> Json:
        id = ResourceId.parse(stored.id)
        return type_of(id).view(self, id, stored.body)

    def put(self, id: ResourceId, body: Json) -> Json:
        kind = type_of(id)
        self._check_registration(id)
        self._check_group(id)
        if not self._has_parent(id):
            assert id.parent is not None
            raise PARENT_NOT_FOUND(type=kind.type.partition("/")[2], parent=id.parent.text)
        stored = self.store.get(id.key)
        old = None if stored is None else stored.body
        id = kind.spelling(id) if stored is None else ResourceId.parse(stored.id)
        common: Json = {"name": id.name, "id": id.text, "etag": kind.etag(), "type": kind.type}
        if kind.located:
            common["location"] = region(body.get("location"))
            self._check_location(id, common["location"], old)
            body = {**body, "location": common["location"]}
        if body.get("tags") is not None:
            common["tags"] = kind.tags(body["tags"])
        new = {**common, **kind.put(self, id, body, old)}
        self.store.put(id.text, kind.type, new, kind.refers_to(new))
        return kind.view(self, id, new)

    def delete(self, id: ResourceId) -> None:
        stored = self.store.get(id.key)
        if stored is not None:
            type_of(id).delete(self, ResourceId.parse(stored.id), stored.body)
            self.store.delete(id.key)

    def _check_registration(self, id: ResourceId) -> None:
        namespace = id.type.split("/")[0]
        if self._rights and f"{id.subscription}/{namespace}".lower() in self.store.unregistered():
            raise NOT_REGISTERED(namespace=namespace)

    def _check_group(self, id: ResourceId) -> None:
        # A lock on a subscription is in no group.
        if id.resource_group and id.group.key != id.key and self.store.get(id.group.key) is None:
            raise group_not_found(id)

    def _has_parent(self, id: ResourceId) -> bool:
        return id.parent is None or self.store.get(id.parent.key) is not None

    def _check_location(self, id: ResourceId, location: str, old: Json | None) -> None:
        if not location:
            raise LOCATION_REQUIRED()
        type_of(id).check_region(location, self._cloud_of(id.subscription) or cloud_of(location))
        if old is not None and old["location"] != location:
            raise type_of(id).moved(id, old["location"], location)
