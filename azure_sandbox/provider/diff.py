"""What the provider takes for a change, and what for a replacement: inputs against inputs, property by property."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from ..azure import Json
from ..rules import Rule
from .schema import ResourceSpec

_DIFF = "pulumi-azure-native provider/pkg/provider/diff.go"

INPUTS_ONLY = Rule(
    says="Old inputs are compared with new inputs; what Azure answered is not",
    source="pulumi-azure-native provider/pkg/provider/provider.go, Diff",
)
PROPERTY_BY_PROPERTY = Rule(
    says="A difference is told at the deepest property that differs: `tags.a`, `ipConfigurations[0].subnet.id`; a "
    "value that is not known yet differs from any that is",
    source=f"{_DIFF}, objectDiff and valueDiff",
)
POSITIONS = Rule(says="Lists are compared position by position", source=f"{_DIFF}, valueDiff")
RECORDS_ARE_SETS = Rule(
    says="`aRecords` and `aaaaRecords` are compared by address, whatever their order (`x-ms-identifiers`)",
    source=f"{_DIFF}, diffKeyedArrays; azure-rest-api-specs, specification/privatedns",
)
PATH_REPLACES = Rule(
    says="Whatever is part of a resource's path replaces it",
    source=f"{_DIFF}, calculateDetailedDiff",
)
FORCE_NEW = Rule(
    says="These replace: an endpoint's `subnet`; an address's location, version, prefix and SKU; the location of a "
    "network, a group, a cluster, a private zone and a link. Nothing else does, whatever Azure can change in place",
    source="pulumi-azure-native provider/pkg/gen/replacement.go; azure-rest-api-specs (`x-ms-mutability`); issue #3883",
)
BELOW_FORCE_NEW = Rule(
    says="Below a property that replaces, only a changed value replaces; one that came or went is an update",
    source=f"{_DIFF}, calculateValueDiff; issue #1845",
)
LENIENT = Rule(
    says="`resourceGroupName` is compared without case, `location` without case and spaces; every other name and id is "
    "exact",
    source=f"{_DIFF}, applyAzureSpecificDiff",
)
INTERNAL_KEYS = Rule(says="Keys that start with `__` are no properties", source=f"{_DIFF}, ignoreKey")
DEFAULTS_ADDED = Rule(
    says="A property that came with the value that the API's specification says it has anyway is no change",
    source=f"{_DIFF}, calculateChangesAndReplacements; the defaults are those of SDK 3.29.0",
)
ADOPTED = Rule(
    says="A property that replaces, and came with the value that Azure has already, is an update only",
    source=f"{_DIFF}, calculateChangesAndReplacements",
)
OLD_API_VERSION = Rule(
    says="Inputs without an API version, as an import leaves them, are compared as if they had that of the state",
    source="pulumi-azure-native provider/pkg/provider/provider.go, Diff (`migratedApiVersion`)",
)
DELETED_FIRST = Rule(
    says="What has a given or copied name is deleted before its replacement is made, what has a drawn name after it",
    source="pulumi-azure-native provider/pkg/provider/provider.go, Diff (`__createBeforeDelete`)",
)
DRIFT = Rule(
    says="A refresh writes into the inputs what changed in Azure between two states, even if the program never set it; "
    "all else in them stays",
    source=f"{_DIFF}, applyDiff; provider.go, Read",
)

Kind = Literal["ADD", "DELETE", "UPDATE"]
_MISSING: Any = object()


@dataclass(frozen=True)
class Change:
    path: str
    kind: Kind
    replaces: bool = False
    counts: bool = True
    """Whether the change makes a difference at all."""
    of_inputs: bool = True

    @property
    def property(self) -> str:
        """The first segment of the path, as the engine lists it; an index stays."""
        return self.path.split(".")[0]


def changes(spec: ResourceSpec, old_inputs: Json, new_inputs: Json, old_outputs: Json) -> list[Change]:
    """Every difference, also one that does not count."""
    migrated = "azureApiVersion" not in old_inputs and "azureApiVersion" in old_outputs
    old = {**old_inputs, "azureApiVersion": old_outputs["azureApiVersion"]} if migrated else old_inputs
    found: list[Change] = []
    for name in _names(old, new_inputs):
        before, after = old.get(name, _MISSING), new_inputs.get(name, _MISSING)
        if _same_spelling(name, before, after):
            continue
        for path, kind in _compare(name, before, after, spec.identified_by.get(name)):
            of_inputs = not (migrated and name == "azureApiVersion")
            found.append(_judged(spec, Change(path, kind, of_inputs=of_inputs), name, before, after, old_outputs))
    return found


def deletes_first(old_inputs: Json, found: list[Change]) -> bool:
    """Whether a replacement is made only after what it replaces is gone."""
    drawn = old_inputs.get("__createBeforeDelete")
    return not drawn if isinstance(drawn, bool) else any(each.replaces for each in found)


def _judged(spec: ResourceSpec, change: Change, name: str, before: Any, after: Any, old_outputs: Json) -> Change:
    forces = name in spec.force_new or name in spec.path_parameters
    if change.path != name:
        within_object = isinstance(before, dict) and isinstance(after, dict)
        return Change(change.path, change.kind, forces and within_object and change.kind == "UPDATE")
    if change.kind == "ADD" and forces:
        return Change(change.path, "ADD", replaces=name not in old_outputs or after != old_outputs[name])
    if change.kind == "ADD" and name in spec.defaults:
        return Change(change.path, "ADD", counts=after != spec.defaults[name])
    return Change(change.path, change.kind, forces, of_inputs=change.of_inputs)


def _names(old: Json, new: Json) -> list[str]:
    return sorted(name for name in old.keys() | new.keys() if not name.startswith("__"))


def _same_spelling(name: str, old: Any, new: Any) -> bool:
    """The two properties that the provider compares leniently."""
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    if name == "resourceGroupName":
        return old.lower() == new.lower()
    return name == "location" and old.replace(" ", "").lower() == new.replace(" ", "").lower()


def _compare(path: str, old: Any, new: Any, identified_by: str | None = None) -> Iterator[tuple[str, Kind]]:
    if old is _MISSING or old is None:
        if new is not _MISSING and new is not None:
            yield path, "ADD"
    elif new is _MISSING or new is None:
        yield path, "DELETE"
    elif isinstance(old, dict) and isinstance(new, dict):
        before, after = cast("Json", old), cast("Json", new)
        for name in _names(before, after):
            yield from _compare(f"{path}.{name}", before.get(name, _MISSING), after.get(name, _MISSING))
    elif isinstance(old, list) and isinstance(new, list):
        before, after = cast("list[Any]", old), cast("list[Any]", new)
        yield from (
            _compare_sets(path, before, after, identified_by) if identified_by else _compare_lists(path, before, after)
        )
    elif old != new:
        yield path, "UPDATE"


def _compare_lists(path: str, old: list[Any], new: list[Any]) -> Iterator[tuple[str, Kind]]:
    for index in range(max(len(old), len(new))):
        before, after = (each[index] if index < len(each) else _MISSING for each in (old, new))
        yield from _compare(f"{path}[{index}]", before, after)


def _compare_sets(path: str, old: list[Any], new: list[Any], key: str) -> Iterator[tuple[str, Kind]]:
    """Told at the new position, or at the old one of an item that is gone; the latter hides the former."""
    before, after = _by_identity(old, key), _by_identity(new, key)
    gone = {f"{path}[{index}]" for identity, (index, _) in before.items() if identity not in after}
    for identity, (index, item) in after.items():
        _, previous = before.get(identity, (None, _MISSING))
        yield from (each for each in _compare(f"{path}[{index}]", previous, item) if each[0] not in gone)
    for each in sorted(gone):
        yield each, "DELETE"


def _by_identity(items: list[Any], key: str) -> dict[str, tuple[int, Json]]:
    objects = [(index, cast("Json", each)) for index, each in enumerate(items) if isinstance(each, dict)]
    return {repr(each.get(key)): (index, each) for index, each in objects}


def carry_over(old: Any, new: Any, inputs: Any) -> Any:
    """Inputs after a refresh: what changed in Azure between two states is written into them, all else stays."""
    return inputs if old == new else _carried(old, new, inputs)


def _carried(old: Any, new: Any, inputs: Any) -> Any:
    if all(isinstance(each, dict) for each in (old, new, inputs)):
        merged = {name: carry_over(old.get(name), new.get(name), inputs.get(name)) for name in {**inputs, **old, **new}}
        return {name: value for name, value in merged.items() if value is not None}
    if all(isinstance(each, list) for each in (old, new, inputs)):
        # Once a list has changed, its plain values are those of Azure, also where they have not.
        both = [_carried(*each) for each in zip(old, new, inputs, strict=False)]
        return both + cast("list[Any]", new)[len(both) :]
    return new
