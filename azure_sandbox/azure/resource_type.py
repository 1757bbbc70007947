"""The base class of all resource types, and what a type may ask of Azure Resource Manager."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar, Literal, Protocol

from ..rules import OWN_CHOICE
from .bodies import Json
from .clouds import OTHER_CLOUD, UNKNOWN_REGION, Cloud, cloud_of
from .cluster_operations import ClusterOperations
from .errors import AzureError, Rejection
from .resource_ids import ResourceId
from .store import Store
from .tags import keep_tags

NOT_FOUND = Rejection(
    says="A resource that does not exist is not found",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings",
    status=404,
    code="ResourceNotFound",
    message="The Resource '{resource}' under resource group '{group}' was not found. For more details please go to "
    "https://aka.ms/ARMResourceNotFoundFix",
)
GROUP_NOT_FOUND = Rejection(
    says="A resource in a group that does not exist is not found because of the group",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting/error-not-found.md",
    status=404,
    code="ResourceGroupNotFound",
    message="Resource group '{group}' could not be found.",
)
LOCATION_CHANGED = Rejection(
    says="A resource cannot move to another location",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting/common-deployment-errors.md",
    status=409,
    code="InvalidResourceLocation",
    message="The resource '{name}' already exists in location '{old}' in resource group '{group}'. A resource with the "
    "same name cannot be created in location '{location}'. Please select a new resource name.",
)
ALREADY_EXISTS = Rejection(
    says="A PUT of a network resource that must not exist (`If-None-Match`) is rejected if it exists",
    source=f"{OWN_CHOICE}, after the answer to `If-Match`",
    status=412,
    code="PreconditionFailed",
    message="Precondition failed.",
)
ETAG_MISMATCH = Rejection(
    says="A PUT or DELETE of a network resource that has changed meanwhile (`If-Match`, or an `etag` in the body) is "
    "rejected",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/virtualnetworkclient/testdata",
    status=412,
    code="PreconditionFailed",
    message="Precondition failed.",
    detail=(
        "PreconditionFailedEtagMismatch",
        "Etag provided in if-match header {requested} does not match etag {etag} of resource {id} in NRP data store.",
    ),
)


NO_PATCH = Rejection(
    says="The sandbox rejects a PATCH of a type that it has none for, with a message of its own",
    source=OWN_CHOICE,
    code="NotInSandbox",
    message="The sandbox has no PATCH for resources of type {type}: send a PUT of the whole resource.",
)


class ResourceManager(Protocol):
    """Azure Resource Manager as a resource type sees it while it serves a request."""

    @property
    def store(self) -> Store: ...

    @property
    def operations(self) -> ClusterOperations:
        """The operations on clusters that the request starts."""
        ...

    @property
    def caller(self) -> str | None:
        """The client id of the caller; None for Azure itself."""
        ...

    def has_type(self, type: str) -> bool:
        """Whether the sandbox has resources of this type."""
        ...

    def get(self, id: ResourceId) -> Json: ...

    def put(self, id: ResourceId, body: Json) -> Json: ...

    def delete(self, id: ResourceId) -> None: ...

    def require_right(self, verb: Literal["read", "write", "delete"], id: ResourceId) -> None:
        """Raise `AzureError` if the caller lacks the right."""
        ...

    def may(self, action: str, id: ResourceId) -> bool:
        """Whether the caller has the right to an action."""
        ...

    def require_linked_rights(self, id: ResourceId, body: Json) -> None:
        """Raise `AzureError` if the caller lacks a right on a resource that the body refers to."""
        ...

    def require_unlocked(self, verb: Literal["write", "delete"], id: ResourceId) -> None:
        """Raise `AzureError` if a lock forbids the request."""
        ...


class ResourceType(ABC):
    """
    One Azure resource type: its rules for PUT and DELETE, and what its GET computes.

    `put` takes the body of the request and the stored body, and returns the body to store. Azure Resource Manager adds
    the fields that all resources have: `id`, `name`, `type`, `etag`, `location`, `tags`.
    """

    type: ClassVar[str]
    located: ClassVar[bool] = True
    """Whether the resource has a location of its own."""

    long_running: ClassVar[bool] = True
    """Whether Azure accepts a PUT first and finishes it afterwards. If not, the answer to the PUT is final."""

    def spell_id(self, id: ResourceId) -> ResourceId:
        """The id of a new resource in Azure's spelling."""
        return id.spell_type(self.type)

    def read_tags(self, requested: Any) -> Json:
        """The tags that Azure keeps of the requested ones."""
        return keep_tags(requested)

    @abstractmethod
    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json:
        """Check a body and return what to store."""

    def patched(self, body: Json, change: Json) -> Json:
        """The body of the PUT that changes a stored body as a PATCH does."""
        raise NO_PATCH(type=self.type)

    def computed(self, arm: ResourceManager, id: ResourceId) -> Json | None:
        """The answer to GET for a resource that Azure computes instead of storing it; None if there is none."""
        return None

    def list_computed(self, arm: ResourceManager, id: ResourceId) -> list[Json]:
        """The computed resources beside this id, as a list shows them."""
        return []

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        """The answer to GET for a stored body."""
        return body

    def put_answer(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        """The answer to the PUT after which this body is stored."""
        return self.view(arm, id, body)

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:  # noqa: B027 - most types reject nothing
        """Reject the deletion, or delete what belongs to the resource."""

    def referenced_ids(self, body: Json) -> Iterable[str]:
        """The ids (or aliases) that a stored body refers to, for `Store.referrers`."""
        return ()

    def linked_actions(self, id: ResourceId, body: Json) -> Iterable[tuple[str, str]]:
        """The rights that a PUT needs on other resources, as pairs of action and id."""
        return ()

    def status_id(self, id: ResourceId, verb: Literal["write", "delete"]) -> ResourceId | None:
        """The status of an operation that a client waits for, where reading it needs a right at a resource group."""
        return None

    def late_keys(self, arm: ResourceManager, id: ResourceId, body: Json) -> Iterable[str]:
        """What becomes visible only a while after the PUT: keys of resources, or an alias."""
        return ()

    def moved_error(self, id: ResourceId, old: str, location: str) -> AzureError:
        """The error for a PUT with another location than the resource has."""
        return LOCATION_CHANGED(name=id.name, old=old, group=id.resource_group, location=location)

    def check_region(self, location: str, cloud: Cloud) -> None:
        """Reject a location that this cloud does not have."""
        if location not in cloud.regions:
            rejection = UNKNOWN_REGION if cloud_of(location) is cloud else OTHER_CLOUD
            raise rejection(location=location, type=self.type, regions=",".join(sorted(cloud.regions)))

    def missing_error(self, id: ResourceId) -> AzureError:
        """The error for a resource that does not exist."""
        return not_found_error(id)

    def new_etag(self) -> str:
        """Another etag for a resource of this type."""
        return new_etag()

    def demanded_etag(self, body: Json) -> str | None:
        """The etag in the body of a PUT, which Azure treats like `If-Match`."""
        return body.get("etag") if self.type.startswith("Microsoft.Network/") else None

    def exists_error(self, id: ResourceId) -> AzureError:
        """The error for `If-None-Match: *` if the resource exists."""
        return ALREADY_EXISTS(id=id.text)

    def changed_error(self, id: ResourceId, requested: str, etag: str) -> AzureError:
        """The error for `If-Match` with another etag than the resource has."""
        quoted = requested if requested.startswith("W/") else f'W/"{requested}"'
        return ETAG_MISMATCH(requested=quoted, etag=etag, id=id.text)


def new_etag() -> str:
    """A weak etag, as most resource types have."""
    return f'W/"{uuid.uuid4()}"'


def without_etag(body: Json) -> Json:
    """The body of a resource whose type shows no etag."""
    return {name: value for name, value in body.items() if name != "etag"}


def group_not_found_error(id: ResourceId) -> AzureError:
    return GROUP_NOT_FOUND(group=id.resource_group)


def not_found_error(id: ResourceId) -> AzureError:
    return NOT_FOUND(resource=id.full_name, group=id.resource_group)
