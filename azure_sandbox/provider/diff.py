"""The provider's diff: which differences of the inputs are an update, and which are a replacement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from ..azure import Json
from ..rules import Rule
from .resource_spec import ResourceSpec

_DIFF = "pulumi-azure-native provider/pkg/provider/diff.go"

INPUTS_ONLY = Rule(
    says="Old inputs are compared with new inputs; outputs are not compared",
    source="pulumi-azure-native provider/pkg/provider/provider.go, Diff",
)
PROPERTY_BY_PROPERTY = Rule(
    says="A difference is reported at the deepest property that differs: `tags.a`, `ipConfigurations[0].subnet.id`; an "
    "unknown value differs from any known one",
    source=f"{_DIFF}, objectDiff and valueDiff",
)
POSITIONS = Rule(says="Lists are compared position by position", source=f"{_DIFF}, valueDiff")
RECORDS_ARE_SETS = Rule(
    says="`aRecords` and `aaaaRecords` are compared by address, whatever their order (`x-ms-identifiers`)",
    source=f"{_DIFF}, diffKeyedArrays; azure-rest-api-specs, specification/privatedns",
)
PATH_REPLACES = Rule(
    says="A change of a path parameter replaces the resource",
    source=f"{_DIFF}, calculateDetailedDiff",
)
FORCE_NEW = Rule(
    says="These replace: an endpoint's `subnet`; an address's location, version, prefix and SKU; the location of a "
    "network, a group, a cluster, a storage account, an Event Hubs namespace, a private zone and a link. No other "
    "property does, even if Azure cannot update it",
    source="pulumi-azure-native provider/pkg/gen/replacement.go; azure-rest-api-specs (`x-ms-mutability`); issue #3883",
)
BELOW_FORCE_NEW = Rule(
    says="Below a property that replaces, only a changed value replaces; an added or removed one is an update",
    source=f"{_DIFF}, calculateValueDiff; issue #1845",
)
LENIENT = Rule(
    says="`resourceGroupName` is compared without case, `location` without case and spaces; every other name and id "
    "exactly",
    source=f"{_DIFF}, applyAzureSpecificDiff",
)
INTERNAL_KEYS = Rule(says="Keys that start with `__` are no properties", source=f"{_DIFF}, ignoreKey")
DEFAULTS_ADDED = Rule(
    says="An added property with the default value of the API's specification is no change",
    source=f"{_DIFF}, calculateChangesAndReplacements; the defaults are those of SDK 3.29.0",
)
ADOPTED = Rule(
    says="An added property that replaces is an update only if its value is the one in the state",
    source=f"{_DIFF}, calculateChangesAndReplacements",
)
OLD_API_VERSION = Rule(
    says="Inputs without an API version, as an import leaves them, are compared with the API version of the state",
    source="pulumi-azure-native provider/pkg/provider/provider.go, Diff (`migratedApiVersion`)",
)
DELETED_FIRST = Rule(
    says="A resource with a given or copied name is deleted before its replacement is created, one with a random name "
    "afterwards",
    source="pulumi-azure-native provider/pkg/provider/provider.go, Diff (`__createBeforeDelete`)",
)
Kind = Literal["ADD", "DELETE", "UPDATE"]
_MISSING: Any = object()


@dataclass(frozen=True)
class Change:
    """One difference between old and new inputs."""

    path: str
    kind: Kind
    replaces: bool = False
    is_effective: bool = True
    """Whether the difference is a change at all."""
    of_inputs: bool = True
    """Whether the inputs differ; else the state does."""

    @property
    def property(self) -> str:
        """The first segment of the path, as the engine lists it; an index stays."""
        return self.path.split(".")[0]


def find_changes(spec: ResourceSpec, old_inputs: Json, new_inputs: Json, old_outputs: Json) -> list[Change]:
    """Every difference of the inputs, ineffective ones too."""
    lacks_version = "azureApiVersion" not in old_inputs and "azureApiVersion" in old_outputs
    old = {**old_inputs, "azureApiVersion": old_outputs["azureApiVersion"]} if lacks_version else old_inputs
    changes: list[Change] = []
    for name in _property_names(old, new_inputs):
        before, after = old.get(name, _MISSING), new_inputs.get(name, _MISSING)
        if _is_same_leniently(name, before, after):
            continue
        of_inputs = not (lacks_version and name == "azureApiVersion")
        changes += [
            _classify(spec, Change(path, kind, of_inputs=of_inputs), name, before, after, old_outputs)
            for path, kind in _compare(name, before, after, spec.item_keys.get(name))
        ]
    return changes


def deletes_before_replace(old_inputs: Json, changes: list[Change]) -> bool:
    """Whether the old resource is deleted before its replacement is created."""
    is_random = old_inputs.get("__createBeforeDelete")
    return not is_random if isinstance(is_random, bool) else any(change.replaces for change in changes)


def _classify(spec: ResourceSpec, change: Change, name: str, before: Any, after: Any, old_outputs: Json) -> Change:
    replaces = name in spec.force_new or name in spec.path_parameters
    if change.path != name:
        within_object = isinstance(before, dict) and isinstance(after, dict)
        return Change(change.path, change.kind, replaces and within_object and change.kind == "UPDATE")
    if change.kind == "ADD" and replaces:
        return Change(change.path, "ADD", replaces=name not in old_outputs or after != old_outputs[name])
    if change.kind == "ADD" and name in spec.defaults:
        return Change(change.path, "ADD", is_effective=after != spec.defaults[name])
    return Change(change.path, change.kind, replaces, of_inputs=change.of_inputs)


def _property_names(old: Json, new: Json) -> list[str]:
    return sorted(name for name in old.keys() | new.keys() if not name.startswith("__"))


def _is_same_leniently(name: str, old: Any, new: Any) -> bool:
    """Whether a lenient comparison finds no difference; the provider compares two properties so."""
    if not isinstance(old, str) or not isinstance(new, str):
        return False
    if name == "resourceGroupName":
        return old.lower() == new.lower()
    return name == "location" and old.replace(" ", "").lower() == new.replace(" ", "").lower()


def _compare(path: str, old: Any, new: Any, item_key: str | None = None) -> Iterator[tuple[str, Kind]]:
    if old is _MISSING or old is None:
        if new is not _MISSING and new is not None:
            yield path, "ADD"
    elif new is _MISSING or new is None:
        yield path, "DELETE"
    elif isinstance(old, dict) and isinstance(new, dict):
        before, after = cast("Json", old), cast("Json", new)
        for name in _property_names(before, after):
            yield from _compare(f"{path}.{name}", before.get(name, _MISSING), after.get(name, _MISSING))
    elif isinstance(old, list) and isinstance(new, list):
        before, after = cast("list[Any]", old), cast("list[Any]", new)
        yield from _compare_sets(path, before, after, item_key) if item_key else _compare_lists(path, before, after)
    elif old != new:
        yield path, "UPDATE"


def _compare_lists(path: str, old: list[Any], new: list[Any]) -> Iterator[tuple[str, Kind]]:
    for index in range(max(len(old), len(new))):
        before, after = (items[index] if index < len(items) else _MISSING for items in (old, new))
        yield from _compare(f"{path}[{index}]", before, after)


def _compare_sets(path: str, old: list[Any], new: list[Any], item_key: str) -> Iterator[tuple[str, Kind]]:
    """The differences of two sets: at the new position of an item, or at the old one of a removed item."""
    before, after = _items_by_key(old, item_key), _items_by_key(new, item_key)
    removed = {f"{path}[{index}]" for key, (index, _) in before.items() if key not in after}
    for key, (index, item) in after.items():
        _, previous = before.get(key, (None, _MISSING))
        for item_path, kind in _compare(f"{path}[{index}]", previous, item):
            if item_path not in removed:
                yield item_path, kind
    for item_path in sorted(removed):
        yield item_path, "DELETE"


def _items_by_key(items: list[Any], item_key: str) -> dict[str, tuple[int, Json]]:
    objects = [(index, cast("Json", item)) for index, item in enumerate(items) if isinstance(item, dict)]
    return {repr(item.get(item_key)): (index, item) for index, item in objects}
