"""What the provider does to inputs before they are compared or sent: names, location, API version, validation."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from ..azure import Json
from .schema import ResourceSpec, type_properties
from .shapes import is_unknown

_JSON_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int, float), "float": (int, float)}
_TYPE_NAMES = {"str": "string", "int": "integer", "float": "number"}
_HINTS = {
    "location": ". Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'."
}


@dataclass(frozen=True)
class Naming:
    """What the engine says about names that the program left out (`pulumi:autonaming`)."""

    seed: bytes = b""
    proposed: str = ""
    disabled: bool = False


def with_defaults(
    spec: ResourceSpec,
    name: str,
    old: Json,
    new: Json,
    naming: Naming,
    configured_location: str | None,
    group_location: Callable[[str], str | None],
) -> Json:
    """Fills in the name, the location and the API version that the program left out."""
    inputs = {each: value for each, value in new.items() if value is not None}
    if spec.name_parameter not in inputs:
        _fill_name(spec, name, old, inputs, naming)
    if "location" in spec.body_inputs and spec.name_parameter != "deploymentName" and "location" not in inputs:
        location = old.get("location") or configured_location or group_location(str(inputs.get("resourceGroupName")))
        if location:
            inputs["location"] = location
    inputs.setdefault("azureApiVersion", spec.api_version)
    return inputs


def _fill_name(spec: ResourceSpec, name: str, old: Json, inputs: Json, naming: Naming) -> None:
    if kept := old.get(spec.name_parameter):
        inputs[spec.name_parameter] = kept
        if "__createBeforeDelete" in old:
            inputs["__createBeforeDelete"] = old["__createBeforeDelete"]
    elif naming.disabled:
        pass
    elif naming.proposed:
        inputs[spec.name_parameter] = naming.proposed
    elif spec.naming == "copy":
        inputs[spec.name_parameter] = name
    else:
        suffix = "".join(random.Random(naming.seed or None).choices("0123456789abcdef", k=8))  # noqa: S311 - a name, no secret
        inputs[spec.name_parameter] = f"{name}{suffix}"
        inputs["__createBeforeDelete"] = True


def failures(spec: ResourceSpec, inputs: Json) -> list[str]:
    missing = [
        f"missing required property '{name}'{_HINTS.get(name, '')}"
        for name in (*spec.required, spec.name_parameter)
        if name not in inputs
    ]
    return missing + [
        problem
        for name, type in spec.inputs.items()
        if name in inputs
        for problem in _problems(spec.module, type, name, inputs[name])
    ]


def _problems(module: str, type: str, path: str, value: Any) -> list[str]:  # noqa: PLR0911 - one a JSON type
    """Enums and booleans are never checked, and unknown properties never reported: the provider does not either."""
    if (
        value is None
        or is_unknown(value)
        or isinstance(value, bool)
        or type in ("any", "bool")
        or type.startswith(("enum", "map<"))
    ):
        return []
    if type.startswith("["):
        if not isinstance(value, list):
            return [f"'{path}' should be of type 'array' but got {_described(value)}"]
        listed = cast("list[Any]", value)
        return [
            each
            for index, item in enumerate(listed)
            for each in _problems(module, type[1:-1], f"{path}[{index}]", item)
        ]
    properties = type_properties(module, type)
    if properties is not None:
        if not isinstance(value, dict):
            return [f"'{path}' should be of type 'object' but got {_described(value)}"]
        given = cast("Json", value)
        return [
            each
            for name, kind in properties.items()
            if name in given
            for each in _problems(module, kind, f"{path}.{name}", given[name])
        ]
    if type in _JSON_TYPES and not isinstance(value, _JSON_TYPES[type]):
        return [f"'{path}' should be of type '{_TYPE_NAMES[type]}' but got {_described(value)}"]
    if type == "int" and not isinstance(value, int):
        return [f"'{path}' must be an integer but got {value:f}"]
    return []


def _described(value: object) -> str:
    if isinstance(value, str):
        return "a string"
    if isinstance(value, (int, float)):
        return "a number"
    return "an array" if isinstance(value, list) else "an object"
