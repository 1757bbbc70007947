"""Managed private endpoints: those of every cluster, and the approvals of their connections on the targets."""

from __future__ import annotations

from collections.abc import Sequence

from ..facts.described import described_facts
from ..facts.managed_connections import find_connection
from ..facts.records import DEAD, ClusterFacts, ManagedEndpointFacts, ManagedTargetFacts, Unreadable
from ..naming.azure import cluster_naming_key, naming_key
from ..naming.logical import ManagedEndpointName
from ..naming.managed_endpoints import managed_approval_name, managed_endpoint_ids, naming_key_of, request_message
from ..resource_ids import ClusterId, ManagedEndpointId
from ..settings import ManagedEndpointSettings
from .planning import Planning
from .records import ApprovalNode, ManagedEndpointNode, NamedInManagedEndpoint, Place

_RUNNING = ("Running", "Updating", "Migrated")
"""States in which a cluster takes managed private endpoints (Azure/azure-rest-api-specs, specification/azure-kusto)."""


def plan_managed_endpoints(planning: Planning, cluster: str, location: str) -> tuple[ManagedEndpointNode, ...]:
    """
    Plan the managed private endpoints of a cluster.

    Args:
        planning: The planning.
        cluster: The key of the cluster.
        location: Its region.
    """
    holders: dict[str, str] = {}
    nodes: list[ManagedEndpointNode] = []
    for key, id in managed_endpoint_ids(planning.settings, cluster).items():
        holder = holders.setdefault(id.key, key)
        if holder != key:
            planning.report(
                f"{_path(cluster, key)}.name",
                f"is the name of managed_endpoints.{holder} as well",
                "give one of them another name",
                id.name,
            )
        node = _Planner(planning, cluster, location, key, id).plan()
        if node is not None:
            nodes.append(node)
    return tuple(nodes)


def managed_endpoint_warnings(
    planning: Planning, cluster: str, nodes: Sequence[ManagedEndpointNode]
) -> tuple[str, ...]:
    """Return what to know of the managed private endpoints of a cluster, although they can be deployed."""
    warnings = (_connection_warning(cluster, node) for node in nodes)
    return (*(_effect_warnings(planning, cluster, nodes) if nodes else ()), *filter(None, warnings))


def _effect_warnings(planning: Planning, cluster: str, nodes: Sequence[ManagedEndpointNode]) -> tuple[str, ...]:
    """
    In an injected cluster, they take effect once it has left its virtual network.

    Source: MicrosoftDocs, dataexplorer-docs, security-network-migrate-vnet-to-private-endpoint.md.
    """
    facts = _cluster_facts(planning, cluster)
    if facts is None or facts.is_native:
        return ()
    warning = (
        f"clusters.{cluster}.managed_endpoints: {nodes[0].id.names[0]} is in a virtual network: its managed private "
        "endpoints can be created and approved, but they take effect only after the cluster has left the network."
    )
    return (warning,)


def _connection_warning(cluster: str, node: ManagedEndpointNode) -> str | None:
    path, target = _path(cluster, node.key), node.target.name
    if node.is_new:
        return None if node.approval else f"{path}: the owner of {target} must approve the new connection there."
    if not node.is_visible:
        return None
    replace = f"replace it: `pulumi up --replace '**{node.logical_name}'`, after the owner of {target} agrees"
    if node.state is None:
        return f"{path}: {target} lists no connection of {node.id.name}, so the cluster cannot use it; {replace}."
    if node.state in DEAD:
        return (
            f"{path}: the connection of {node.id.name} to {target} is {node.state}, and Azure cannot bring it back; "
            f"{replace}."
        )
    if node.state != "Approved" and node.approval is None:
        return (
            f"{path}: the connection of {node.id.name} to {target} is {node.state}: it waits for approval by the "
            f"owner of {target}."
        )
    return None


def _path(cluster: str, key: str) -> str:
    return f"clusters.{cluster}.managed_endpoints.{key}"


def _cluster_facts(planning: Planning, cluster: str) -> ClusterFacts | None:
    facts = described_facts(planning.settings.clusters[cluster]) or planning.facts.cluster(cluster)
    return facts if isinstance(facts, ClusterFacts) else None


