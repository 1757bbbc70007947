"""Between the three shapes of one resource: Azure's JSON, the provider's inputs, the provider's outputs."""

from __future__ import annotations

from typing import Any, Final, cast

from ..azure import Json
from .schema import BESIDE_PROPERTIES, ResourceSpec, is_flattened, type_properties

# How the engine spells a value that is not known yet, by the type it will have.
UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS = frozenset(
    [
        UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    ]
)


def is_unknown(value: object) -> bool:
    return isinstance(value, str) and value in _UNKNOWNS


def to_azure(spec: ResourceSpec, inputs: Json) -> Json:
    """The request body: only properties that the type has, put back below `properties`; all others are dropped."""
    body = _pick(spec.module, spec.body_inputs, inputs, _wrap)
    return _nest(body) if spec.flattened else body


def to_outputs(spec: ResourceSpec, body: Json) -> Json:
    """The resource's state: what Azure answered, with `properties` lifted away at every level."""
    flat = _lift(body) if spec.flattened else body
    found = _pick(spec.module, {**spec.outputs, "id": "str"}, flat, _unwrap)
    return {**found, "azureApiVersion": spec.api_version}


def to_inputs(spec: ResourceSpec, outputs: Json) -> Json:
    """The writable part of a state, as an import or a refresh sees it."""
    return _pick(spec.module, {name: each for name, each in spec.body_inputs.items() if name != "id"}, outputs, _same)


def preview_outputs(spec: ResourceSpec, inputs: Json) -> Json:
    """What is known of a state before the request is made: what the inputs say, and nothing else."""
    return {"id": UNKNOWN} | {
        name: _known(spec.module, type, inputs[name]) if name in inputs else UNKNOWN
        for name, type in spec.outputs.items()
        if name != "azureApiVersion"
    }


def _known(module: str, type: str, value: Any) -> Any:
    if type.startswith("[") and isinstance(value, list):
        return [_known(module, type[1:-1], each) for each in cast("list[Any]", value)]
    known = type_properties(module, type)
    if known is None or not isinstance(value, dict):
        return value
    given = cast("Json", value)
    return {name: _known(module, each, given[name]) if name in given else UNKNOWN for name, each in known.items()}


class _Shape:
    """What to do with a nested object whose type ARM wraps in `properties`."""

    def before(self, value: Json) -> Json:
        return value

    def after(self, value: Json) -> Json:
        return value


class _Wrap(_Shape):
    def after(self, value: Json) -> Json:
        return _nest(value)


class _Unwrap(_Shape):
    def before(self, value: Json) -> Json:
        return _lift(value)


_wrap, _unwrap, _same = _Wrap(), _Unwrap(), _Shape()


def _pick(module: str, types: dict[str, str], value: Json, shape: _Shape) -> Json:
    return {
        name: _convert(module, type, value[name], shape) for name, type in types.items() if value.get(name) is not None
    }


def _convert(module: str, type: str, value: Any, shape: _Shape) -> Any:
    if type.startswith("[") and isinstance(value, list):
        return [_convert(module, type[1:-1], each, shape) for each in cast("list[Any]", value)]
    if type.startswith("map<") and isinstance(value, dict):
        return {name: _convert(module, type[4:-1], each, shape) for name, each in cast("Json", value).items()}
    known = type_properties(module, type)
    if known is None or not isinstance(value, dict):
        return value
    given = cast("Json", value)
    if not is_flattened(module, type):
        return _pick(module, known, given, shape)
    return shape.after(_pick(module, known, shape.before(given), shape))


def _nest(flat: Json) -> Json:
    beside = {name: value for name, value in flat.items() if name in BESIDE_PROPERTIES}
    inside = {name: value for name, value in flat.items() if name not in BESIDE_PROPERTIES}
    return {**beside, "properties": inside} if inside else beside


def _lift(body: Json) -> Json:
    beside = {name: value for name, value in body.items() if name != "properties"}
    return {**(body.get("properties") or {}), **beside}
