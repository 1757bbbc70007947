"""Properties of the diff, for any JSON."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from azure_sandbox.azure import Json
from azure_sandbox.provider import diff
from azure_sandbox.provider.diff import find_changes
from azure_sandbox.provider.supported_types import RESOURCE_SPECS

from ..holds import holds

ENDPOINT = RESOURCE_SPECS["azure-native:network:PrivateEndpoint"]


RECORD = RESOURCE_SPECS["azure-native:privatedns:PrivateRecordSet"]


NAMES = st.sampled_from(["tags", "subnet", "location", "resourceGroupName", "a", "b", "__createBeforeDelete"])


VALUES = st.recursive(
    st.booleans() | st.integers(0, 2) | st.sampled_from(["westus", "West US", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


OBJECTS = st.dictionaries(NAMES, VALUES, max_size=5)


ADDRESSES = st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.0.3"])


RECORDS = st.lists(st.fixed_dictionaries({"ipv4Address": ADDRESSES}), max_size=3, unique_by=str)


@given(OBJECTS, OBJECTS)
def test_no_change_is_no_difference(inputs: Json, outputs: Json) -> None:
    assert find_changes(ENDPOINT, inputs, inputs, {**outputs, "azureApiVersion": None}) == []


@given(OBJECTS, OBJECTS)
def test_every_difference_is_under_a_key_that_differs_and_every_such_key_has_one(old: Json, new: Json) -> None:
    found = {each.path.split(".")[0].split("[")[0] for each in find_changes(ENDPOINT, old, new, {})}
    assert found <= {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    for name in old.keys() | new.keys():
        lenient = name in ("location", "resourceGroupName") or name.startswith("__")
        if old.get(name) != new.get(name) and not lenient:
            assert name in found


@given(OBJECTS, OBJECTS)
def test_there_and_back_are_the_same_places(old: Json, new: Json) -> None:
    turned = {"ADD": "DELETE", "DELETE": "ADD", "UPDATE": "UPDATE"}
    there = {(each.path, each.kind) for each in find_changes(ENDPOINT, old, new, {})}
    back = {(each.path, turned[each.kind]) for each in find_changes(ENDPOINT, new, old, {})}
    assert there == back


@given(OBJECTS, OBJECTS)
def test_only_path_parameters_and_the_subnet_replace_an_endpoint(old: Json, new: Json) -> None:
    replacing = {each.property for each in find_changes(ENDPOINT, old, new, {}) if each.replaces}
    assert {each.split("[")[0] for each in replacing} <= {"subnet", "resourceGroupName", "privateEndpointName"}


@given(RECORDS.flatmap(lambda each: st.tuples(st.just(each), st.permutations(each))))
@holds(diff.RECORDS_ARE_SETS)
def test_records_are_a_set(case: tuple[list[Json], list[Json]]) -> None:
    old, new = case
    assert find_changes(RECORD, {"aRecords": old}, {"aRecords": new}, {}) == []


@given(RECORDS, RECORDS)
def test_other_records_are_a_difference(old: list[Json], new: list[Json]) -> None:
    same = sorted(map(str, old)) == sorted(map(str, new))
    assert bool(find_changes(RECORD, {"aRecords": old}, {"aRecords": new}, {})) is not same
