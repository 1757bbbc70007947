"""Input validation: which inputs the provider rejects before it compares or sends anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, cast

from ..azure import Json
from ..rules import Rule
from .resource_spec import ResourceSpec, TextLimits
from .sdk_schema import required_properties, type_properties
from .unknown_values import is_unknown

_VALIDATION = "pulumi-azure-native provider/pkg/provider/provider.go, validateType and validateProperty"

REQUIRED = Rule(
    says="A missing required property is reported with its path, at any depth; for a missing location the error says "
    "how to configure one",
    source=_VALIDATION,
)
REQUIRED_BY_THE_API = Rule(
    says="A property is required if the API's specification requires it: for network and private DNS types nothing but "
    "the path, not even a location",
    source="pulumi-azure-native gen_vnet_test.snap; SDK 3.29.0; azure-rest-api-specs",
)
TYPES = Rule(
    says="A string, a number or a list is rejected where another type is expected; an object never is, and neither is "
    "`true`",
    source=_VALIDATION,
)
INTEGERS = Rule(says="An integer has no fraction", source=_VALIDATION)
TEXT_LIMITS = Rule(
    says="Names must have the length (in bytes) and match the pattern in the API's specification, where it has any: "
    "resource groups in `kusto`, `resources` and `storage`, deployments, and storage accounts",
    source=f"{_VALIDATION}; azure-rest-api-specs common-types/resource-management/v3/types.json, resources.json, "
    "storage.json",
)
UNKNOWNS = Rule(says="An unknown value is never rejected", source=_VALIDATION)
NOT_VALIDATED = Rule(
    says="Enums take any string, the values of maps are not validated, and misspelt properties are not reported",
    source=_VALIDATION,
)

_JSON_TYPES = {"str": "string", "enum": "string", "int": "integer", "float": "number", "bool": "boolean"}
_NO_LOCATION = ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."


def validation_failures(spec: ResourceSpec, inputs: Json) -> list[str]:
    """The provider's failures for inputs, in its words."""
    path = {name: inputs[name] for name in spec.path_parameters if name in inputs}
    return [
        *_missing(spec.path_parameters, inputs, ""),
        *_object_failures(spec, dict.fromkeys(path, "str"), path, ""),
        *(
            failure
            for name, limits in spec.text_limits.items()
            for failure in _text_failures(limits, name, path.get(name))
        ),
        *_missing(spec.required, inputs, ""),
        *_object_failures(spec, spec.body_inputs, inputs, ""),
    ]


def _missing(names: Iterable[str], values: Json, prefix: str) -> list[str]:
    return [
        f"missing required property '{prefix}{name}'{_NO_LOCATION if prefix + name == 'location' else ''}"
        for name in names
        if name not in values
    ]


def _object_failures(spec: ResourceSpec, types: dict[str, str], values: Json, prefix: str) -> list[str]:
    return [
        failure
        for name, type in types.items()
        if name in values
        for failure in _value_failures(spec, type, f"{prefix}{name}", values[name])
    ]


def _value_failures(spec: ResourceSpec, type: str, path: str, value: Any) -> list[str]:  # noqa: PLR0911 - one per JSON type
    if type == "any" or value is None or is_unknown(value) or isinstance(value, bool):
        return []
    if isinstance(value, dict):
        properties = type_properties(spec.module, type)
        if properties is None:
            return []
        values = cast("Json", value)
        required = required_properties(spec.module, type)
        return _missing(required, values, f"{path}.") + _object_failures(spec, properties, values, f"{path}.")
    expected = _json_type(type)
    if isinstance(value, list):
        if expected != "array":
            return [f"'{path}' should be of type '{expected}' but got an array"]
        return [
            failure
            for index, item in enumerate(cast("list[Any]", value))
            for failure in _value_failures(spec, type[1:-1], f"{path}[{index}]", item)
        ]
    if isinstance(value, str):
        return [] if expected == "string" else [f"'{path}' should be of type '{expected}' but got a string"]
    if expected not in ("integer", "number"):
        return [f"'{path}' should be of type '{expected}' but got a number"]
    return [f"'{path}' must be an integer but got {value:f}"] if expected == "integer" and value % 1 else []


def _json_type(type: str) -> str:
    return "array" if type.startswith("[") else _JSON_TYPES.get(type.split(maxsplit=1)[0], "object")


def _text_failures(limits: TextLimits, path: str, value: Any) -> Iterator[str]:
    if not isinstance(value, str) or is_unknown(value):
        return
    length = len(value.encode())
    if length < limits.shortest:
        yield f"'{path}' is too short ({length}): at least {limits.shortest} characters required"
    if length > limits.longest:
        yield f"'{path}' is too long ({length}): at most {limits.longest} characters allowed"
    if not re.search(limits.pattern, value, re.ASCII):
        yield f"'{path}' does not match expression '{limits.pattern}'"
