"""GET, PUT and DELETE on resource ids: what Azure Resource Manager does around a resource type's own rules."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from . import deployments, kusto, network, private_dns, private_link, resource_groups
from .errors import AzureError, OperationFailed
from .ids import ResourceId
from .resource_type import ResourceType, group_not_found, region
from .store import Json, Store, StoreFile

_TYPES: dict[str, ResourceType] = {
    each.type.lower(): each
    for each in (
        *resource_groups.TYPES,
        *network.TYPES,
        *private_link.TYPES,
        *private_dns.TYPES,
        *kusto.TYPES,
        *deployments.TYPES,
    )
}


class Azure:
    """The sandbox's Azure. Every public method is one transaction."""

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def get(self, id: ResourceId) -> Json:
        """The resource as GET answers it; `AzureError` 404 when there is none."""
        with self._requests() as requests:
            return requests.get(id)

    def put(self, id: ResourceId, body: Json) -> Json:
        with self._requests() as requests:
            return requests.put(id, body)

    def delete(self, id: ResourceId) -> None:
        with self._requests() as requests:
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

    def start_from(self, resources: list[Json], *, only_if_new: bool = False) -> None:
        """Forgets everything and starts from these resources, each put in turn as its owner would."""
        with self._requests() as requests:
            if only_if_new and not requests.store.is_new:
                return
            requests.store.clear()
            for each in resources:
                try:
                    requests.put(ResourceId.parse(str(each["id"])), each)
                except AzureError as error:
                    raise AzureError(error.status, error.code, f"{each['id']}: {error.message}") from error

    @contextmanager
    def _requests(self) -> Generator[_Requests]:
        failed: OperationFailed | None = None
        with self._file.transaction() as store:
            try:
                yield _Requests(store)
            except OperationFailed as error:
                # The operation was accepted: what it did before it failed stays.
                failed = error
        if failed is not None:
            raise failed


class _Requests:
    """The requests of one transaction; resource types call back into it for what their own operation causes."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def get(self, id: ResourceId) -> Json:
        stored = self.store.get(id.key)
        if stored is None:
            self._check_scope(id)
            raise _type_of(id).missing(id)
        return _type_of(id).view(self, ResourceId.parse(stored.id), stored.body)

    def put(self, id: ResourceId, body: Json) -> Json:
        kind = _type_of(id)
        self._check_scope(id)
        stored = self.store.get(id.key)
        old = None if stored is None else stored.body
        id = id if stored is None else ResourceId.parse(stored.id)
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

    def _check_scope(self, id: ResourceId) -> None:
        if id.group.key != id.key and self.store.get(id.group.key) is None:
            raise group_not_found(id)
        if id.parent is not None and self.store.get(id.parent.key) is None:
            raise AzureError(
                404,
                "ParentResourceNotFound",
                "Can not perform requested operation on nested resource. "
                f"Parent resource '{id.parent.name}' not found.",
            )

    @staticmethod
    def _check_location(id: ResourceId, location: str, old: Json | None) -> None:
        if not location:
            raise AzureError(400, "LocationRequired", "The location property is required for this definition.")
        if old is not None and old["location"] != location:
            raise AzureError(
                409,
                "InvalidResourceLocation",
                f"The resource '{id.name}' already exists in location '{old['location']}' in resource group "
                f"'{id.resource_group}'. A resource with the same name cannot be created in location '{location}'. "
                "Please select a new resource name.",
            )


def _type_of(id: ResourceId) -> ResourceType:
    try:
        return _TYPES[id.type.lower()]
    except KeyError:
        raise AzureError(
            404,
            "InvalidResourceType",
            f"The resource type '{id.type}' could not be found in the sandbox.",
        ) from None
