"""A stack's state: what Pulumi knows of its resources."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_NEVER = datetime.min.replace(tzinfo=UTC)


def value_in(value: object, part: str | int) -> object:
    """Return the value of a mapping's key, or of a list's place; None where JSON has nothing there."""
    match value, part:
        case dict(), str():
            return cast("dict[str, object]", value).get(part)
        case list(), int() if part < len(cast("list[object]", value)):
            return cast("list[object]", value)[part]
        case _:
            return None


class PulumiJson(BaseModel):
    """JSON that Pulumi writes; unknown properties are kept as they are."""

    model_config = ConfigDict(extra="allow")

    def json_text(self) -> str:
        return self.model_dump_json(by_alias=True, exclude_unset=True)


class Resource(PulumiJson):
    """A resource of a stack's state, or one that a preview plans."""

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
    """Replaced already, and waiting for its deletion."""
    ignore_changes: list[str] = Field(default_factory=list[str], alias="ignoreChanges")
    pending_replacement: bool = Field(default=False, alias="pendingReplacement")
    """Deleted by a replacement, and not yet created again as far as the state knows."""

    @property
    def name(self) -> str:
        """`PrivateEndpoint myadx.analytics.engine`."""
        return f"{self.type.rsplit(':', 1)[-1]} {self.urn.rsplit('::', 1)[-1]}"

    def output(self, *path: str | int) -> object:
        """One of its outputs; None where there is nothing at that path."""
        value: object = self.outputs
        for part in path:
            value = value_in(value, part)
        return value

    @property
    def refers_to(self) -> list[str]:
        """URNs of the resources that must precede it in a state."""
        return [self.provider_urn, *self.requires]

    @property
    def requires(self) -> list[str]:
        """URNs of the resources that it refers to, other than its provider."""
        of_properties = [urn for urns in self.property_dependencies.values() for urn in urns or []]
        every = [self.parent, *self.dependencies, *of_properties, self.deleted_with, *self.replace_with]
        return [urn for urn in every if urn]

    @property
    def provider_urn(self) -> str:
        """Of the reference to its provider, without the provider's id."""
        return self.provider.rsplit("::", 1)[0]


class _Manifest(BaseModel):
    time: datetime


class Seal(BaseModel):
    """The part of a state's manifest that Pulumi checks."""

    magic: str = ""
    version: str = ""


class PendingOperation(PulumiJson):
    """An operation that the engine has begun."""

    type: str
    resource: Resource


class Deployment(PulumiJson):
    """The resources of a stack."""

    resources: list[Resource] = Field(default_factory=list[Resource])
    pending_operations: list[PendingOperation] = Field(default_factory=list[PendingOperation])

    @property
    def seal(self) -> Seal:
        """The version of Pulumi that wrote it, and that version's checksum."""
        return Seal.model_validate((self.model_extra or {}).get("manifest") or {})

    @property
    def written(self) -> datetime:
        """When Pulumi wrote it, as far as it says."""
        try:
            time = _Manifest.model_validate((self.model_extra or {}).get("manifest")).time
            return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValidationError, OverflowError):
            return _NEVER


class ExportedState(PulumiJson):
    """What `pulumi stack export` writes, and `pulumi stack import` reads."""

    deployment: Deployment

    def with_resources(self, resources: Iterable[Resource]) -> ExportedState:
        """The same with other resources, and without pending operations."""
        deployment = self.deployment.model_copy(update={"resources": list(resources), "pending_operations": []})
        return self.model_copy(update={"deployment": deployment})

    def is_same_version_as(self, other: ExportedState) -> bool:
        """Whether both are one version of the state: its secrets are encrypted again each time it is read."""
        return self._written() == other._written()

    def _written(self) -> object:
        deployment = self.deployment
        resources = [(each.urn, each.id, each.pending_replacement) for each in deployment.resources]
        return deployment.model_extra and deployment.model_extra.get("manifest"), resources

    def with_added(self, taken: Iterable[Resource]) -> ExportedState:
        """The same with these resources as well; a resource that waits for its replacement gets it."""
        added = {each.urn: each for each in taken}
        kept = [each for each in self.deployment.resources if not (each.pending_replacement and each.urn in added)]
        return self.with_resources(_in_order([*kept, *added.values()]))


def _in_order(resources: list[Resource]) -> list[Resource]:
    """The resources in the order that the engine requires: each one after every resource that it refers to."""
    # Of two with one URN, the first is the one that lives.
    by_urn = {each.urn: each for each in reversed(resources)}
    ordered: list[Resource] = []
    seen: set[int] = set()

    def place(resource: Resource) -> None:
        if id(resource) in seen:
            return
        seen.add(id(resource))
        for urn in resource.refers_to:
            if urn in by_urn:
                place(by_urn[urn])
        ordered.append(resource)

    for each in resources:
        place(each)
    return ordered


class _Latest(PulumiJson):
    stack: str
    latest: Deployment


class StoredState(PulumiJson):
    """A state as a backend of files keeps it; the versions before 3 are of 2018 and earlier."""

    version: int = Field(ge=3)
    features: list[str] = Field(default_factory=list[str])
    checkpoint: _Latest

    @classmethod
    def of(cls, stack: str, state: ExportedState) -> StoredState:
        """The same as `pulumi stack import` would write it."""
        latest = _Latest(stack=stack, latest=state.deployment)
        return cls.model_validate({**(state.model_extra or {}), "checkpoint": latest})

    def exported(self) -> ExportedState:
        """The same as `pulumi stack export` would write it."""
        content = {"version": self.version, "features": self.features, "deployment": self.checkpoint.latest}
        return ExportedState.model_validate(content)
