"""
Pulumi's import file: which object in Azure becomes which resource of the stack.

With an object's inputs and outputs in it, the import reads nothing, and the state says what the program says: by itself
it would take every default of Azure for a setting that the program wants to remove.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ..pulumi.azure_objects import is_as_planned
from ..pulumi.state import Resource

_PROVIDER = "pulumi:providers:"


class ImportedResource(BaseModel):
    """An entry of the file."""

    model_config = ConfigDict(extra="allow")

    type: str
    name: str
    """What other entries call it."""
    logical_name: str | None = Field(default=None, alias="logicalName")
    id: str | None = None
    component: bool = False
    inputs: dict[str, Any] | None = None
    outputs: dict[str, Any] | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What it is, in the words of a URN."""
        return self.type, self.logical_name or self.name

    @property
    def is_custom(self) -> bool:
        """Whether it is an object in Azure."""
        return not self.component and not self.type.startswith(_PROVIDER)


class ImportFile(BaseModel):
    """What `pulumi preview --import-file` writes, and `pulumi import --file` takes."""

    model_config = ConfigDict(extra="allow")

    resources: list[ImportedResource] = Field(default_factory=list[ImportedResource])

    def with_ids(self, ids: Mapping[tuple[str, str], str]) -> ImportFile:
        """Only what has an id, with the components and providers around it."""
        kept = [
            each.model_copy(update={"id": ids[each.key]}) if each.is_custom else each
            for each in self.resources
            if not each.is_custom or each.key in ids
        ]
        return self.model_copy(update={"resources": kept})

    def described(self, resources: Iterable[Resource]) -> ImportFile:
        """The same with the state that each resource will have."""
        by_key = {key_of(each): each for each in resources}
        ids = {key: each.id for key, each in by_key.items() if each.custom}
        complete: list[ImportedResource] = []
        for each in self.with_ids(ids).resources:
            state = by_key.get(each.key)
            if each.type.startswith(_PROVIDER) or state is None:
                complete.append(each)
            else:
                outputs = {"outputs": state.outputs} if each.is_custom else {}
                complete.append(each.model_copy(update={"inputs": state.inputs, **outputs}))
        return self.model_copy(update={"resources": complete})

    def text(self) -> str:
        return self.model_dump_json(by_alias=True, exclude_none=True, indent=2)


def key_of(resource: Resource) -> tuple[str, str]:
    """What a resource of a state is, in the words of its URN."""
    return resource.type, resource.urn.rsplit("::", 1)[-1]


def as_imported(found: Resource, planned: Resource) -> Resource:
    """
    A resource as the state should have it: in the program's words where it is as the program wants it.

    What is not shows in the next preview.
    """
    wanted = planned.model_copy(update={"inputs": _keeping(planned, found.inputs)})
    as_wanted = {name: each for name, each in wanted.inputs.items() if is_as_planned(wanted, found, name)}
    # What is empty or off, and not asked for, is what Azure makes of nothing.
    otherwise = {name: each for name, each in found.inputs.items() if each or name in wanted.inputs}
    return found.model_copy(update={"inputs": {**otherwise, **as_wanted}})


def _keeping(planned: Resource, found: Mapping[str, Any]) -> dict[str, Any]:
    """The planned inputs with what the program ignores as it was found: of a replacement, the plan does not say so."""
    kept = deepcopy(planned.inputs)
    for path in planned.ignore_changes:
        name, _, nested = path.partition("[*].")
        if not nested:
            _put(kept, name, found)
        else:
            for wanted, there in zip(kept.get(name) or (), found.get(name) or (), strict=False):
                _put(wanted, nested, there)
    return kept


def _put(target: dict[str, Any], name: str, source: Mapping[str, Any]) -> None:
    target.pop(name, None)
    if name in source:
        target[name] = source[name]
