"""Drift: how a refresh writes into the inputs what changed in Azure."""

from __future__ import annotations

from typing import Any, cast

from ..rules import Rule

DRIFT = Rule(
    says="A refresh writes into the inputs what changed in Azure between two states, even if the program never set it; "
    "all other inputs stay",
    source="pulumi-azure-native provider/pkg/provider/diff.go, applyDiff; provider.go, Read",
)


def apply_drift(old: Any, new: Any, inputs: Any) -> Any:
    """The inputs after a refresh from the old state to the new one."""
    return inputs if old == new else _apply_difference(old, new, inputs)


def _apply_difference(old: Any, new: Any, inputs: Any) -> Any:
    if all(isinstance(value, dict) for value in (old, new, inputs)):
        names = {**inputs, **old, **new}
        merged = {name: apply_drift(old.get(name), new.get(name), inputs.get(name)) for name in names}
        return {name: value for name, value in merged.items() if value is not None}
    if all(isinstance(value, list) for value in (old, new, inputs)):
        # In a changed list, all plain items are Azure's, unchanged ones too.
        items = [_apply_difference(*triple) for triple in zip(old, new, inputs, strict=False)]
        return items + cast("list[Any]", new)[len(items) :]
    return new
