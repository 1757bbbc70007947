"""A stack's state after an interrupted update: what may have been made without being written down, and what is ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, cast
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_NETWORK = f"{_GROUP}/providers/Microsoft.Network"
_ZONE = f"{_NETWORK}/privateDnsZones/{{privateZoneName}}"

# The types that this library makes, and where Azure keeps them.
_PATHS = {
    "azure-native:network:PrivateLinkService": f"{_NETWORK}/privateLinkServices/{{serviceName}}",
    "azure-native:network:PrivateEndpoint": f"{_NETWORK}/privateEndpoints/{{privateEndpointName}}",
    "azure-native:resources:Deployment": f"{_GROUP}/providers/Microsoft.Resources/deployments/{{deploymentName}}",
    "azure-native:authorization:ManagementLockByScope": "{scope}/providers/Microsoft.Authorization/locks/{lockName}",
    "azure-native:privatedns:PrivateZone": _ZONE,
    "azure-native:privatedns:VirtualNetworkLink": f"{_ZONE}/virtualNetworkLinks/{{virtualNetworkLinkName}}",
    "azure-native:privatedns:PrivateRecordSet": f"{_ZONE}/{{recordType}}/{{relativeRecordSetName}}",
}
_NEVER = datetime.min.replace(tzinfo=UTC)
_PARAMETER = re.compile(r"\{(\w+)\}")

# How the engine spells a value that a preview does not know: a string, number, boolean, list or object.
_UNKNOWN = re.compile(
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9|1c4a061d-8072-4f0a-a4cb-0ff528b18fe7|3eeb2bf0-c639-47a8-9e75-3b44932eb421|"
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2|dd056dcd-154b-4c76-9bd3-c8f88648b5ff"
)
# `urn:pulumi:<stack>::<project>::<types>::<name>`
_Urn = Annotated[str, StringConstraints(pattern=r"^urn:pulumi:(.*?::){3}")]
# Inputs that Azure's answer does not show: the provider's own, and a deployment's template.
_NOT_ANSWERED = {"azureApiVersion", "template"}
# Where one key more is a difference as well.
_OF_ANY_KEYS = {"metadata", "tags"}
# Where Azure answers in an order of its own.
_UNORDERED = {"applicationSecurityGroups", "autoApproval", "visibility"}


def is_unknown(value: object) -> bool:
    """Whether a preview does not know a value yet."""
    return isinstance(value, str) and _UNKNOWN.search(value) is not None


class _Passed(BaseModel):
    """JSON of Pulumi's: what is not looked at is handed through as it is."""

    model_config = ConfigDict(extra="allow")

    def json_text(self) -> str:
        return self.model_dump_json(by_alias=True, exclude_unset=True)


class Resource(_Passed):
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
    """Deleted to be made anew, and not yet made as far as the state knows."""

    @property
    def name(self) -> str:
        """`PrivateEndpoint myadx.analytics.engine`."""
        return f"{self.type.rsplit(':', 1)[-1]} {self.urn.rsplit('::', 1)[-1]}"

    @property
    def refers_to(self) -> list[str]:
        """URNs of what comes before it in a state."""
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


class Operation(_Passed):
    """Something that the engine had begun."""

    type: str
    resource: Resource


class Deployment(_Passed):
    """The resources of a stack."""

    resources: list[Resource] = Field(default_factory=list[Resource])
    pending_operations: list[Operation] = Field(default_factory=list[Operation])

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


class Checkpoint(_Passed):
    """What `pulumi stack export` writes, and `pulumi stack import` reads."""

    deployment: Deployment

    def with_resources(self, resources: Iterable[Resource]) -> Checkpoint:
        """The same with other resources, and with nothing begun."""
        deployment = self.deployment.model_copy(update={"resources": list(resources), "pending_operations": []})
        return self.model_copy(update={"deployment": deployment})

    def is_as(self, other: Checkpoint) -> bool:
        """Whether nobody has written it since: encrypted again, its secrets look otherwise each time it is read."""
        return self._written() == other._written()

    def _written(self) -> object:
        deployment = self.deployment
        resources = [(each.urn, each.id, each.pending_replacement) for each in deployment.resources]
        return deployment.model_extra and deployment.model_extra.get("manifest"), resources

    def taking(self, taken: Iterable[Resource]) -> Checkpoint:
        """The same with these resources as well; one that waits for its replacement has it."""
        added = {each.urn: each for each in taken}
        kept = [each for each in self.deployment.resources if not (each.pending_replacement and each.urn in added)]
        return self.with_resources(_in_order([*kept, *added.values()]))


