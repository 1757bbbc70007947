"""
Pulumi's import file: the objects in Azure, and the resources of the stack that they become.

With an object's inputs and outputs in the file, Pulumi imports without a read, and the state has the program's inputs.
Without them, the state would have every default of Azure, and the next update would remove these settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ..pulumi.state import Resource

_PROVIDER = "pulumi:providers:"


class ImportedResource(BaseModel):
    """An entry of the file."""

    model_config = ConfigDict(extra="allow")

    type: str
    name: str
    """The name by which other entries refer to it."""
    logical_name: str | None = Field(default=None, alias="logicalName")
    id: str | None = None
    component: bool = False
    inputs: dict[str, Any] | None = None
    outputs: dict[str, Any] | None = None

    @property
    def key(self) -> tuple[str, str]:
        """The type and name of its URN."""
        return self.type, self.logical_name or self.name

    @property
    def is_provider(self) -> bool:
        return self.type.startswith(_PROVIDER)

    @property
    def is_object(self) -> bool:
        """Whether it is an object in Azure."""
        return not self.component and not self.is_provider


class ImportFile(BaseModel):
    """The file that `pulumi preview --import-file` writes, and `pulumi import --file` reads."""

    model_config = ConfigDict(extra="allow")

    resources: list[ImportedResource] = Field(default_factory=list[ImportedResource])

    def with_ids(self, ids: Mapping[tuple[str, str], str]) -> ImportFile:
        """Return a file with the objects that have an id, and with all components and providers."""
        resources = [
            resource.model_copy(update={"id": ids[resource.key]}) if resource.is_object else resource
            for resource in self.resources
            if not resource.is_object or resource.key in ids
        ]
        return self.model_copy(update={"resources": resources})

    def with_states(self, states: Iterable[Resource]) -> ImportFile:
        """Return a file with the state that each resource will have; providers keep Pulumi's inputs."""
        by_key = {key_of(state): state for state in states}
        ids = {key: state.id for key, state in by_key.items() if state.custom}
        resources: list[ImportedResource] = []
        for resource in self.with_ids(ids).resources:
            state = by_key.get(resource.key)
            if resource.is_provider or state is None:
                resources.append(resource)
            else:
                outputs = {"outputs": state.outputs} if resource.is_object else {}
                resources.append(resource.model_copy(update={"inputs": state.inputs, **outputs}))
        return self.model_copy(update={"resources": resources})

    def text(self) -> str:
        return self.model_dump_json(by_alias=True, exclude_none=True, indent=2)


def key_of(resource: Resource) -> tuple[str, str]:
    """Return the type and name of a resource's URN."""
    return resource.type, resource.urn.rsplit("::", 1)[-1]
