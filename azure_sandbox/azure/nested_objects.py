"""The named objects within a resource of Microsoft.Network: frontends, IP configurations, connections."""

from __future__ import annotations

from collections.abc import Iterable

from ..rules import Rule
from .bodies import Json, properties, read_name, read_objects
from .errors import Refusal
from .network_names import check_name
from .resource_ids import ResourceId

DUPLICATE_NAME = Refusal(
    says="Two objects of one list never have the same name",
    source="hashicorp/terraform-provider-azurerm#28966",
    code="InvalidRequestFormat",
    message="Cannot parse the request. DuplicateResourceName: Resource {id} has two child resources with the same name "
    "({name}).",
)
NESTED_ETAG = Rule(
    says="A nested object has an id, a type and a state of its own, and the etag of the resource that it is in",
    source="Azure/azure-cli, command_modules/network/tests/latest/recordings/test_network_private_link_service.yaml",
)


def read_named_objects(id: ResourceId, body: Json, name: str) -> list[Json]:
    """A list of objects among the properties, each with a name of its own."""
    found = read_objects(body, name)
    seen: set[str] = set()
    for each in found:
        check_name(read_name(each))
        if each["name"].lower() in seen:
            raise DUPLICATE_NAME(id=id.text, name=each["name"])
        seen.add(each["name"].lower())
    return found


def complete_object(id: ResourceId, type: str, list_name: str, item: Json, given: Json) -> Json:
    """An object within a resource, as Azure completes it; its etag is added where it is shown."""
    return {
        "name": item["name"],
        "id": f"{id.text}/{list_name}/{item['name']}",
        "type": f"{type}/{list_name}",
        "properties": {**given, "provisioningState": "Succeeded"},
    }


def show_etags(body: Json, list_names: Iterable[str]) -> Json:
    """A resource whose nested objects show its etag."""
    shown = {
        name: [{**each, "etag": body["etag"]} for each in read_objects(body, name)]
        for name in list_names
        if name in properties(body)
    }
    return {**body, "properties": {**properties(body), **shown}}


def objects_by_name(old: Json | None, list_name: str) -> dict[str, Json]:
    """The nested objects that a resource has already, by name."""
    return {each["name"].lower(): each for each in read_objects(old, list_name)} if old else {}
