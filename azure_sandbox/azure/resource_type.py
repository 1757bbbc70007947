"""What every resource type of the sandbox is made of, and what they share."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Literal, Protocol, cast

from ..rules import OWN_CHOICE
from . import tags
from .clouds import OTHER_CLOUD, UNKNOWN_REGION, Cloud, cloud_of
from .errors import CANNOT_PARSE, REFERENCE_NOT_FOUND, AzureError, Refusal
from .resource_ids import ResourceId
from .store import Json, Store, Stored

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
WRONG_TYPE = Refusal(
    says="A reference leads to a resource of the type that belongs there: no route table in place of a security group",
    source="microsoft/MCW-SAP-NetWeaver-on-Azure#19; MSOpenTech/azure-xplat-cli#497",
    code="InvalidRequestFormat",
    message="Cannot parse the request.",
    detail=(
        "InvalidJsonReferenceFormat",
        "Reference Id {target} is not formatted correctly. The Id is expected to reference resources of type {type}.",
    ),
)
UNKNOWN_VALUE = Refusal(
    says="A value of an enumeration is accepted in any case and answered in Azure's spelling; another value is refused",
    source="hashicorp/terraform-provider-azurerm#1247 (case); pulumi-azure-native#4213 (code); the detail's text is an "
    f"{OWN_CHOICE}",
    code="InvalidRequestFormat",
    message="Cannot parse the request.",
    detail=("InvalidJson", "The value {value} of '{name}' is not one of {values}."),
)
NOT_IN_SANDBOX = Refusal(
    says="A reference to a resource of a type that the sandbox lacks is refused in the sandbox's own words",
    source=OWN_CHOICE,
    code="NotInSandbox",
    message="The sandbox has no resources of type {type}: it cannot look up {target}, which {source} refers to.",
)


class Scope(Protocol):
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

    def spelling(self, id: ResourceId) -> ResourceId:
        """The id of a new resource as Azure answers it."""
        return id.spelt(self.type)

    def tags(self, given: Any) -> Json:
        """The tags of a resource as Azure keeps them."""
        return tags.kept(given)

    @abstractmethod
    def put(self, scope: Scope, id: ResourceId, body: Json, old: Json | None) -> Json: ...

    def view(self, scope: Scope, id: ResourceId, body: Json) -> Json:
        return body

    def delete(self, scope: Scope, id: ResourceId, body: Json) -> None:  # noqa: B027 - most types refuse nothing
        """Refuses, or clears what goes with the resource."""

    def refers_to(self, body: Json) -> Iterable[str]:
        return ()

    def linked_actions(self, id: ResourceId, body: Json) -> Iterable[tuple[str, str]]:
        """The rights on other resources that a PUT takes besides its own: action and id."""
        return ()

    def visible_late(self, scope: Scope, id: ResourceId, body: Json) -> Iterable[str]:
        """What others may see of a resource only a while after it was made: keys, or an alias."""
        return ()

    def moved(self, id: ResourceId, old: str, location: str) -> AzureError:
        """The answer to another location than the resource lies in."""
        return LOCATION_CHANGED(name=id.name, old=old, group=id.resource_group, location=location)

    def check_region(self, location: str, cloud: Cloud) -> None:
        """Refuses a location that a subscription of this cloud does not have."""
        if location not in cloud.regions:
            refusal = UNKNOWN_REGION if cloud_of(location) is cloud else OTHER_CLOUD
            raise refusal(location=location, type=self.type, regions=",".join(sorted(cloud.regions)))

    def missing(self, id: ResourceId) -> AzureError:
        return not_found(id)

    def etag(self) -> str:
        return f'W/"{uuid.uuid4()}"'

    def etag_demanded(self, body: Json) -> str | None:
        """The etag in a PUT's body that the resource must have, as if by `If-Match`."""
        return body.get("etag") if self.type.startswith("Microsoft.Network/") else None

    def exists_already(self, id: ResourceId) -> AzureError:
        """The answer to `If-None-Match: *` for a resource that exists."""
        return EXISTS_ALREADY(id=id.text)

    def changed_meanwhile(self, id: ResourceId, given: str, etag: str) -> AzureError:
        """The answer to `If-Match` with another etag than the resource has."""
        shown = given if given.startswith("W/") else f'W/"{given}"'
        return ETAG_MISMATCH(given=shown, etag=etag, id=id.text)


def section(holder: Json, name: str) -> Json:
    """An object within another; absent is empty."""
    value: Any = holder.get(name) or {}
    if not isinstance(value, dict):
        raise CANNOT_PARSE()
    return cast("Json", value)