def _in_order(resources: list[Resource]) -> list[Resource]:
    """Each after what it refers to, as the engine requires it of a state; else as they were."""
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


class _Latest(_Passed):
    stack: str
    latest: Deployment


class Backup(_Passed):
    """A state as a backend of files keeps it; the versions before 3 are of 2018 and earlier."""

    version: int = Field(ge=3)
    features: list[str] = Field(default_factory=list[str])
    checkpoint: _Latest

    @classmethod
    def of(cls, stack: str, state: Checkpoint) -> Backup:
        """The same as `pulumi stack import` would write it."""
        latest = _Latest(stack=stack, latest=state.deployment)
        return cls.model_validate({**(state.model_extra or {}), "checkpoint": latest})

    def exported(self) -> Checkpoint:
        """The same as `pulumi stack export` would write it."""
        content = {"version": self.version, "features": self.features, "deployment": self.checkpoint.latest}
        return Checkpoint.model_validate(content)


class Step(_Passed):
    """What an update would do with one resource, or a part of it."""

    op: str
    urn: _Urn
    new_state: Resource | None = Field(default=None, alias="newState")
    old_state: Resource | None = Field(default=None, alias="oldState")
    detailed_diff: dict[str, Any] | None = Field(default=None, alias="detailedDiff")
    """By property path."""
    replace_reasons: list[str] | None = Field(default=None, alias="replaceReasons")


class Diagnostic(_Passed):
    """What the program, the engine or the provider has said."""

    message: str = ""
    severity: str = "info"
    urn: str = ""


class Preview(_Passed):
    """What `pulumi preview --json` prints."""

    steps: list[Step] = Field(default_factory=list[Step])
    diagnostics: list[Diagnostic] = Field(default_factory=list[Diagnostic])
    change_summary: dict[str, int] = Field(default_factory=dict[str, int], alias="changeSummary")
    """How many resources there are for each operation, those that no step tells of included."""

    @property
    def planned(self) -> list[Resource]:
        """All that is there afterwards, as the program wants it."""
        halves = ("create-replacement", "delete-replaced")
        return [each.new_state for each in self.steps if each.new_state and each.op not in halves]

    @property
    def operations(self) -> list[str]:
        """What an update would do, in words."""
        quiet = ("same", "read", "refresh", "create-replacement", "delete-replaced")
        changes = [(each.op, each.new_state or each.old_state) for each in self.steps if each.op not in quiet]
        return [f"{op} {each.name}" for op, each in changes if each]

    @property
    def made(self) -> list[Resource]:
        """What an update would make, for the first time or anew, in its order."""
        return [each.new_state for each in self.steps if each.op in ("create", "replace") and each.new_state]


def with_provider_ids(planned: Iterable[Resource], deployment: Deployment) -> list[Resource]:
    """
    The same, with ids for the providers that the state lacks, and with references to these.

    The id of a provider is the engine's own, and known to nothing but the state.
    """
    resources = list(planned)
    ids = {each.urn: str(uuid4()) for each in frame_of(resources, deployment) if each.custom}
    return [
        each.model_copy(
            update={
                "id": ids.get(each.urn, each.id),
                "provider": f"{each.provider_urn}::{id}" if (id := ids.get(each.provider_urn)) else each.provider,
            }
        )
        for each in resources
    ]


def frame_of(planned: Iterable[Resource], deployment: Deployment) -> list[Resource]:
    """The stack, its components and providers, as far as the state lacks them: nothing else knows these."""
    known = {each.urn for each in deployment.resources}
    return [each for each in planned if (each.type.startswith("pulumi:") or not each.custom) and each.urn not in known]


def required_by(resources: Iterable[Resource], frame: Iterable[Resource]) -> list[Resource]:
    """What of a frame these resources refer to, directly or not."""
    by_urn = {each.urn: each for each in frame}
    found: dict[str, Resource] = {}
    waiting = [urn for each in resources for urn in each.refers_to]
    while waiting:
        if (each := by_urn.get(waiting.pop())) and each.urn not in found:
            found[each.urn] = each
            waiting += each.refers_to
    return list(found.values())


