"""What the plan of a move says before anybody is asked: what is prepared, what is missing, and who notices the move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from ...facts.records import DEAD
from ...naming.hosts import is_legacy
from ...outputs import ClusterOutput, EndpointOutput
from ...settings import ClusterSettings, ConsumerSettings, Settings
from ..access.deployed import APPROVED
from ..cluster_changes.live_cluster import LiveCluster
from ..cluster_changes.network import NetworkConfiguration
from .choices import Choices
from .direction import LEAVE, Direction
from .surroundings import ITSELF, Surroundings

_LONGEST_WAIT = 3600
"""The seconds of a TTL that people wait for in front of a terminal."""


@dataclass(frozen=True)
class Finding:
    """One line of a plan."""

    subject: str
    says: str
    blocks: bool = False
    """Whether the move must not begin before it is dealt with."""


@dataclass(frozen=True)
class Situation:
    """A cluster before its move: its settings, the stack's outputs, and what Azure has."""

    direction: Direction
    key: str
    settings: Settings
    output: ClusterOutput
    live: LiveCluster
    network: NetworkConfiguration
    surroundings: Surroundings
    pending: list[str] = field(default_factory=list[str])
    """What `pulumi up` would do now; not looked for once the cluster has moved."""

    @property
    def cluster(self) -> ClusterSettings:
        return self.settings.clusters[self.key]

    @property
    def consumers(self) -> Mapping[str, ConsumerSettings]:
        return self.settings.consumers_of(self.key)

    @property
    def has_moved(self) -> bool:
        """Whether the cluster is already where the move leads."""
        return self.direction.is_done(self.live)

    @property
    def has_withdrawn_names(self) -> bool:
        """Whether the last update withdrew the names for a bridge."""
        withdrawn = any(endpoint.idle == "public" for _, endpoint in self._endpoints)
        return withdrawn and self.cluster.names != "public"

    @property
    def is_closed(self) -> bool:
        """Whether public access is disabled."""
        return self.live.properties.get("publicNetworkAccess") == "Disabled"

    @property
    def is_published(self) -> bool:
        """Whether the last update led the names to the cluster where it is after the move."""
        if not {*self.consumers} - {*self.with_other_dns}:
            return True
        leaves = self.direction == LEAVE
        publishing = [endpoint for target, endpoint in self._endpoints if (target == "cluster") == leaves]
        return bool(publishing) and all(endpoint.hosts and not endpoint.idle for endpoint in publishing)

    @property
    def slowest_record(self) -> int:
        """The seconds for which clients may keep a name's address: the longest TTL of its records."""
        return max((consumer.zones.ttl for consumer in self.consumers.values() if consumer.zones), default=0)

    @property
    def connected_others(self) -> list[tuple[str, str]]:
        """The endpoints (ids in lower case) of others, each with what it connects to."""
        connected = self.surroundings.connected.items()
        return sorted((endpoint, target) for endpoint, target in connected if endpoint not in self.own_endpoints)

    @property
    def with_other_dns(self) -> list[str]:
        """The consumers whose names another team or tool manages."""
        return sorted(key for key, consumer in self.consumers.items() if consumer.zones is None)

    @cached_property
    def own_endpoints(self) -> frozenset[str]:
        return frozenset(endpoint.id.lower() for _, endpoint in self._endpoints)

    @property
    def _endpoints(self) -> list[tuple[str, EndpointOutput]]:
        return [item for targets in self.output.endpoints.values() for item in targets.items()]


def find_findings(situation: Situation, choices: Choices) -> list[Finding]:
    """Return all lines of the plan of a move."""
    is_leaving = situation.direction == LEAVE
    return [
        *_cluster(situation),
        *_stack(situation),
        *(_preparation(situation, choices) if is_leaving else _way_back(situation)),
        *_bridge(situation, choices),
        *_names(situation),
        *_others(situation),
        *((*_inbound(situation), *_outbound(situation)) if is_leaving else ()),
        *_locks(situation),
        *_unread(situation),
    ]


def _cluster(situation: Situation) -> Iterator[Finding]:
    live, network = situation.live, situation.network
    id, where = network.cluster, "in" if network.state == "Enabled" else "out of"
    says = f"{id.name} is {live.state}, {where} its virtual network ({_place(network)})"
    if live.state != "Running":
        says += f"; start it first: az kusto cluster start --ids {id}"
    yield Finding("cluster", says, blocks=live.state != "Running")


