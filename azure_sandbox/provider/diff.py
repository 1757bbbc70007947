"""What the provider takes for a change: inputs against inputs, property by property."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

from ..azure import Json
from .schema import ResourceSpec

Kind = Literal["ADD", "DELETE", "UPDATE"]
_MISSING: Any = object()


@dataclass(frozen=True)
class Change:
    path: str
    kind: Kind
    replaces: bool

    @property
    def property(self) -> str:
        """The first segment of the path, as the engine lists it; an index stays."""
        return self.path.split(".")[0]


def changes(spec: ResourceSpec, old_inputs: Json, new_inputs: Json, old_outputs: Json) -> list[Change]:
    old = {"azureApiVersion": old_outputs.get("azureApiVersion"), **old_inputs}
    found: list[Change] = []
    for name in sorted(old.keys() | new_inputs.keys()):
        if name.startswith("__") or _same_spelling(name, old.get(name), new_inputs.get(name)):
            continue
        replacing = name in spec.force_new or name in spec.path_parameters
        for path, kind in _compare(
            name, old.get(name, _MISSING), new_inputs.get(name, _MISSING), spec.identified_by.get(name)
        ):
            nested = path != name
            adopts = kind == "ADD" and new_inputs[name] == old_outputs.get(name)
            found.append(Change(path, kind, replacing and not adopts and (kind == "UPDATE" or not nested)))
    return found


def _same_spelling(name: str, old: Any, new: Any) -> bool:
    """The two properties that the provider compares leniently."""
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    if name == "resourceGroupName":
        return old.lower() == new.lower()
    return name == "location" and old.replace(" ", "").lower() == new.replace(" ", "").lower()


def _compare(path: str, old: Any, new: Any, identified_by: str | None = None) -> list[tuple[str, Kind]]:
    if old == new:
        return []
    if old is _MISSING or old is None:
        return [] if new is _MISSING or new is None else [(path, "ADD")]
    if new is _MISSING or new is None:
        return [(path, "DELETE")]
    if isinstance(old, dict) and isinstance(new, dict):
        before, after = cast("Json", old), cast("Json", new)
        return [
            each
            for name in sorted(before.keys() | after.keys())
            for each in _compare(f"{path}.{name}", before.get(name, _MISSING), after.get(name, _MISSING))
        ]
    if isinstance(old, list) and isinstance(new, list):
        return _compare_lists(path, cast("list[Any]", old), cast("list[Any]", new), identified_by)
    return [(path, "UPDATE")]


def _compare_lists(path: str, old: list[Any], new: list[Any], identified_by: str | None) -> list[tuple[str, Kind]]:
    if identified_by is not None and all(isinstance(each, dict) for each in (*old, *new)):
        before, after = ({each.get(identified_by): each for each in items} for items in (old, new))
        if (len(before), len(after)) == (len(old), len(new)):
            old = [before.pop(key, _MISSING) for key in after] + list(before.values())
    longest = max(len(old), len(new))
    return [
        each
        for index in range(longest)
        for each in _compare(
            f"{path}[{index}]",
            old[index] if index < len(old) else _MISSING,
            new[index] if index < len(new) else _MISSING,
        )
    ]


def carry_over(old: Any, new: Any, inputs: Any) -> Any:
    """Inputs after a refresh: what changed in Azure between two states is written into them, all else stays."""
    if old == new:
        return inputs
    if all(isinstance(each, dict) for each in (old, new, inputs)):
        merged = {name: carry_over(old.get(name), new.get(name), inputs.get(name)) for name in {**inputs, **old, **new}}
        return {name: value for name, value in merged.items() if value is not None}
    if all(isinstance(each, list) for each in (old, new, inputs)) and len(old) == len(new) == len(inputs):
        return [carry_over(*each) for each in zip(old, new, inputs, strict=True)]
    return new