class _Planner:
    """The planning of one managed private endpoint."""

    def __init__(self, planning: Planning, cluster: str, location: str, key: str, id: ManagedEndpointId) -> None:
        self.planning = planning
        self.cluster = cluster
        self.location = location
        self.key = key
        self.id = id
        self.settings: ManagedEndpointSettings = planning.settings.clusters[cluster].managed_endpoints[key]
        self.path = _path(cluster, key)

    def plan(self) -> ManagedEndpointNode | None:
        """Plan it; None where it cannot be planned."""
        target, deployed = self._target(), self._deployed()
        self._check_region(target)
        self._check_renamed()
        region = self._region(target, deployed)
        same = self._as_deployed(deployed, region)
        is_new = deployed is None or deployed.has_failed or not {"target", "group", "region"} <= {*same}
        if is_new:
            self._check_cluster_runs()
        message = (deployed.request_message if deployed and not is_new else "") or self._request_message
        return ManagedEndpointNode(
            key=self.key,
            logical_name=str(self._logical_name),
            id=self.id,
            target=self.settings.target,
            group=self.settings.group_id,
            region=region,
            request_message=message,
            approval=self._approval(),
            is_visible=target is not None or (self.settings.approve and self._is_unknown),
            state=None if is_new or target is None else self._state(target, message),
            is_new=is_new,
            as_deployed=same,
        )

    @property
    def _naming_key(self) -> str:
        return naming_key(self.key, self.settings)

    @property
    def _cluster_id(self) -> ClusterId:
        id = self.planning.settings.clusters[self.cluster].id
        assert id is not None
        return id

    @property
    def _logical_name(self) -> ManagedEndpointName:
        return ManagedEndpointName(cluster_naming_key(self.planning.settings, self.cluster), self._naming_key)

    @property
    def _request_message(self) -> str:
        return request_message(self._cluster_id, self._naming_key)

    def _approval(self) -> ApprovalNode | None:
        if not self.settings.approve:
            return None
        target = self.settings.target
        place = Place(target.subscription, target.resource_group, self.location)
        name = managed_approval_name(self._cluster_id, self._naming_key)
        return ApprovalNode(str(self._logical_name.approval), name, place)

    # Facts

    @property
    def _is_unknown(self) -> bool:
        """Whether nothing was asked about the target."""
        return self.settings.target.key not in self.planning.facts.managed_targets

    def _target(self) -> ManagedTargetFacts | None:
        """The facts of the target; one that cannot be read is a problem where this stack has to approve."""
        target = self.settings.target
        facts = self.planning.facts.managed_targets.get(target.key)
        if not isinstance(facts, Unreadable):
            return facts
        if self.settings.approve or facts.not_found:
            self.planning.report_unreadable(f"{self.path}.target", facts, target.kind, str(target))
        return None

    def _deployed(self) -> ManagedEndpointFacts | None:
        facts = self.planning.facts.managed_endpoints.get(self.id.key)
        if isinstance(facts, Unreadable):
            what = f"managed private endpoint {self.id.name}"
            self.planning.report_unreadable(self.path, facts, what, str(self.id))
            return None
        return facts

    def _state(self, target: ManagedTargetFacts, message: str) -> str | None:
        connection = find_connection(target.connections, self.id.name, message)
        return connection.state if connection else None

    def _region(self, target: ManagedTargetFacts | None, deployed: ManagedEndpointFacts | None) -> str | None:
        """The region of a target elsewhere. A target that cannot be read any more changes nothing."""
        if target is not None and target.location:
            return None if target.location == self.location else target.location
        if self.settings.region:
            return None if self.settings.region == self.location else self.settings.region
        if deployed and self.settings.target.key == deployed.target_id.lower():
            return deployed.region or None
        return None

    def _as_deployed(
        self, deployed: ManagedEndpointFacts | None, region: str | None
    ) -> tuple[NamedInManagedEndpoint, ...]:
        if deployed is None:
            return ()
        same: list[NamedInManagedEndpoint] = []
        if self.settings.target.key == deployed.target_id.lower():
            same.append("target")
        if self.settings.group_id.lower() == deployed.group.lower():
            same.append("group")
        if (region or self.location) == (deployed.region or self.location):
            same.append("region")
        former = (
            managed.id
            for managed in self.planning.facts.former.managed_endpoints
            if (managed.cluster, managed.key) == (self.cluster, self.key)
        )
        if self.id.is_same(next(former, self.id)):
            same.append("name")
        return tuple(same)

    # Checks

    def _check_region(self, target: ManagedTargetFacts | None) -> None:
        region = self.settings.region
        if target is not None and target.location and region not in (None, target.location):
            message = f"is not the region of {self.settings.target.name}, which is in {target.location}"
            self.planning.report(f"{self.path}.region", message, "remove it: Azure shows the region", region)

    def _check_cluster_runs(self) -> None:
        """Azure rejects writes below a cluster that does not run."""
        facts = _cluster_facts(self.planning, self.cluster)
        if facts is not None and facts.state not in _RUNNING:
            id = self._cluster_id
            self.planning.report(
                self.path,
                f"is new, and {id.name} is {facts.state}: Azure accepts it only while the cluster runs",
                f"run `az kusto cluster start --ids {id}`, or remove the setting for now",
            )

    def _check_renamed(self) -> None:
        """A renamed key is another resource: for a while, two would connect to one target and group."""
        former = [
            managed for managed in self.planning.facts.former.managed_endpoints if managed.cluster == self.cluster
        ]
        present = self.planning.settings.clusters[self.cluster].managed_endpoints
        if self.settings.formerly or self.key in {managed.key for managed in former}:
            return
        for managed in former:
            same = (managed.target, managed.group) == (self.settings.target.key, self.settings.group_id)
            if managed.key not in present and same:
                cluster = cluster_naming_key(self.planning.settings, self.cluster)
                self.planning.report(
                    self.path,
                    f"is what this stack deployed as managed_endpoints.{managed.key}: under another name, it would be "
                    "created before the old one is deleted, with the same target and group",
                    f"write `formerly: {naming_key_of(cluster, managed.id.name) or managed.key}`, and every name "
                    "stays; or, for new names, remove it, run `pulumi up`, then write it again",
                )
