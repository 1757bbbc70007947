"""References from one resource to another: the target exists, has the right type and lies in the right place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..rules import OWN_CHOICE
from .bodies import Json, linked_id, read_objects, region_name
from .errors import Refusal
from .resource_ids import ResourceId
from .resource_type import ResourceManager
from .store import Stored

REFERENCE_NOT_FOUND = Refusal(
    says="What a resource refers to must exist, and lie in its own region and subscription where it has a region",
    source="Azure/ResourceModules#1803; Azure/azure-cli#13258 (a subnet of another subscription)",
    code="InvalidResourceReference",
    message="Resource {target} referenced by resource {source} was not found. Please make sure that the referenced "
    "resource exists, and that both resources are in the same region.",
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
NOT_IN_SANDBOX = Refusal(
    says="A reference to a resource of a type that the sandbox lacks is refused in the sandbox's own words",
    source=OWN_CHOICE,
    code="NotInSandbox",
    message="The sandbox has no resources of type {type}: it cannot look up {target}, which {source} refers to.",
)


def parse_ids(links: Iterable[str | None]) -> Iterator[str]:
    """The links that can be ids of resources at all; a PUT refuses the others by itself."""
    for each in links:
        try:
            yield ResourceId.parse(each or "").text
        except ValueError:
            continue


def find_referenced(arm: ResourceManager, target: str, source: ResourceId) -> Stored:
    """A resource that another one points to, wherever it is."""
    stored = arm.store.get(target)
    if stored is None:
        raise REFERENCE_NOT_FOUND(target=target, source=source.text)
    return stored


def find_linked(arm: ResourceManager, target: str, type: str, source: ResourceId, location: str) -> Stored:
    """A resource of one type that another one points to, in the region and the subscription of the other one."""
    wrong = WRONG_TYPE(target=target, type=type.partition("/")[2])
    try:
        id = ResourceId.parse(target)
    except ValueError:
        raise wrong from None
    if id.type.lower() != type.lower():
        raise wrong
    if not arm.has_type(type):
        raise NOT_IN_SANDBOX(type=type, target=target, source=source.text)
    stored = find_referenced(arm, target, source)
    # A nested resource lies where the resource is that it is nested in.
    outer = find_referenced(arm, (id.parent or id).text, source)
    same_region = region_name(outer.body.get("location")) == region_name(location)
    if not same_region or id.subscription.lower() != source.subscription.lower():
        raise REFERENCE_NOT_FOUND(target=target, source=source.text)
    return stored


def find_linked_object(
    arm: ResourceManager, target: str, type: str, source: ResourceId, location: str
) -> tuple[Stored, Json]:
    """An object within a resource, such as a frontend of a load balancer, and the resource that it is in."""
    owner, list_name = type.rsplit("/", 1)
    stored = find_linked(arm, target.rsplit("/", 2)[0], owner, source, location)
    for each in read_objects(stored.body, list_name):
        if each["id"].lower() == target.lower():
            return stored, each
    raise REFERENCE_NOT_FOUND(target=target, source=source.text)


def read_link(arm: ResourceManager, holder: Json, name: str, type: str, source: ResourceId, location: str) -> Json:
    """`{name: {"id": …}}` where a body has this link, once its target is found; else empty."""
    target = linked_id(holder, name)
    return {} if target is None else {name: {"id": find_linked(arm, target, type, source, location).id}}
