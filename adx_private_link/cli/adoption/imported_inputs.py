"""Inputs that an imported resource gets in the state."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ..pulumi.azure_objects import is_as_planned
from ..pulumi.state import Resource


def with_planned_inputs(imported: Resource, planned: Resource) -> Resource:
    """
    Return an imported resource with the planned value of each input that Azure has as planned.

    Inputs that differ keep Azure's value, and the next preview shows the difference.
    """
    plan = planned.model_copy(update={"inputs": _with_ignored_inputs(planned, imported.inputs)})
    as_planned = {name: value for name, value in plan.inputs.items() if is_as_planned(plan, imported, name)}
    # An input that is empty or off, and not planned, is a default of Azure; an object's name is a part of its id.
    own_name = {"name": imported.id.rpartition("/")[2]}
    from_azure = {
        name: value
        for name, value in imported.inputs.items()
        if name in plan.inputs or (value and {name: value} != own_name)
    }
    return imported.model_copy(update={"inputs": {**from_azure, **as_planned}})


def _with_ignored_inputs(planned: Resource, imported: Mapping[str, Any]) -> dict[str, Any]:
    """Return the planned inputs with the imported value of each ignored one; the plan of a replacement lacks it."""
    inputs = deepcopy(planned.inputs)
    for path in planned.ignore_changes:
        name, _, nested = path.partition("[*].")
        if not nested:
            _replace(inputs, name, imported)
        else:
            for item, imported_item in zip(inputs.get(name) or (), imported.get(name) or (), strict=False):
                _replace(item, nested, imported_item)
    return inputs


def _replace(target: dict[str, Any], name: str, source: Mapping[str, Any]) -> None:
    target.pop(name, None)
    if name in source:
        target[name] = source[name]
