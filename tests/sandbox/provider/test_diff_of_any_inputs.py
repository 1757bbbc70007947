"""Properties of the diff, for any JSON."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from azure_sandbox.azure import Json
from azure_sandbox.provider import diff
from azure_sandbox.provider.diff import find_changes
from azure_sandbox.provider.supported_types import RESOURCE_SPECS

from ..rule_marks import holds

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
def test_equal_inputs_have_no_changes(inputs: Json, outputs: Json) -> None:
    assert find_changes(ENDPOINT, inputs, inputs, {**outputs, "azureApiVersion": None}) == []


@given(OBJECTS, OBJECTS)
def test_changes_are_of_the_keys_that_differ(old: Json, new: Json) -> None:
    changed_keys = {change.path.split(".")[0].split("[")[0] for change in find_changes(ENDPOINT, old, new, {})}
    assert changed_keys <= {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
    for name in old.keys() | new.keys():
        lenient = name in ("location", "resourceGroupName") or name.startswith("__")
        if old.get(name) != new.get(name) and not lenient:
            assert name in changed_keys


@given(OBJECTS, OBJECTS)
def test_the_reverse_has_the_reverse_changes(old: Json, new: Json) -> None:
    reverse = {"ADD": "DELETE", "DELETE": "ADD", "UPDATE": "UPDATE"}
    changes = {(change.path, change.kind) for change in find_changes(ENDPOINT, old, new, {})}
    reverse_changes = {(change.path, reverse[change.kind]) for change in find_changes(ENDPOINT, new, old, {})}
    assert changes == reverse_changes


@given(OBJECTS, OBJECTS)
def test_only_path_parameters_and_the_subnet_replace_an_endpoint(old: Json, new: Json) -> None:
    replacing = {change.property for change in find_changes(ENDPOINT, old, new, {}) if change.replaces}
    assert {name.split("[")[0] for name in replacing} <= {"subnet", "resourceGroupName", "privateEndpointName"}


@given(RECORDS.flatmap(lambda records: st.tuples(st.just(records), st.permutations(records))))
@holds(diff.RECORDS_ARE_SETS)
def test_the_order_of_records_is_no_change(case: tuple[list[Json], list[Json]]) -> None:
    old, new = case
    assert find_changes(RECORD, {"aRecords": old}, {"aRecords": new}, {}) == []


@given(RECORDS, RECORDS)
def test_other_records_are_a_change(old: list[Json], new: list[Json]) -> None:
    same = sorted(map(str, old)) == sorted(map(str, new))
    assert bool(find_changes(RECORD, {"aRecords": old}, {"aRecords": new}, {})) is not same