def properties(body: Json) -> Json:
    return section(body, "properties")


def items(body: Json, name: str) -> list[Json]:
    """A list of objects among the properties; absent is empty."""
    listed: Any = properties(body).get(name) or []
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in cast("list[Any]", listed)):
        raise CANNOT_PARSE()
    return cast("list[Json]", listed)


def inner_name(item: Json) -> str:
    """The name of a nested object; Azure cannot parse one without."""
    name = item.get("name")
    if not isinstance(name, str) or not name:
        raise CANNOT_PARSE()
    return name


def linked_id(holder: Json, name: str) -> str | None:
    """`{"subnet": {"id": …}}` -> the id."""
    link: Any = holder.get(name)
    return cast("str | None", cast("Json", link).get("id")) if isinstance(link, dict) else None


def flag(holder: Json, name: str) -> bool:
    """A property that is true or false; absent is false."""
    value = holder.get(name)
    if not isinstance(value, bool | None):
        raise CANNOT_PARSE()
    return bool(value)


def choice(holder: Json, name: str, values: Iterable[str], default: str | None = None) -> str:
    """A property with a value of an enumeration, in Azure's spelling."""
    given = holder.get(name) or default
    for each in values:
        if each.lower() == str(given).lower():
            return each
    raise UNKNOWN_VALUE(value=given, name=name, values=", ".join(values))


def required_link(holder: Json, name: str) -> str:
    """The id of a link that a body cannot be without."""
    target = linked_id(holder, name)
    if not isinstance(target, str) or not target:
        raise CANNOT_PARSE()
    return target


def ids_among(links: Iterable[str | None]) -> Iterator[str]:
    """The links that can be ids of resources at all; a PUT refuses the others by itself."""
    for each in links:
        try:
            yield ResourceId.parse(each or "").text
        except ValueError:
            continue


def region(location: object) -> str:
    """`West US` and `westus` are one region."""
    return str(location or "").replace(" ", "").lower()


def referenced(scope: Scope, target: str, source: ResourceId) -> Stored:
    """A resource that another one points to, wherever it is."""
    stored = scope.store.get(target)
    if stored is None:
        raise REFERENCE_NOT_FOUND(target=target, source=source.text)
    return stored


def linked(scope: Scope, target: str, type: str, source: ResourceId, location: str) -> Stored:
    """A resource of one type that another one points to, in the region and the subscription of the other one."""
    wrong = WRONG_TYPE(target=target, type=type.partition("/")[2])
    try:
        id = ResourceId.parse(target)
    except ValueError:
        raise wrong from None
    if id.type.lower() != type.lower():
        raise wrong
    if not scope.has_type(type):
        raise NOT_IN_SANDBOX(type=type, target=target, source=source.text)
    stored = referenced(scope, target, source)
    # A nested resource lies where the resource is that it is nested in.
    outer = referenced(scope, (id.parent or id).text, source)
    same_region = region(outer.body.get("location")) == region(location)
    if not same_region or id.subscription.lower() != source.subscription.lower():
        raise REFERENCE_NOT_FOUND(target=target, source=source.text)
    return stored


def linked_item(scope: Scope, target: str, type: str, source: ResourceId, location: str) -> tuple[Stored, Json]:
    """An object within a resource, such as a frontend of a load balancer, and the resource that it is in."""
    owner, list_name = type.rsplit("/", 1)
    stored = linked(scope, target.rsplit("/", 2)[0], owner, source, location)
    for each in items(stored.body, list_name):
        if each["id"].lower() == target.lower():
            return stored, each
    raise REFERENCE_NOT_FOUND(target=target, source=source.text)


def looked_up(scope: Scope, holder: Json, name: str, type: str, source: ResourceId, location: str) -> Json:
    """`{name: {"id": …}}` where a body has this link, once its target is found; else empty."""
    target = linked_id(holder, name)
    return {} if target is None else {name: {"id": linked(scope, target, type, source, location).id}}


def group_not_found(id: ResourceId) -> AzureError:
    return GROUP_NOT_FOUND(group=id.resource_group)


def not_found(id: ResourceId) -> AzureError:
    return NOT_FOUND(resource=full_name(id), group=id.resource_group)


def full_name(id: ResourceId) -> str:
    """`Microsoft.Network/virtualNetworks/vnet/subnets/subnet`."""
    namespace, *kinds = id.type.split("/")
    return "/".join([namespace, *(part for pair in zip(kinds, id.names, strict=True) for part in pair)])
