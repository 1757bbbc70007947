"""A stack's state, in the JSON of Pulumi's exports and of its backends of files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_NEVER = datetime.min.replace(tzinfo=UTC)


def value_in(value: object, part: str | int) -> object:
    """Return the value at a mapping's key, or at a list's index; None if JSON has none there."""
    match value, part:
        case dict(), str():
            return cast("dict[str, object]", value).get(part)
        case list(), int() if part < len(cast("list[object]", value)):
            return cast("list[object]", value)[part]
        case _:
            return None


class PulumiJson(BaseModel):
    """JSON that Pulumi writes; unknown properties are kept."""

    model_config = ConfigDict(extra="allow")

    def json_text(self) -> str:
        """Return the JSON, without properties that are not set."""
        return self.model_dump_json(by_alias=True, exclude_unset=True)


class Resource(PulumiJson):
    """A resource in a stack's state, or in the plan of a preview."""

    urn: str
    type: str
    custom: bool = False
    id: str = ""
    inputs: dict[str, Any] = Field(default_factory=dict[str, Any])
    outputs: dict[str, Any] = Field(default_factory=dict[str, Any])
    parent: str = ""
    provider: str = ""
    dependencies: list[str] = Field(default_factory=list[str])
    property_dependencies: dict[str, list[str] | None] = Field(
        default_factory=dict[str, list[str] | None], alias="propertyDependencies"
    )
    deleted_with: str = Field(default="", alias="deletedWith")
    replace_with: list[str] = Field(default_factory=list[str], alias="replaceWith")
    delete: bool = False
    """Whether it is already replaced and waits for its deletion."""
    ignore_changes: list[str] = Field(default_factory=list[str], alias="ignoreChanges")
    pending_replacement: bool = Field(default=False, alias="pendingReplacement")
    """Whether it is deleted by a replacement and not yet created again, according to the state."""

    @property
    def name(self) -> str:
        """The type and the logical name: `PrivateEndpoint myadx.analytics.engine`."""
        return f"{self.type.rsplit(':', 1)[-1]} {self.urn.rsplit('::', 1)[-1]}"

    def output(self, *path: str | int) -> object:
        """Return the output at a path; None if it has none."""
        value: object = self.outputs
        for part in path:
            value = value_in(value, part)
        return value

    @property
    def preceding_urns(self) -> list[str]:
        """The URNs of the resources that must precede it in a state."""
        return [self.provider_urn, *self.required_urns]

    @property
    def required_urns(self) -> list[str]:
        """The URNs of the resources that it refers to, other than its provider."""
        of_properties = [urn for urns in self.property_dependencies.values() for urn in urns or []]
        urns = [self.parent, *self.dependencies, *of_properties, self.deleted_with, *self.replace_with]
        return [urn for urn in urns if urn]

    @property
    def provider_urn(self) -> str:
        """The URN in the reference to its provider, without the provider's id."""
        return self.provider.rsplit("::", 1)[0]


class _Manifest(BaseModel):
    time: datetime


class Seal(BaseModel):
    """The part of a state's manifest that Pulumi checks."""

    magic: str = ""
    version: str = ""


class PendingOperation(PulumiJson):
    """An operation that the engine began."""

    type: str
    resource: Resource


class Deployment(PulumiJson):
    """The resources of a stack, and the operations that the engine began."""

    resources: list[Resource] = Field(default_factory=list[Resource])
    pending_operations: list[PendingOperation] = Field(default_factory=list[PendingOperation])

    @property
    def seal(self) -> Seal:
        """The version of Pulumi that wrote it, and the checksum of that version."""
        return Seal.model_validate((self.model_extra or {}).get("manifest") or {})

    @property
    def written(self) -> datetime:
        """When Pulumi wrote it; the year 1 if it has no valid time."""
        try:
            time = _Manifest.model_validate((self.model_extra or {}).get("manifest")).time
            return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValidationError, OverflowError):
            return _NEVER


class ExportedState(PulumiJson):
    """The state that `pulumi stack export` writes and `pulumi stack import` reads."""

    deployment: Deployment

    def with_resources(self, resources: Iterable[Resource]) -> ExportedState:
        """Return a copy with these resources, and without pending operations."""
        deployment = self.deployment.model_copy(update={"resources": list(resources), "pending_operations": []})
        return self.model_copy(update={"deployment": deployment})

    def is_same_version_as(self, other: ExportedState) -> bool:
        """Return whether both are one version of the state; secrets may differ, as each export encrypts them again."""
        return self._version() == other._version()

    def _version(self) -> object:
        deployment = self.deployment
        resources = [(resource.urn, resource.id, resource.pending_replacement) for resource in deployment.resources]
        return deployment.model_extra and deployment.model_extra.get("manifest"), resources

    def with_added(self, resources: Iterable[Resource]) -> ExportedState:
        """Return a copy with additional resources, which take the place of those that wait for a replacement."""
        added = {resource.urn: resource for resource in resources}
        kept = [
            resource
            for resource in self.deployment.resources
            if not (resource.pending_replacement and resource.urn in added)
        ]
        return self.with_resources(_sort([*kept, *added.values()]))


def _sort(resources: list[Resource]) -> list[Resource]:
    """Return the resources in the order that the engine requires: after all resources that they refer to."""
    # Of two resources with one URN, the second waits for its deletion.
    by_urn = {resource.urn: resource for resource in reversed(resources)}
    ordered: list[Resource] = []
    seen: set[int] = set()

    def place(resource: Resource) -> None:
        if id(resource) in seen:
            return
        seen.add(id(resource))
        for urn in resource.preceding_urns:
            if urn in by_urn:
                place(by_urn[urn])
        ordered.append(resource)

    for resource in resources:
        place(resource)
    return ordered


class _Latest(PulumiJson):
    stack: str
    latest: Deployment


class StoredState(PulumiJson):
    """The state as a backend of files keeps it; versions before 3 are from 2018 and earlier."""

    version: int = Field(ge=3)
    features: list[str] = Field(default_factory=list[str])
    checkpoint: _Latest

    @classmethod
    def from_export(cls, stack: str, state: ExportedState) -> StoredState:
        """Return the stored state that `pulumi stack import` would write."""
        latest = _Latest(stack=stack, latest=state.deployment)
        return cls.model_validate({**(state.model_extra or {}), "checkpoint": latest})

    def to_export(self) -> ExportedState:
        """Return the state that `pulumi stack export` would write."""
        content = {"version": self.version, "features": self.features, "deployment": self.checkpoint.latest}
        return ExportedState.model_validate(content)
