"""References from one resource to another: the target exists, has the right type and lies in the right place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..rules import OWN_CHOICE
from .bodies import Json, linked_id, read_objects, region_name
from .errors import Rejection
from .resource_ids import ResourceId, parent_of
from .resource_type import ResourceManager
from .store import Stored

REFERENCE_NOT_FOUND = Rejection(
    says="A resource refers only to resources that exist, in its own region and subscription if it has a region",
    source="Azure/ResourceModules#1803; Azure/azure-cli#13258 (a subnet of another subscription)",
    code="InvalidResourceReference",
    message="Resource {target} referenced by resource {source} was not found. Please make sure that the referenced "
    "resource exists, and that both resources are in the same region.",
)
WRONG_TYPE = Rejection(
    says="A reference to a resource of the wrong type, such as a route table instead of a security group, is rejected",
    source="microsoft/MCW-SAP-NetWeaver-on-Azure#19; MSOpenTech/azure-xplat-cli#497",
    code="InvalidRequestFormat",
    message="Cannot parse the request.",
    detail=(
        "InvalidJsonReferenceFormat",
        "Reference Id {target} is not formatted correctly. The Id is expected to reference resources of type {type}.",
    ),
)
NOT_IN_SANDBOX = Rejection(
    says="The sandbox rejects a reference to a resource of a type that it lacks, with a message of its own",
    source=OWN_CHOICE,
    code="NotInSandbox",
    message="The sandbox has no resources of type {type}: it cannot look up {target}, which {source} refers to.",
)


def parse_ids(links: Iterable[str | None]) -> Iterator[str]:
    """The links that are ids of resources, for a check before the PUT. The PUT itself rejects the others."""
    for link in links:
        try:
            yield ResourceId.parse(link or "").text
        except ValueError:
            continue


def find_referenced(arm: ResourceManager, target: str, source: ResourceId) -> Stored:
    """The resource that another one refers to, in any region and subscription."""
    stored = arm.store.get(target)
    if stored is None:
        raise REFERENCE_NOT_FOUND(target=target, source=source.text)
    return stored


def find_linked(arm: ResourceManager, target: str, type: str, source: ResourceId, location: str) -> Stored:
    """The resource of a type that another one refers to, in the region and the subscription of the other one."""
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
    # A nested resource has the region of its parent.
    parent = find_referenced(arm, (id.parent or id).text, source)
    same_region = region_name(parent.body.get("location")) == region_name(location)
    if not same_region or id.subscription.lower() != source.subscription.lower():
        raise REFERENCE_NOT_FOUND(target=target, source=source.text)
    return stored


def find_linked_object(
    arm: ResourceManager, target: str, type: str, source: ResourceId, location: str
) -> tuple[Stored, Json]:
    """A nested object, such as a frontend of a load balancer, and the resource that it is nested in."""
    owner, list_name = type.rsplit("/", 1)
    stored = find_linked(arm, parent_of(target), owner, source, location)
    for nested_object in read_objects(stored.body, list_name):
        if nested_object["id"].lower() == target.lower():
            return stored, nested_object
    raise REFERENCE_NOT_FOUND(target=target, source=source.text)


def read_link(arm: ResourceManager, holder: Json, name: str, type: str, source: ResourceId, location: str) -> Json:
    """`{name: {"id": …}}` if a body has this link and its target exists; empty if the body has no such link."""
    target = linked_id(holder, name)
    return {} if target is None else {name: {"id": find_linked(arm, target, type, source, location).id}}
