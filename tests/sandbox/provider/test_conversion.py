"""The three shapes of a resource, and the conversion between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_sandbox.azure import Json
from azure_sandbox.provider import conversion
from azure_sandbox.provider.flattening import is_flattened
from azure_sandbox.provider.resource_spec import ResourceSpec
from azure_sandbox.provider.sdk_schema import type_properties
from azure_sandbox.provider.supported_types import RESOURCE_SPECS
from azure_sandbox.provider.unknown_values import UNKNOWN

from ..rule_marks import holds

TEXT = st.text("abcXYZ019", min_size=1, max_size=5)


ONE_OF_OURS = st.sampled_from(list(RESOURCE_SPECS.values()))


def values(module: str, type: str, depth: int) -> st.SearchStrategy[Any]:
    """Any value that a type of the SDK allows."""
    if type.startswith("["):
        return st.lists(values(module, type[1:-1], depth), max_size=2)
    if type.startswith("map<"):
        return st.dictionaries(TEXT, values(module, type[4:-1], depth), max_size=2)
    properties = type_properties(module, type)
    if properties is not None:
        return objects(module, properties, depth - 1)
    return {"bool": st.booleans(), "int": st.integers(0, 9), "float": st.integers(0, 9)}.get(type, TEXT)


def objects(module: str, properties: dict[str, str], depth: int) -> st.SearchStrategy[Json]:
    if depth <= 0:
        return st.just({})
    some = st.lists(st.sampled_from(sorted(properties)), max_size=4, unique=True)
    return some.flatmap(
        lambda names: st.fixed_dictionaries({name: values(module, properties[name], depth) for name in names})
    )


INPUTS = ONE_OF_OURS.flatmap(lambda spec: st.tuples(st.just(spec), objects(spec.module, spec.body_inputs, 4)))


@holds(conversion.FLATTENED)
def test_inputs_are_nested_where_arm_nests_them() -> None:
    """Nested resources are, plain objects are not."""
    spec = RESOURCE_SPECS["azure-native:network:PrivateEndpoint"]
    inputs = {
        "location": "westus",
        "subnet": {"id": "s", "addressPrefix": "p"},
        "manualPrivateLinkServiceConnections": [
            {"name": "c", "privateLinkServiceConnectionState": {"status": "Pending"}}
        ],
    }
    assert conversion.request_body(spec, inputs) == {
        "location": "westus",
        "properties": {
            "subnet": {"id": "s", "properties": {"addressPrefix": "p"}},
            "manualPrivateLinkServiceConnections": [
                {"name": "c", "properties": {"privateLinkServiceConnectionState": {"status": "Pending"}}}
            ],
        },
    }


@given(INPUTS)
@holds(conversion.FLATTENED)
def test_known_inputs_survive_the_way_to_azure_and_back(case: tuple[ResourceSpec, Json]) -> None:
    """Through ARM's nested `properties`, at every depth."""
    spec, inputs = case
    outputs = conversion.outputs_of_body(spec, conversion.request_body(spec, inputs))
    readable = [name for name in inputs if name in spec.outputs and _is_readable(spec, name)]
    assert {name: outputs[name] for name in readable} == {name: inputs[name] for name in readable}


def _is_readable(spec: ResourceSpec, name: str) -> bool:
    """Whether the outputs have everything of an input; other inputs are write-only."""
    return _covers(spec.module, spec.outputs[name], spec.inputs[name], frozenset())


def _covers(module: str, output: str, input: str, seen: frozenset[str]) -> bool:
    if input.startswith("["):
        return output.startswith("[") and _covers(module, output[1:-1], input[1:-1], seen)
    if input.startswith("map<"):
        return output.startswith("map<") and _covers(module, output[4:-1], input[4:-1], seen)
    input_properties = type_properties(module, input)
    if input_properties is None or input in seen:
        return True
    output_properties = type_properties(module, output) or {}
    return all(
        name in output_properties and _covers(module, output_properties[name], input_type, seen | {input})
        for name, input_type in input_properties.items()
    )


def _nested(module: str, types: Iterable[str], seen: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Every type within these types."""
    for type in types:
        name = type.strip("[]").removeprefix("map<").rstrip(">")
        properties = type_properties(module, name)
        if properties is not None and (module, name) not in seen:
            seen.add((module, name))
            _nested(module, properties.values(), seen)
    return seen


def test_a_type_with_an_etag_is_flattened() -> None:
    """Such types are resources themselves, and all of ARM's resources have `properties`."""
    for spec in RESOURCE_SPECS.values():
        for module, type in _nested(spec.module, spec.outputs.values(), set()):
            if "etag" in (type_properties(module, type) or {}):
                assert is_flattened(module, type), type


@given(INPUTS, TEXT)
@holds(conversion.UNKNOWN_IS_DROPPED)
def test_an_unknown_property_is_dropped(case: tuple[ResourceSpec, Json], name: str) -> None:
    """A misspelt property never reaches Azure, without an error."""
    spec, inputs = case
    misspelt = f"{name}Misspelt"
    assert conversion.request_body(spec, {**inputs, misspelt: "value"}) == conversion.request_body(spec, inputs)


@holds(conversion.NULLS_ARE_DROPPED)
def test_nulls_are_dropped_and_empty_lists_are_kept() -> None:
    spec = RESOURCE_SPECS["azure-native:network:PrivateEndpoint"]
    answer: Json = {"tags": None, "properties": {"ipConfigurations": [], "subnet": {"id": "s", "properties": None}}}
    outputs = conversion.outputs_of_body(spec, answer)
    assert outputs == {"ipConfigurations": [], "subnet": {"id": "s"}, "azureApiVersion": "2024-05-01"}


@holds(conversion.FLATTENED)
def test_a_deployment_is_not_flattened() -> None:
    spec = RESOURCE_SPECS["azure-native:resources:Deployment"]
    inputs = {"properties": {"mode": "Incremental", "template": {"properties": {"any": "thing"}}}}
    assert conversion.request_body(spec, inputs) == inputs


@given(INPUTS)
@holds(conversion.PREVIEW_KNOWS_INPUTS)
def test_a_preview_has_the_outputs_of_its_inputs_and_no_others(case: tuple[ResourceSpec, Json]) -> None:
    spec, inputs = case
    outputs = conversion.preview_outputs(spec, inputs)
    assert outputs["id"] == UNKNOWN
    assert set(outputs) == {"id", *spec.outputs} - {"azureApiVersion"}
    for name in outputs.keys() - inputs.keys():
        assert outputs[name] == UNKNOWN


@pytest.mark.parametrize("spec", RESOURCE_SPECS.values(), ids=lambda spec: spec.token)
def test_path_parameters_are_inputs_but_not_in_the_body(spec: ResourceSpec) -> None:
    body = conversion.request_body(spec, dict.fromkeys(spec.path_parameters, "x"))
    assert body == {}
    assert set(spec.path_parameters) <= spec.inputs.keys()
    assert spec.force_new <= spec.body_inputs.keys()
    assert set(spec.kept_when_unset) | set(spec.item_keys) <= spec.body_inputs.keys()
