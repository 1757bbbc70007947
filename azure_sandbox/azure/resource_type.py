"""What every resource type of the sandbox is made of, and what they share."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar, Literal, Protocol

from ..rules import OWN_CHOICE
from . import tags
from .bodies import Json
from .clouds import OTHER_CLOUD, UNKNOWN_REGION, Cloud, cloud_of
from .errors import AzureError, Refusal
from .resource_ids import ResourceId
from .store import Store

NOT_FOUND = Refusal(
    says="A resource that is not there",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings",
    status=404,
    code="ResourceNotFound",
    message="The Resource '{resource}' under resource group '{group}' was not found. For more details please go to "
    "https://aka.ms/ARMResourceNotFoundFix",
)
GROUP_NOT_FOUND = Refusal(
    says="A resource group that is not there, before anything in it is looked for",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting/error-not-found.md",
    status=404,
    code="ResourceGroupNotFound",
    message="Resource group '{group}' could not be found.",
)
LOCATION_CHANGED = Refusal(
    says="A resource does not move to another location",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting/common-deployment-errors.md",
    status=409,
    code="InvalidResourceLocation",
    message="The resource '{name}' already exists in location '{old}' in resource group '{group}'. A resource with the "
    "same name cannot be created in location '{location}'. Please select a new resource name.",
)
EXISTS_ALREADY = Refusal(
    says="A resource of the network that must not exist (`If-None-Match`) is refused when it does",
    source=f"{OWN_CHOICE}, after the answer to `If-Match`",
    status=412,
    code="PreconditionFailed",
    message="Precondition failed.",
)
ETAG_MISMATCH = Refusal(
    says="A resource of the network that was changed meanwhile (`If-Match`, or an `etag` in the body) is refused",
    source="kubernetes-sigs/cloud-provider-azure, pkg/azclient/virtualnetworkclient/testdata",
    status=412,
    code="PreconditionFailed",
    message="Precondition failed.",
    detail=(
        "PreconditionFailedEtagMismatch",
        "Etag provided in if-match header {given} does not match etag {etag} of resource {id} in NRP data store.",
    ),
)


class ResourceManager(Protocol):
    """What a resource type sees of the rest of Azure while it serves a request."""

    @property
    def store(self) -> Store: ...

    @property
    def caller(self) -> str | None:
        """Whoever makes the request, by client id; None on Azure's own side."""
        ...

    def has_type(self, type: str) -> bool:
        """Whether the sandbox has resources of this type."""
        ...

    def get(self, id: ResourceId) -> Json: ...

    def put(self, id: ResourceId, body: Json) -> Json: ...

    def delete(self, id: ResourceId) -> None: ...

    def require_right(self, verb: Literal["read", "write", "delete"], id: ResourceId) -> None:
        """Raises `AzureError` where whoever makes the request may not do this."""
        ...

    def require_linked_rights(self, id: ResourceId, body: Json) -> None: ...

    def require_unlocked(self, verb: Literal["write", "delete"], id: ResourceId) -> None:
        """Raises `AzureError` where a lock forbids this."""
        ...


class ResourceType(ABC):
    """
    One Azure resource type: its rules on PUT and DELETE, and what its GET computes.

    `put` gets the request's body and what is stored already, and returns what to store. The fields that all
    resources have in common (`id`, `name`, `type`, `etag`, `location`, `tags`) are filled in by the caller.
    """

    type: ClassVar[str]
    located: ClassVar[bool] = True
    """Whether the resource has a location of its own."""

    long_running: ClassVar[bool] = True
    """Whether Azure accepts a PUT first and finishes it afterwards; else it is done, or refused, at once."""

    def spell_id(self, id: ResourceId) -> ResourceId:
        """The id of a new resource as Azure answers it."""
        return id.spelt(self.type)

    def tags(self, given: Any) -> Json:
        """The tags of a resource as Azure keeps them."""
        return tags.keep_tags(given)

    @abstractmethod
    def put(self, arm: ResourceManager, id: ResourceId, body: Json, old: Json | None) -> Json: ...

    def view(self, arm: ResourceManager, id: ResourceId, body: Json) -> Json:
        return body

    def delete(self, arm: ResourceManager, id: ResourceId, body: Json) -> None:  # noqa: B027 - most types refuse nothing
        """Refuses, or clears what goes with the resource."""

    def referenced_ids(self, body: Json) -> Iterable[str]:
        return ()

    def linked_actions(self, id: ResourceId, body: Json) -> Iterable[tuple[str, str]]:
        """The rights on other resources that a PUT takes besides its own: action and id."""
        return ()

    def late_keys(self, arm: ResourceManager, id: ResourceId, body: Json) -> Iterable[str]:
        """What others may see of a resource only a while after it was made: keys, or an alias."""
        return ()

    def moved_error(self, id: ResourceId, old: str, location: str) -> AzureError:
        """The answer to another location than the resource lies in."""
        return LOCATION_CHANGED(name=id.name, old=old, group=id.resource_group, location=location)

    def check_region(self, location: str, cloud: Cloud) -> None:
        """Refuses a location that a subscription of this cloud does not have."""
        if location not in cloud.regions:
            refusal = UNKNOWN_REGION if cloud_of(location) is cloud else OTHER_CLOUD
            raise refusal(location=location, type=self.type, regions=",".join(sorted(cloud.regions)))

    def missing_error(self, id: ResourceId) -> AzureError:
        return not_found_error(id)

    def new_etag(self) -> str:
        return new_etag()

    def demanded_etag(self, body: Json) -> str | None:
        """The etag in a PUT's body that the resource must have, as if by `If-Match`."""
        return body.get("etag") if self.type.startswith("Microsoft.Network/") else None

    def exists_error(self, id: ResourceId) -> AzureError:
        """The answer to `If-None-Match: *` for a resource that exists."""
        return EXISTS_ALREADY(id=id.text)

    def changed_error(self, id: ResourceId, given: str, etag: str) -> AzureError:
        """The answer to `If-Match` with another etag than the resource has."""
        shown = given if given.startswith("W/") else f'W/"{given}"'
        return ETAG_MISMATCH(given=shown, etag=etag, id=id.text)


def new_etag() -> str:
    """A weak etag, as most resource types have."""
    return f'W/"{uuid.uuid4()}"'


def group_not_found_error(id: ResourceId) -> AzureError:
    return GROUP_NOT_FOUND(group=id.resource_group)


def not_found_error(id: ResourceId) -> AzureError:
    return NOT_FOUND(resource=full_name(id), group=id.resource_group)


def full_name(id: ResourceId) -> str:
    """`Microsoft.Network/virtualNetworks/vnet/subnets/subnet`."""
    namespace, *kinds = id.type.split("/")
    return "/".join([namespace, *(part for pair in zip(kinds, id.names, strict=True) for part in pair)])