def candidates(planned: Iterable[Resource], deployment: Deployment) -> list[Resource]:
    """
    What may exist in Azure already, under the id that the plan gives it.

    Whatever an interrupted update has made hangs on resources that are in the state, so all of its inputs are known.
    What hangs on something else that is lost comes up in the next preview, once that is taken over.
    """
    live = {each.urn for each in deployment.resources if not each.pending_replacement}
    subscriptions = subscriptions_of(deployment.resources)
    return [
        each.model_copy(update={"id": id, "outputs": each.inputs})
        for each in planned
        if each.urn not in live
        and each.parent in live
        and live.issuperset(each.dependencies)
        and not _UNKNOWN.search(each.json_text())
        and (id := id_of(each, subscriptions))
    ]


def subscriptions_of(resources: Iterable[Resource]) -> dict[str, str]:
    """Where each provider works, by its URN: as it is configured, or else where it has made something."""
    default = os.environ.get("ARM_SUBSCRIPTION_ID", "")
    found: dict[str, str] = {}
    for each in resources:
        if each.type == "pulumi:providers:azure-native":
            found[each.urn] = str(each.inputs.get("subscriptionId", default))
        elif (made := re.match("/subscriptions/([^/]+)/", each.id)) and not found.get(each.provider_urn):
            found[each.provider_urn] = made[1]
    return found


def id_of(resource: Resource, subscriptions: Mapping[str, str]) -> str | None:
    """The id that a planned resource will have in Azure, as far as the plan tells; for types of this library."""
    path = _PATHS.get(resource.type)
    values = {**resource.inputs, "subscriptionId": subscriptions.get(resource.provider_urn)}
    if path is None:
        return None
    given = [str(values.get(name) or "") for name in _PARAMETER.findall(path)]
    return path.format(**values) if all(given) and not _UNKNOWN.search(" ".join(given)) else None


def adopted(planned: Resource, found: Resource) -> Resource:
    """
    The planned resource as it was found.

    It keeps the inputs of the plan: with what Azure has filled in, the next preview would want to take it out again.
    An operation that Azure did not finish well is begun again by the next update.
    """
    state = found.outputs.get("provisioningState", "Succeeded")
    unfinished = {} if state == "Succeeded" else {"initErrors": [f"interrupted while Azure had it as {state}"]}
    return found.model_copy(update={"inputs": planned.inputs, **unfinished})


def differences(planned: Resource, found: Resource) -> list[str]:
    """Where what exists is not what was planned: then somebody else has made it."""
    parameters = set(_PARAMETER.findall(_PATHS[planned.type]))
    wanted = {name: each for name, each in planned.inputs.items() if name not in parameters}
    return list(_differences("", wanted, found.outputs))


def _differences(path: str, planned: Any, found: Any) -> Iterator[str]:
    match planned, found:
        # Azure leaves out what is empty, or fills it in.
        case _ if not planned and not found:
            return
        case dict(), dict() | None:
            answered = cast("dict[str, Any]", found or {})
            for name, each in cast("dict[str, Any]", planned).items():
                if name not in _NOT_ANSWERED and not name.startswith("__"):
                    yield from _differences(f"{path}.{name}".lstrip("."), each, answered.get(name))
        case list(), list() if len(cast("list[Any]", planned)) == len(cast("list[Any]", found)):
            for index, pair in enumerate(zip(cast("list[Any]", planned), cast("list[Any]", found), strict=True)):
                yield from _differences(f"{path}[{index}]", *pair)
        case _:
            if _spelt(cast("object", planned)) != _spelt(cast("object", found)):
                yield path


def is_as_planned(planned: Resource, found: Resource, name: str) -> bool:
    """Whether a property of what was found under a planned resource's id is as planned."""
    if name in _PARAMETER.findall(_PATHS[planned.type]):
        return True  # the id was made from it
    wanted, there = planned.inputs[name], found.outputs.get(name, found.inputs.get(name))
    if name in _OF_ANY_KEYS:
        return (wanted or {}) == (there or {})
    if name in _UNORDERED:
        wanted, there = _ordered(wanted), _ordered(there)
    return not list(_differences(name, wanted, there))


def _ordered(value: Any) -> Any:
    match value:
        case dict():
            return {name: _ordered(each) for name, each in cast("dict[str, Any]", value).items()}
        case list():
            return sorted(cast("list[Any]", value), key=str)
        case _:
            return value


def _spelt(value: object) -> object:
    """Azure compares ids and regions without case, and regions without spaces."""
    return value.replace(" ", "").lower() if isinstance(value, str) else value
