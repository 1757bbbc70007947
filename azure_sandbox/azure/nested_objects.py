"""Nested objects of Microsoft.Network, such as frontends and IP configurations: their names, ids and etags."""

from __future__ import annotations

from collections.abc import Iterable

from ..rules import Rule
from .bodies import Json, properties, read_name, read_objects
from .errors import Rejection
from .network_names import check_name
from .resource_ids import ResourceId

DUPLICATE_NAME = Rejection(
    says="The objects in a list have different names",
    source="hashicorp/terraform-provider-azurerm#28966",
    code="InvalidRequestFormat",
    message="Cannot parse the request.",
    detail=("DuplicateResourceName", "Resource {id} has two child resources with the same name ({name})."),
)
NESTED_ETAG = Rule(
    says="A nested object has an id, a type and a state of its own, and the etag of the resource that holds it",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_link_service.yaml",
)


def read_named_objects(id: ResourceId, body: Json, name: str) -> list[Json]:
    """The objects in a list among the properties, each with a valid name of its own."""
    objects = read_objects(body, name)
    names: set[str] = set()
    for nested_object in objects:
        check_name(read_name(nested_object))
        if nested_object["name"].lower() in names:
            raise DUPLICATE_NAME(id=id.text, name=nested_object["name"])
        names.add(nested_object["name"].lower())
    return objects


def complete_object(owner: ResourceId, type: str, list_name: str, requested: Json, stored_properties: Json) -> Json:
    """A nested object with what Azure adds to it, except for the etag, which `show_etags` adds on GET."""
    return {
        "name": requested["name"],
        "id": f"{owner.text}/{list_name}/{requested['name']}",
        "type": f"{type}/{list_name}",
        "properties": {**stored_properties, "provisioningState": "Succeeded"},
    }


def show_etags(body: Json, list_names: Iterable[str]) -> Json:
    """The body of a resource with its etag on the nested objects in these lists."""
    lists = {
        name: [{**nested_object, "etag": body["etag"]} for nested_object in read_objects(body, name)]
        for name in list_names
        if name in properties(body)
    }
    return {**body, "properties": {**properties(body), **lists}}


def objects_by_name(old: Json | None, list_name: str) -> dict[str, Json]:
    """The nested objects in a list of a stored resource, by name in lower case."""
    objects = read_objects(old, list_name) if old else []
    return {nested_object["name"].lower(): nested_object for nested_object in objects}
