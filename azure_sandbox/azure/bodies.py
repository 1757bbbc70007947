"""What resource types read of the JSON bodies of requests, and the refusal of a body of the wrong shape."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from ..rules import OWN_CHOICE
from .errors import Refusal

Json = dict[str, Any]
"""A JSON object in the shape that Azure's API gives it."""

CANNOT_PARSE = Refusal(
    says="A body of the wrong shape is refused, such as a nested object without its inner `name`",
    source="pulumi-azure-native#4213; azure-rest-api-specs#23831",
    code="InvalidRequestFormat",
    message="Cannot parse the request.",
)
UNKNOWN_VALUE = Refusal(
    says="A value of an enumeration is accepted in any case and answered in Azure's spelling; another value is refused",
    source="hashicorp/terraform-provider-azurerm#1247 (case); pulumi-azure-native#4213 (code); the detail's text is an "
    f"{OWN_CHOICE}",
    code="InvalidRequestFormat",
    message="Cannot parse the request.",
    detail=("InvalidJson", "The value {value} of '{name}' is not one of {values}."),
)


def read_object(holder: Json, name: str) -> Json:
    """An object within another; absent is empty."""
    value: Any = holder.get(name) or {}
    if not isinstance(value, dict):
        raise CANNOT_PARSE()
    return cast("Json", value)


def properties(body: Json) -> Json:
    return read_object(body, "properties")


def read_objects(body: Json, name: str) -> list[Json]:
    """A list of objects among the properties; absent is empty."""
    listed: Any = properties(body).get(name) or []
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in cast("list[Any]", listed)):
        raise CANNOT_PARSE()
    return cast("list[Json]", listed)


def read_name(item: Json) -> str:
    """The name of a nested object; Azure cannot parse one without."""
    name = item.get("name")
    if not isinstance(name, str) or not name:
        raise CANNOT_PARSE()
    return name


def linked_id(holder: Json, name: str) -> str | None:
    """`{"subnet": {"id": …}}` -> the id."""
    link: Any = holder.get(name)
    return cast("str | None", cast("Json", link).get("id")) if isinstance(link, dict) else None


def read_flag(holder: Json, name: str) -> bool:
    """A property that is true or false; absent is false."""
    value = holder.get(name)
    if not isinstance(value, bool | None):
        raise CANNOT_PARSE()
    return bool(value)


def read_choice(holder: Json, name: str, values: Iterable[str], default: str | None = None) -> str:
    """A property with a value of an enumeration, in Azure's spelling."""
    given = holder.get(name) or default
    for each in values:
        if each.lower() == str(given).lower():
            return each
    raise UNKNOWN_VALUE(value=given, name=name, values=", ".join(values))


def read_required_id(holder: Json, name: str) -> str:
    """The id of a link that a body cannot be without."""
    target = linked_id(holder, name)
    if not isinstance(target, str) or not target:
        raise CANNOT_PARSE()
    return target


def region_name(location: object) -> str:
    """`West US` and `westus` are one region."""
    return str(location or "").replace(" ", "").lower()
