"""Managed private endpoints: the private endpoints that a cluster itself has to its sources of data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from ..resource_ids import ClusterId, EventHubsNamespaceId, IotHubId, SqlServerId, StorageAccountId, VaultId
from .keys import Key
from .section import Section, reject
from .value_types import EndpointName, Location

ManagedGroup = Literal["blob", "dfs", "namespace", "iotHub", "vault", "sqlServer", "cluster"]
"""The part of a target that a managed private endpoint connects to."""

ManagedTargetId = StorageAccountId | EventHubsNamespaceId | IotHubId | VaultId | SqlServerId | ClusterId
"""The id of what a managed private endpoint connects to."""

_TargetType = (
    type[StorageAccountId]
    | type[EventHubsNamespaceId]
    | type[IotHubId]
    | type[VaultId]
    | type[SqlServerId]
    | type[ClusterId]
)

GROUPS: Mapping[_TargetType, tuple[ManagedGroup, ...]] = {
    StorageAccountId: ("blob", "dfs"),
    EventHubsNamespaceId: ("namespace",),
    IotHubId: ("iotHub",),
    VaultId: ("vault",),
    SqlServerId: ("sqlServer",),
    ClusterId: ("cluster",),
}
"""
The groups of each kind of target.

Source: MicrosoftDocs, dataexplorer-docs, security-network-managed-private-endpoint-create.md.
"""


def parse_managed_target(value: object) -> ManagedTargetId:
    """Parse the id of a target. Its type says which kind is meant, so an error is about that one only."""
    if isinstance(value, tuple(GROUPS)):
        return value
    parts = value.strip().lower().split("/") if isinstance(value, str) else []
    for kind in GROUPS:
        if parts[6:8] == [part.lower() for part in kind.types]:
            return kind.parse(value)
    raise PydanticCustomError(
        "managed_target",
        "is not the resource id of a target that clusters have managed private endpoints to",
        {"remedy": f"write that of {', '.join(kind.kind for kind in [*GROUPS][:-1])} or {[*GROUPS][-1].kind}"},
    )


_Target = Annotated[ManagedTargetId, PlainValidator(parse_managed_target, json_schema_input_type=ManagedTargetId)]


class ManagedEndpointSettings(Section):
    """One managed private endpoint: the cluster reaches its target through it, in a network of Azure's own."""

    target: _Target = Field(
        description="Resource id of the storage account, Event Hubs namespace, IoT hub, key vault, SQL server or other "
        "cluster. A change replaces the managed private endpoint.",
    )
    group: ManagedGroup | None = Field(
        default=None,
        description="The part of the target: `blob` or `dfs` of a storage account, and `dfs` needs one for `blob` as "
        "well; of an Event Hubs namespace `namespace`, of an IoT hub `iotHub`, of a key vault `vault`, of a SQL server "
        "`sqlServer`, of a cluster `cluster`. Default: the only one of its kind. A change replaces the managed private "
        "endpoint.",
    )
    region: Location | None = Field(
        default=None,
        description="Region of the target. Default: as Azure shows it, or that of the cluster where this identity "
        "cannot read the target. A change replaces the managed private endpoint.",
    )
    approve: bool = Field(
        default=True,
        strict=True,
        description="Whether this stack approves the connection on the target. Otherwise the target's owner does, and "
        "the state of the connection is known only for targets in subscriptions that this stack works in.",
    )
    name: EndpointName | None = Field(
        default=None,
        description="Name of the managed private endpoint. Default: `mpe-{cluster key}-{key}`. A change replaces it.",
    )
    formerly: Key | None = Field(
        default=None, description="The former key, under which it was created: no resource is renamed."
    )

    @model_validator(mode="after")
    def _has_group_of_target(self) -> Self:
        groups = self._groups
        if self.group is None and len(groups) > 1:
            remedy = f"write {' or '.join(f'`{group}`' for group in groups)}"
            reject("group", f"is missing, and {self.target.kind} has several", remedy, is_missing=True)
        if self.group is not None and self.group not in groups:
            remedy = f"write {' or '.join(f'`{group}`' for group in groups)}"
            reject("group", f"is {self.group}, which {self.target.kind} does not have", remedy)
        return self

    @property
    def _groups(self) -> tuple[ManagedGroup, ...]:
        return next(groups for kind, groups in GROUPS.items() if isinstance(self.target, kind))

    @property
    def group_id(self) -> ManagedGroup:
        """The part of the target that it connects to."""
        return self.group or self._groups[0]


def check_managed_endpoints(endpoints: Mapping[str, ManagedEndpointSettings], cluster: ClusterId | None) -> None:
    """Check that the managed private endpoints of a cluster go together, and with the cluster."""
    if endpoints and cluster is None:
        remedy = "write the `id` of the cluster as well, because they are below it; or remove them"
        reject("managed_endpoints", "needs the cluster's `id`", remedy)
    connected: dict[tuple[str, ManagedGroup], str] = {}
    names: dict[str, str] = {}
    for key, endpoint in endpoints.items():
        path, target = f"managed_endpoints.{key}", endpoint.target
        if target.is_same(cluster):
            reject(f"{path}.target", "is the cluster itself", "write the id of another cluster")
        other = connected.setdefault((target.key, endpoint.group_id), key)
        if other != key:
            message = f"connects to the same target and group as managed_endpoints.{other}"
            reject(path, message, "remove one of the two")
        other = names.setdefault((endpoint.formerly or key).lower(), key)
        if other != key:
            message = f"would have the same names as managed_endpoints.{other}"
            reject(f"{path}.formerly" if endpoint.formerly else path, message, "choose a key that is not used already")
    for key, endpoint in endpoints.items():
        if endpoint.group_id == "dfs" and (endpoint.target.key, "blob") not in connected:
            reject(
                f"managed_endpoints.{key}.group",
                "is `dfs`, which works only beside `blob` of the same storage account",
                "write another managed private endpoint with the same target and `group: blob`",
            )
