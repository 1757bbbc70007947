"""Between a resource's id and the inputs that make up its path."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from ..azure import Json
from ..rules import Rule
from .errors import ProviderError
from .schema import ResourceSpec
from .shapes import is_unknown

PATH_FROM_INPUTS = Rule(
    says="The path of a request is built from the inputs and the provider's subscription, each part escaped as in a "
    "URL; a part that is no text is refused",
    source="pulumi-azure-native provider/pkg/provider/crud/crud.go, PrepareAzureRESTIdAndQuery",
)
SUB_PATH = Rule(
    says="A part that is an id itself, such as the scope of a lock, goes in as it is, without the slashes at its ends; "
    "so an import gives a scope without its first slash",
    source="pulumi-azure-native provider/pkg/provider/crud/crud.go, PrepareAzureRESTIdAndQuery; "
    "provider/pkg/resources/parseResourceId.go",
)
MISSING_PART = Rule(
    says="A part that is missing leaves its placeholder in the path; nobody checks the arguments of a look-up",
    source="pulumi-azure-native provider/pkg/provider/crud/crud.go, PrepareAzureRESTIdAndQuery",
)
IMPORT_MATCHES = Rule(
    says="An imported id must have the form of the type's path, whatever its case; the inputs keep the case as typed",
    source="pulumi-azure-native provider/pkg/resources/parseResourceId.go",
)

_GO_TYPES: dict[type, str] = {
    bool: "bool",
    int: "float64",
    float: "float64",
    list: "[]interface {}",
    dict: "map[string]interface {}",
}


def path(spec: ResourceSpec, subscription: str, values: Json) -> str:
    """The id that a resource of these inputs has."""

    def part(match: re.Match[str]) -> str:
        name = match[1]
        value = subscription if name == "subscriptionId" else values.get(name, match[0])
        if not isinstance(value, str) or is_unknown(value):
            raise ProviderError(f"expected string value for path parameter '{name}', got {_go_type(value)}")
        if name in spec.sub_paths:
            return value.strip("/")
        return value if value == match[0] else quote(value, safe="$&+:=@")

    return re.sub(r"\{(\w+)\}", part, spec.path)


def path_inputs(spec: ResourceSpec, id: str) -> Json:
    """The inputs that an id tells."""
    match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>.*?)", spec.path), id, re.IGNORECASE)
    if match is None:
        raise ProviderError(f"failed to parse '{id}' against the path '{spec.path}'")
    return {name: value for name, value in match.groupdict().items() if name != "subscriptionId"}


def _go_type(value: Any) -> str:
    return "resource.Computed" if isinstance(value, str) else _GO_TYPES[type(value)]