def _stack(situation: Situation) -> Iterator[Finding]:
    if situation.has_withdrawn_names:
        says = (
            "its names are withdrawn, as by an interrupted move: go on with `--resume`, or run `pulumi up`, which "
            "publishes them again"
        )
        yield Finding("stack", says, blocks=True)
    elif situation.pending:
        listed = ", ".join(situation.pending[:3]) + (" …" if len(situation.pending) > 3 else "")
        yield Finding("stack", f"not up to date ({listed}): run `pulumi up` first", blocks=True)


# Out of the network


def _preparation(situation: Situation, choices: Choices) -> Iterator[Finding]:
    """The cluster's own endpoints, which take effect when it leaves."""
    endpoints = {
        consumer: endpoint
        for consumer, targets in situation.output.endpoints.items()
        if (endpoint := targets.get("cluster"))
    }
    for consumer in situation.consumers:
        endpoint = endpoints.get(consumer)
        if endpoint is None:
            says = (
                "has no endpoint of the cluster itself; `pulumi up` creates it after the move, and private access is "
                "interrupted until then"
                if choices.unprepared
                else f"has no endpoint of the cluster itself: write `targets: both` in clusters.{situation.key}, and "
                "run `pulumi up`; or, if Azure does not accept such endpoints before the move, use `--unprepared`"
            )
            yield Finding(consumer, says, blocks=not choices.unprepared)
            continue
        state = situation.surroundings.connections.get(endpoint.id.lower(), "not listed by the cluster")
        ready = "prepared" if state == APPROVED else "not ready: approve its connection, then run `pulumi up`"
        if state in DEAD:
            urn = f"**PrivateEndpoint::{situation.key}.{consumer}.cluster"
            ready = f"not ready: Azure cannot bring it back, so run `pulumi up --replace '{urn}'`"
        yield Finding(consumer, f"{ready} ({_name(endpoint.id)}, {state})", blocks=state != APPROVED)


# Back


def _way_back(situation: Situation) -> Iterator[Finding]:
    if situation.cluster.targets != "both":
        yield Finding(
            "settings",
            f"write `targets: both` in clusters.{situation.key}: after the return, `pulumi up` publishes private link "
            "services again",
            blocks=True,
        )
    for id in situation.surroundings.missing:
        yield Finding("network", f"{id} does not exist any more, and the cluster needs it to return", blocks=True)
    for service in situation.surroundings.detached:
        others = [endpoint for endpoint, target in situation.connected_others if target == service]
        if others:
            yield Finding(
                "services",
                f"{service} has lost its load balancer, so it must be replaced, and Azure does not delete it while "
                f"endpoints of others are connected ({', '.join(others)}): remove these first (`adx-private-link "
                f"release {service}`)",
                blocks=True,
            )
    yield Finding(
        "services",
        "private link services of load balancers that Azure deleted are created again, with other aliases",
    )
    yield Finding(
        "retirement",
        "Azure took no new clusters into virtual networks since February 2025; its documentation still describes this "
        "way back, and no source says that it still works",
    )


# Both


def _bridge(situation: Situation, choices: Choices) -> Iterator[Finding]:
    """The public endpoint, which clients can use while the private ones lead nowhere."""
    ranges = cast("list[str]", situation.live.properties.get("allowedIpRangeList") or [])
    links = sorted(
        {
            f"{key}.{name}"
            for key, consumer in situation.consumers.items()
            if consumer.zones
            for name, link in {**consumer.zones.links, **consumer.zones.link_existing}.items()
            if link.resolution_policy == "Default"
        }
    )
    if not choices.bridge:
        says = "none: clients have no access from the move until `pulumi up` is done and they ask for the names again"
        if not situation.is_closed and not links:
            says += " (`--bridge` lets them use the public endpoint meanwhile)"
        yield Finding("bridge", says)
    elif situation.is_closed:
        yield Finding(
            "bridge", "public access is disabled, so there is none: open it, or leave --bridge out", blocks=True
        )
    elif links:
        yield Finding(
            "bridge",
            f"links without NxDomainRedirect ({', '.join(links)}): their clients would get no answer without records",
            blocks=True,
        )
    elif situation.slowest_record > _LONGEST_WAIT:
        yield Finding(
            "bridge",
            f"would wait {situation.slowest_record} s until clients have forgotten the private addresses: write a "
            f"shorter `dns.ttl`, run `pulumi up`, and begin {situation.slowest_record} s later",
            blocks=True,
        )
    else:
        allowed = f"; only from {', '.join(ranges)}" if ranges else ""
        yield Finding(
            "bridge",
            f"clients use the public endpoint, from {situation.slowest_record} s before the move until `pulumi up` is "
            f"done{allowed}; firewalls of their networks must let them, and network security groups of the cluster's "
            "subnet before the move (not checked here)",
        )


