"""Reading the JSON bodies of requests: each function returns one part, or rejects a part of the wrong shape."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from ..rules import OWN_CHOICE
from .errors import Rejection

Json = dict[str, Any]
"""A JSON object in the shape that Azure's API gives it."""

CANNOT_PARSE = Rejection(
    says="A body of the wrong shape is rejected, such as a nested object without `name`",
    source="pulumi-azure-native#4213; azure-rest-api-specs#23831",
    code="InvalidRequestFormat",
    message="Cannot parse the request.",
)
UNKNOWN_VALUE = Rejection(
    says="A value of an enumeration is accepted in any case and answered in Azure's spelling; other values are "
    "rejected",
    source="hashicorp/terraform-provider-azurerm#1247 (case); pulumi-azure-native#4213 (code); the detail's text is an "
    f"{OWN_CHOICE}",
    code="InvalidRequestFormat",
    message="Cannot parse the request.",
    detail=("InvalidJson", "The value {value} of '{name}' is not one of {values}."),
)


def read_object(holder: Json, name: str) -> Json:
    """An object inside another; empty if absent."""
    value: Any = holder.get(name) or {}
    if not isinstance(value, dict):
        raise CANNOT_PARSE()
    return cast("Json", value)


def properties(body: Json) -> Json:
    """The `properties` of a body; empty if absent."""
    return read_object(body, "properties")


def read_objects(body: Json, name: str) -> list[Json]:
    """The objects in a list among the properties; empty if absent."""
    values: Any = properties(body).get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in cast("list[Any]", values)):
        raise CANNOT_PARSE()
    return cast("list[Json]", values)


def read_name(nested_object: Json) -> str:
    """The name of a nested object, which Azure requires."""
    name = nested_object.get("name")
    if not isinstance(name, str) or not name:
        raise CANNOT_PARSE()
    return name


def linked_id(holder: Json, name: str) -> str | None:
    """The id of a link, such as `{"subnet": {"id": …}}`; None if absent."""
    link: Any = holder.get(name)
    return cast("str | None", cast("Json", link).get("id")) if isinstance(link, dict) else None


def read_flag(holder: Json, name: str) -> bool:
    """A property that is true or false; false if absent."""
    value = holder.get(name)
    if not isinstance(value, bool | None):
        raise CANNOT_PARSE()
    return bool(value)


def read_choice(holder: Json, name: str, values: Iterable[str], default: str | None = None) -> str:
    """The value of an enumeration, in Azure's spelling."""
    requested = holder.get(name) or default
    for value in values:
        if value.lower() == str(requested).lower():
            return value
    raise UNKNOWN_VALUE(value=requested, name=name, values=", ".join(values))


def read_required_id(holder: Json, name: str) -> str:
    """The id of a required link."""
    target = linked_id(holder, name)
    if not isinstance(target, str) or not target:
        raise CANNOT_PARSE()
    return target


def region_name(location: object) -> str:
    """The name of a region in Azure's spelling: `westus` for `West US`."""
    return str(location or "").replace(" ", "").lower()
