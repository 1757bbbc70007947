"""Resource paths: a resource's id is built from its inputs, and an import reads the inputs from the id."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from ..azure import Json
from ..rules import Rule
from .provider_errors import ProviderError
from .resource_spec import ResourceSpec
from .unknown_values import is_unknown

PATH_FROM_INPUTS = Rule(
    says="The path of a request is built from the inputs and the provider's subscription, each part escaped as in a "
    "URL; a part that is not a string is rejected",
    source="pulumi-azure-native provider/pkg/provider/crud/crud.go, PrepareAzureRESTIdAndQuery",
)
ID_IN_PATH = Rule(
    says="A part that is an id itself, such as the scope of a lock, is not escaped and loses the slashes at its ends; "
    "so an import gives a scope without its first slash",
    source="pulumi-azure-native provider/pkg/provider/crud/crud.go, PrepareAzureRESTIdAndQuery; "
    "provider/pkg/resources/parseResourceId.go",
)
MISSING_PART = Rule(
    says="A missing part leaves its placeholder in the path; the arguments of a look-up are not checked",
    source="pulumi-azure-native provider/pkg/provider/crud/crud.go, PrepareAzureRESTIdAndQuery",
)
IMPORT_MATCHES = Rule(
    says="An imported id must match the type's path, whatever its case; the inputs keep the case of the id",
    source="pulumi-azure-native provider/pkg/resources/parseResourceId.go",
)

_GO_TYPES: dict[type, str] = {
    bool: "bool",
    int: "float64",
    float: "float64",
    list: "[]interface {}",
    dict: "map[string]interface {}",
}


def build_path(spec: ResourceSpec, subscription: str, inputs: Json) -> str:
    """The id of a resource with these inputs."""

    def fill_in(match: re.Match[str]) -> str:
        name = match[1]
        value = subscription if name == "subscriptionId" else inputs.get(name, match[0])
        if not isinstance(value, str) or is_unknown(value):
            raise ProviderError(f"expected string value for path parameter '{name}', got {_go_type(value)}")
        if name in spec.id_parameters:
            return value.strip("/")
        return value if value == match[0] else quote(value, safe="$&+:=@")

    return re.sub(r"\{(\w+)\}", fill_in, spec.path)


def parse_path(spec: ResourceSpec, id: str) -> Json:
    """The inputs in an id."""
    match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>.*?)", spec.path), id, re.IGNORECASE)
    if match is None:
        raise ProviderError(f"failed to parse '{id}' against the path '{spec.path}'")
    return {name: value for name, value in match.groupdict().items() if name != "subscriptionId"}


def _go_type(value: Any) -> str:
    return "resource.Computed" if isinstance(value, str) else _GO_TYPES[type(value)]
