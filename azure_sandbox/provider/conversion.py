"""Conversion between the three shapes of a resource: Azure's JSON, the provider's inputs, the provider's outputs."""

from __future__ import annotations

from typing import Any, cast

from ..azure import Json
from ..rules import Rule
from .flattening import flatten, is_flattened, nest
from .resource_spec import ResourceSpec
from .sdk_schema import type_properties
from .unknown_values import UNKNOWN

_CONVERT = "pulumi-azure-native provider/pkg/convert"

FLATTENED = Rule(
    says="Programs see ARM's `properties` flattened, at every level, and the request nests them again; deployments and "
    "resource groups keep theirs",
    source=f"{_CONVERT}; SDK 3.29.0",
)
UNKNOWN_IS_DROPPED = Rule(
    says="A property that the type does not have is dropped from the request, without an error or a warning",
    source=f"{_CONVERT}/sdkInputsToRequestBody.go",
)
OTHER_NAMES = Rule(
    says="A property whose name in Azure's JSON has a dot has another name in programs: `odata.type` is `odataType`",
    source=f"{_CONVERT}; SDK 3.29.0, monitor:MetricAlertSingleResourceMultipleMetricCriteria",
)
SELF = Rule(
    says="In a sub-resource's id, `$self/` at the beginning stands for the resource's own id",
    source=f"{_CONVERT}, SubResource",
)
NULLS_ARE_DROPPED = Rule(
    says="Nulls in Azure's answers are dropped, empty lists are kept",
    source=f"{_CONVERT}, ResponseBodyToSdkOutputs; recorded gRPC traffic of TestProviderUpgrade",
)
PREVIEW_KNOWS_INPUTS = Rule(
    says="The outputs of a preview have the values of the inputs, also within lists; all others are unknown, even the "
    "id",
    source=f"{_CONVERT}, PreviewOutputs",
)
PREVIEW_OF_UPDATE = Rule(
    says="The preview of an update also knows the name and the location in the state",
    source="pulumi-azure-native provider/pkg/provider/provider.go, Update (stableOutputs)",
)


_AZURE_NAMES = {"odataType": "odata.type"}
"""Azure's names of properties, by those of the SDK."""


def request_body(spec: ResourceSpec, inputs: Json, id: str = "") -> Json:
    """The body of a PUT: the properties that the type has, nested below `properties`; all others are dropped."""
    body = _convert_object(spec.module, spec.body_inputs, inputs, _InputsToBody(id))
    return nest(body) if spec.flattened else body


def outputs_of_body(spec: ResourceSpec, body: Json) -> Json:
    """The outputs of a resource: what Azure answered, flattened at every level."""
    flat = flatten(body) if spec.flattened else body
    outputs = _convert_object(spec.module, {**spec.outputs, "id": "str"}, flat, _BodyToOutputs())
    return {**outputs, "azureApiVersion": spec.api_version}


def inputs_of_outputs(spec: ResourceSpec, outputs: Json) -> Json:
    """The inputs that an import or a refresh reads from outputs: their writable properties."""
    types = {name: type for name, type in spec.body_inputs.items() if name != "id"}
    return _convert_object(spec.module, types, outputs, _Conversion())


def preview_outputs(spec: ResourceSpec, inputs: Json) -> Json:
    """The outputs of a preview: the values of the inputs; all others are unknown."""
    return {"id": UNKNOWN} | {
        name: _preview_value(spec.module, type, inputs[name]) if name in inputs else UNKNOWN
        for name, type in spec.outputs.items()
        if name != "azureApiVersion"
    }


def _preview_value(module: str, type: str, value: Any) -> Any:
    if type.startswith("[") and isinstance(value, list):
        return [_preview_value(module, type[1:-1], item) for item in cast("list[Any]", value)]
    properties = type_properties(module, type)
    if properties is None or not isinstance(value, dict):
        return value
    inputs = cast("Json", value)
    return {
        name: _preview_value(module, property_type, inputs[name]) if name in inputs else UNKNOWN
        for name, property_type in properties.items()
    }


class _Conversion:
    """What happens to a nested object, besides the selection of its type's properties."""

    def before(self, module: str, type: str, value: Json) -> Json:  # noqa: ARG002 - for subclasses
        return value

    def after(self, module: str, type: str, value: Json) -> Json:  # noqa: ARG002
        return value


class _InputsToBody(_Conversion):
    def __init__(self, id: str) -> None:
        self._id = id

    def after(self, module: str, type: str, value: Json) -> Json:
        if type == "SubResource" and str(value.get("id")).startswith("$self/"):
            return {**value, "id": self._id + value["id"].removeprefix("$self")}
        value = {_AZURE_NAMES.get(name, name): item for name, item in value.items()}
        return nest(value) if is_flattened(module, type) else value


class _BodyToOutputs(_Conversion):
    def before(self, module: str, type: str, value: Json) -> Json:
        flat = flatten(value) if is_flattened(module, type) else value
        return {**flat, **{name: flat[other] for name, other in _AZURE_NAMES.items() if other in flat}}


def _convert_object(module: str, types: dict[str, str], value: Json, conversion: _Conversion) -> Json:
    return {
        name: _convert(module, type, value[name], conversion)
        for name, type in types.items()
        if value.get(name) is not None
    }


def _convert(module: str, type: str, value: Any, conversion: _Conversion) -> Any:
    if type.startswith("[") and isinstance(value, list):
        return [_convert(module, type[1:-1], item, conversion) for item in cast("list[Any]", value)]
    if type.startswith("map<") and isinstance(value, dict):
        return {key: _convert(module, type[4:-1], item, conversion) for key, item in cast("Json", value).items()}
    properties = type_properties(module, type)
    if properties is None or not isinstance(value, dict):
        return value
    before = conversion.before(module, type, cast("Json", value))
    return conversion.after(module, type, _convert_object(module, properties, before, conversion))
