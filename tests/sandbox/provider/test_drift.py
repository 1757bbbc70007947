"""Properties of a refresh, for any JSON."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_sandbox.azure import Json
from azure_sandbox.provider import drift
from azure_sandbox.provider.drift import apply_drift

from ..rule_marks import holds

NAMES = st.sampled_from(["tags", "subnet", "location", "resourceGroupName", "a", "b", "__createBeforeDelete"])


VALUES = st.recursive(
    st.booleans() | st.integers(0, 2) | st.sampled_from(["westus", "West US", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


OBJECTS = st.dictionaries(NAMES, VALUES, max_size=5)


@given(VALUES, VALUES)
@holds(drift.DRIFT)
def test_without_drift_the_inputs_are_unchanged(state: Any, inputs: Any) -> None:
    assert apply_drift(state, state, inputs) == inputs


@given(OBJECTS, OBJECTS, OBJECTS)
@holds(drift.DRIFT)
def test_properties_without_drift_keep_their_inputs(old: Json, new: Json, inputs: Json) -> None:
    after = apply_drift(old, new, inputs)
    for name in old.keys() | new.keys() | inputs.keys():
        if old.get(name) == new.get(name):
            assert after.get(name) == inputs.get(name)


@given(OBJECTS, OBJECTS)
def test_inputs_equal_to_the_old_state_become_the_new_state(old: Json, new: Json) -> None:
    """The next preview then shows the whole drift, and an update undoes it."""
    assert apply_drift(old, new, old) == new


@given(OBJECTS, OBJECTS, OBJECTS)
def test_properties_removed_in_azure_are_removed_from_the_inputs(old: Json, new: Json, inputs: Json) -> None:
    after = apply_drift(old, new, inputs)
    assert not (old.keys() - new.keys()) & after.keys()


@pytest.mark.parametrize(
    ("old", "new", "inputs", "after"),
    [
        pytest.param([{"a": 1, "b": 1}], [{"a": 1, "b": 2}], [{"a": 1}], [{"a": 1, "b": 2}], id="item by item"),
        pytest.param([{"a": 1}], [{"a": 1}, {"a": 2}], [{"a": 1}], [{"a": 1}, {"a": 2}], id="an item more"),
        pytest.param([{"a": 1}], [], [{"a": 1}], [], id="no item left"),
        pytest.param(
            [{"a": 1, "b": 1}], [{"a": 1, "b": 1}, {"a": 2}], [{"a": 1}], [{"a": 1}, {"a": 2}], id="only the item more"
        ),
        pytest.param(["a"], ["a", "b"], ["A"], ["a", "b"], id="plain items are Azure's"),
        pytest.param({"x": {"a": 1}}, {"x": {"a": 2}}, {}, {"x": {"a": 2}}, id="never said by the program"),
    ],
)
@holds(drift.DRIFT)
def test_drift(old: Any, new: Any, inputs: Any, after: Any) -> None:
    assert apply_drift(old, new, inputs) == after
