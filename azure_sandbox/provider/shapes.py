"""Between the three shapes of one resource: Azure's JSON, the provider's inputs, the provider's outputs."""

from __future__ import annotations

from typing import Any, Final, cast

from ..azure import Json
from ..rules import Rule
from .nesting import is_flattened, lift, nest
from .schema import ResourceSpec, type_properties

_CONVERT = "pulumi-azure-native provider/pkg/convert"

FLATTENED = Rule(
    says="ARM's `properties` are lifted to the top in what programs see, at every level, and put back in what is sent; "
    "deployments and resource groups keep theirs",
    source=f"{_CONVERT}; SDK 3.29.0",
)
UNKNOWN_IS_DROPPED = Rule(
    says="A property that the type does not have is dropped from the request, and nobody is told",
    source=f"{_CONVERT}/sdkInputsToRequestBody.go",
)
SELF = Rule(
    says="A sub-resource's id that starts with `$self/` gets the resource's own id in its place",
    source=f"{_CONVERT}, SubResource",
)
NULLS_ARE_DROPPED = Rule(
    says="Nulls of Azure's answers are dropped, empty lists are kept",
    source=f"{_CONVERT}, ResponseBodyToSdkOutputs; recorded gRPC traffic of TestProviderUpgrade",
)
PREVIEW_KNOWS_INPUTS = Rule(
    says="A preview knows of the outputs what the inputs say, also within lists, and nothing else; not even the id",
    source=f"{_CONVERT}, PreviewOutputs",
)
PREVIEW_OF_UPDATE = Rule(
    says="The preview of an update also knows the name and the location of the state",
    source="pulumi-azure-native provider/pkg/provider/provider.go, Update (stableOutputs)",
)

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


def to_azure(spec: ResourceSpec, inputs: Json, id: str = "") -> Json:
    """The request body: only properties that the type has, put back below `properties`; all others are dropped."""
    body = _pick(spec.module, spec.body_inputs, inputs, _ToAzure(id))
    return nest(body) if spec.flattened else body


def to_outputs(spec: ResourceSpec, body: Json) -> Json:
    """The resource's state: what Azure answered, with `properties` lifted away at every level."""
    flat = lift(body) if spec.flattened else body
    found = _pick(spec.module, {**spec.outputs, "id": "str"}, flat, _FromAzure())
    return {**found, "azureApiVersion": spec.api_version}


def to_inputs(spec: ResourceSpec, outputs: Json) -> Json:
    """The writable part of a state, as an import or a refresh sees it."""
    return _pick(
        spec.module, {name: each for name, each in spec.body_inputs.items() if name != "id"}, outputs, _Shape()
    )


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
    """What to do with a nested object besides picking what its type has."""

    def before(self, module: str, type: str, value: Json) -> Json:  # noqa: ARG002 - for those who do something
        return value

    def after(self, module: str, type: str, value: Json) -> Json:  # noqa: ARG002
        return value


class _ToAzure(_Shape):
    def __init__(self, id: str) -> None:
        self._id = id

    def after(self, module: str, type: str, value: Json) -> Json:
        if type == "SubResource" and str(value.get("id")).startswith("$self/"):
            return {**value, "id": self._id + value["id"].removeprefix("$self")}
        return nest(value) if is_flattened(module, type) else value


class _FromAzure(_Shape):
    def before(self, module: str, type: str, value: Json) -> Json:
        return lift(value) if is_flattened(module, type) else value


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
    given = shape.before(module, type, cast("Json", value))
    return shape.after(module, type, _pick(module, known, given, shape))