def _names(situation: Situation) -> Iterator[Finding]:
    if situation.consumers:
        yield Finding("names", f"clients keep addresses for up to {situation.slowest_record} s (`dns.ttl`)")
    if situation.with_other_dns:
        yield Finding(
            "names",
            f"another DNS has those of {', '.join(situation.with_other_dns)}: its owners change the addresses right "
            "after the move (`adx-private-link dns export`), and withdraw them before it for a bridge",
        )
    legacy = sorted(
        {
            f"{host} ({consumer})"
            for consumer, targets in situation.output.endpoints.items()
            for endpoint in targets.values()
            for host in endpoint.hosts
            if is_legacy(host)
        }
    )
    cluster = situation.network.cluster.name
    if legacy:
        yield Finding("names", f"published for networks of injected clusters, and they move, too: {', '.join(legacy)}")
    elif situation.direction == LEAVE:
        yield Finding(
            "names",
            f"clients in the cluster's own network that use private-{cluster}… or ingest-private-{cluster}… should use "
            "its own names first",
        )


def _others(situation: Situation) -> Iterator[Finding]:
    is_leaving = situation.direction == LEAVE
    for endpoint, target in situation.connected_others:
        if (target != ITSELF) == is_leaving:
            yield Finding(
                "others",
                f"{endpoint} ({target}) is not of this stack and loses access: hand the cluster over again "
                "(`pulumi stack output hand_overs`); its team runs `pulumi up` after the move",
            )


def _inbound(situation: Situation) -> Iterator[Finding]:
    """Who reaches the cluster once no network security group is before it."""
    if not situation.is_closed and not situation.live.properties.get("allowedIpRangeList"):
        yield Finding(
            "inbound",
            "network security groups no longer protect it: everyone reaches its public address after the move, where "
            "roles in the cluster decide; write `public_access`, and run `adx-private-link lock-down` right after it",
        )


def _outbound(situation: Situation) -> Iterator[Finding]:
    """What the cluster reaches by its place in the network, or by its addresses."""
    around = situation.surroundings
    if around.service_endpoints:
        yield Finding(
            "outbound",
            f"service endpoints of its subnet stop working ({', '.join(around.service_endpoints)}): use managed "
            "private endpoints or trusted services first",
        )
    if around.addresses:
        yield Finding("outbound", f"allow lists with its addresses stop working ({', '.join(around.addresses)})")


def _unread(situation: Situation) -> Iterator[Finding]:
    if unread := situation.surroundings.unread:
        yield Finding(
            "not read",
            f"the user of `az` may not read {', '.join(unread)}: endpoints of others, service endpoints, addresses and "
            "locks there are not in this plan (`adx-private-link rights --for migration` prints the role)",
        )


def _locks(situation: Situation) -> Iterator[Finding]:
    for lock in situation.surroundings.locks:
        blocks = lock.level == "ReadOnly"
        says = "forbids deletions, and Azure may delete the cluster's load balancers: remove it for the move"
        if blocks:
            says = "forbids the change: remove it for the move"
        yield Finding("locks", f"{lock.id} ({lock.level}) {says}", blocks)
    protected = [name for name in ("lock", "protect") if getattr(situation.cluster, name)]
    if protected:
        yield Finding(
            "locks",
            f"the services are protected (`{'`, `'.join(protected)}`): set it to false and run `pulumi up` before "
            "`targets: cluster` deletes them",
        )


def _place(network: NetworkConfiguration) -> str:
    return f"subnet {subnet.network.name}/{subnet.name}" if (subnet := network.subnet) else network.subnet_id


def _name(id: str) -> str:
    return id.rsplit("/", 1)[-1]
