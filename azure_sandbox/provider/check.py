"""What the provider refuses before anything is compared or sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, cast

from ..azure import Json
from ..rules import OWN_CHOICE, Rule
from .schema import ResourceSpec, Text, required_properties, type_properties
from .shapes import is_unknown

_VALIDATION = "pulumi-azure-native provider/pkg/provider/provider.go, validateType and validateProperty"

REQUIRED = Rule(
    says="What a type cannot be without is missed at any depth, by its path; a missing location says how to configure "
    "one",
    source=_VALIDATION,
)
REQUIRED_BY_THE_API = Rule(
    says="What is required is what the API's specification requires: of network and private DNS types nothing but "
    "their path, not even a location",
    source="pulumi-azure-native gen_vnet_test.snap; SDK 3.29.0; azure-rest-api-specs",
)
TYPES = Rule(
    says="A text, a number or a list in the place of another type is refused; an object never is, and neither is "
    "`true`",
    source=_VALIDATION,
)
INTEGERS = Rule(says="An integer has no fraction", source=_VALIDATION)
TEXTS = Rule(
    says="Names have the length (in bytes) and the pattern that the API's specification gives, where it gives any: "
    "resource groups in `kusto`, `resources` and `storage`, deployments, and storage accounts",
    source=f"{_VALIDATION}; azure-rest-api-specs common-types/resource-management/v3/types.json, resources.json, "
    "storage.json",
)
UNKNOWNS = Rule(says="A value that is not known yet is never refused", source=_VALIDATION)
LET_THROUGH = Rule(
    says="Enums are open texts, values of maps are never looked at, and misspelt properties are not reported",
    source=_VALIDATION,
)
STRICT = Rule(
    says="In strict mode (`AZURE_SANDBOX_STRICT=1`) a property that the provider would drop silently is refused, with "
    "the nearest name that there is",
    source=f"{OWN_CHOICE}: the real provider has no such mode",
)

_JSON_TYPES = {"str": "string", "enum": "string", "int": "integer", "float": "number", "bool": "boolean"}
_NO_LOCATION = ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."


def failures(spec: ResourceSpec, inputs: Json) -> list[str]:
    """What the provider says is wrong, in its words."""
    path = {name: inputs[name] for name in spec.path_parameters if name in inputs}
    return [
        *_missing(spec.path_parameters, inputs, ""),
        *_problems_of(spec, dict.fromkeys(path, "str"), path, ""),
        *(problem for name, text in spec.texts.items() for problem in _text_problems(text, name, path.get(name))),
        *_missing(spec.required, inputs, ""),
        *_problems_of(spec, spec.body_inputs, inputs, ""),
    ]


def unknown_properties(spec: ResourceSpec, inputs: Json) -> list[str]:
    """What strict mode says is wrong."""
    known = {**spec.inputs, "azureApiVersion": "str"}
    return [
        f"'{path}' is no property of {spec.token}, and the provider would drop it silently" + _nearest(name, names)
        for path, name, names in _unknown(spec.module, known, inputs, "")
    ]


def _nearest(name: str, names: Iterable[str]) -> str:
    near = get_close_matches(name, names, n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _unknown(module: str, types: dict[str, str], values: Json, prefix: str) -> Iterator[tuple[str, str, Iterable[str]]]:
    for name, value in values.items():
        if name.startswith("__"):
            continue
        if name not in types:
            yield f"{prefix}{name}", name, types
        else:
            yield from _unknown_within(module, types[name], value, f"{prefix}{name}")


def _unknown_within(module: str, type: str, value: Any, path: str) -> Iterator[tuple[str, str, Iterable[str]]]:
    properties = type_properties(module, type)
    if properties is not None and isinstance(value, dict):
        yield from _unknown(module, properties, cast("Json", value), f"{path}.")
    elif type.startswith("[") and isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):
            yield from _unknown_within(module, type[1:-1], item, f"{path}[{index}]")


def _missing(names: Iterable[str], values: Json, prefix: str) -> list[str]:
    return [
        f"missing required property '{prefix}{name}'{_NO_LOCATION if prefix + name == 'location' else ''}"
        for name in names
        if name not in values
    ]


def _problems_of(spec: ResourceSpec, types: dict[str, str], values: Json, prefix: str) -> list[str]:
    return [
        problem
        for name, type in types.items()
        if name in values
        for problem in _problems(spec, type, f"{prefix}{name}", values[name])
    ]


def _problems(spec: ResourceSpec, type: str, path: str, value: Any) -> list[str]:  # noqa: PLR0911 - one a JSON type
    if type == "any" or value is None or is_unknown(value) or isinstance(value, bool):
        return []
    if isinstance(value, dict):
        properties = type_properties(spec.module, type)
        if properties is None:
            return []
        given = cast("Json", value)
        required = required_properties(spec.module, type)
        return _missing(required, given, f"{path}.") + _problems_of(spec, properties, given, f"{path}.")
    expected = _json_type(type)
    if isinstance(value, list):
        if expected != "array":
            return [f"'{path}' should be of type '{expected}' but got an array"]
        listed = cast("list[Any]", value)
        return [each for at, item in enumerate(listed) for each in _problems(spec, type[1:-1], f"{path}[{at}]", item)]
    if isinstance(value, str):
        return [] if expected == "string" else [f"'{path}' should be of type '{expected}' but got a string"]
    if expected not in ("integer", "number"):
        return [f"'{path}' should be of type '{expected}' but got a number"]
    return [f"'{path}' must be an integer but got {value:f}"] if expected == "integer" and value % 1 else []


def _json_type(type: str) -> str:
    return "array" if type.startswith("[") else _JSON_TYPES.get(type.split(maxsplit=1)[0], "object")


def _text_problems(text: Text, path: str, value: Any) -> Iterator[str]:
    if not isinstance(value, str) or is_unknown(value):
        return
    length = len(value.encode())
    if length < text.shortest:
        yield f"'{path}' is too short ({length}): at least {text.shortest} characters required"
    if length > text.longest:
        yield f"'{path}' is too long ({length}): at most {text.longest} characters allowed"
    if not re.search(text.pattern, value, re.ASCII):
        yield f"'{path}' does not match expression '{text.pattern}'"
