"""Keys that were renamed without `formerly`: the engine deletes and creates one object in one update."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace

from ...naming.logical import ApprovalName, EndpointName, ServiceName, ZoneGroupName, alert_name, lock_name
from .plan import Renames
from .resources import PlannedResource
from .values import text, texts

_WHOLE = "AdxPrivateLink"
_SERVICES = "ClusterServices"
_CONSUMER = "ConsumerEndpoints"

_Pair = tuple[PlannedResource, PlannedResource]


def merge_renamed(resources: Mapping[str, PlannedResource]) -> tuple[dict[str, PlannedResource], Renames]:
    """
    The resources, each renamed object as one that is replaced, and the renamed keys.

    A cluster is recognised by its id, or else by its hosts; a consumer by its cluster and subnet; an external consumer
    by the names of its connections. Nothing is merged where two objects of either key match.
    """
    search = _Search(resources)
    pairs = {new.urn: (old, new) for old, new in search.pairs()}
    deleted = {old.urn for old, _ in pairs.values()}
    merged = {
        urn: _merge(*pairs[urn]) if urn in pairs else resource
        for urn, resource in resources.items()
        if urn not in deleted
    }
    return merged, search.renames


def _merge(old: PlannedResource, new: PlannedResource) -> PlannedResource:
    is_replaced = new.kind in ("PrivateEndpoint", "PrivateLinkService", "PrivateDnsZoneGroup")
    return replace(new, operation="replace" if is_replaced else "update", old=old.old, is_renamed=True)


class _Search:
    """Finds pairs of one resource that is deleted and one that is created."""

    def __init__(self, resources: Mapping[str, PlannedResource]) -> None:
        self.renames = Renames()
        self._resources = resources
        self._by_kind: dict[str, list[PlannedResource]] = {}
        self._by_parent: dict[str, list[PlannedResource]] = {}
        for resource in resources.values():
            if resource.is_ours:
                self._by_kind.setdefault(resource.kind, []).append(resource)
                self._by_parent.setdefault(resource.parent, []).append(resource)

    def pairs(self) -> Iterator[_Pair]:
        yield from self._clusters()
        yield from self._consumers()
        for services in self._by_kind.get(_SERVICES, ()):
            approvals = [child for child in self._by_parent.get(services.urn, ()) if child.kind == "Deployment"]
            yield from _pairs(approvals, _approved_connections)

    def _clusters(self) -> Iterator[_Pair]:
        for kind in (_WHOLE, _SERVICES):
            for old, new in _pairs(self._by_kind.get(kind, ()), self._cluster_identity):
                if (old_key := old.cluster_key) != (new_key := new.cluster_key):
                    self.renames.clusters[new_key] = old_key
                    yield old, new
                    yield from self._children(old, new)

    def _consumers(self) -> Iterator[_Pair]:
        consumers = self._by_kind.get(_CONSUMER, ())
        staying = {consumer.consumer_key for consumer in consumers if consumer.old and consumer.new}
        for old, new in _pairs(consumers, self._consumer_identity):
            old_key, new_key = old.consumer_key, new.consumer_key
            # A key that stays at another cluster is not renamed: two consumers have swapped clusters.
            if old_key == new_key or not staying & {old_key, new_key}:
                if old_key != new_key:
                    self.renames.consumers[new_key] = old_key
                yield old, new
                yield from self._children(old, new)

    def _children(self, old: PlannedResource, new: PlannedResource) -> Iterator[_Pair]:
        """The resources that are the same part of two components."""
        old_parts = {part: child for child, part in self._parts(old)}
        for child, part in self._parts(new):
            counterpart = old_parts.get(part)
            if counterpart and (counterpart.operation, child.operation) == ("delete", "create"):
                yield counterpart, child

    def _parts(self, component: PlannedResource) -> list[tuple[PlannedResource, Hashable]]:
        """The resources of a component, with what each is in it, whatever the component's key."""
        children = [
            child for child in self._by_parent.get(component.urn, ()) if child.kind not in (_SERVICES, _CONSUMER)
        ]
        parts: dict[str, Hashable] = {child.name: (child.kind, _part(child, component)) for child in children}
        beside = {lock_name(name): ("lock", part) for name, part in parts.items()}
        beside |= {alert_name(name): ("alert", part) for name, part in parts.items()}
        return [(child, beside.get(child.name, parts[child.name])) for child in children]

    def _cluster_identity(self, component: PlannedResource) -> Hashable:
        whole = self._resources.get(component.parent)
        described = whole if whole and whole.kind == _WHOLE else component
        if id := text(described.input("cluster")):
            return id.lower()
        hosts = (text(described.input("hosts", role)) for role in ("engine", "ingestion"))
        return tuple(host.lower() for host in hosts if host) or None

    def _consumer_identity(self, consumer: PlannedResource) -> Hashable:
        whole = self._resources.get(consumer.parent)
        endpoints = [child for child in self._by_parent.get(consumer.urn, ()) if child.kind == "PrivateEndpoint"]
        subnets = {id.lower() for endpoint in endpoints if (id := text(endpoint.input("subnet", "id")))}
        is_in_whole = whole and whole.kind == _WHOLE
        cluster = self._cluster_identity(consumer) if is_in_whole else consumer.cluster_key
        return (cluster, *sorted(subnets)) if cluster and subnets else None


def _pairs(resources: Iterable[PlannedResource], identify: Callable[[PlannedResource], Hashable]) -> Iterator[_Pair]:
    """The deleted and the created resource of each identity, where there is exactly one of each."""
    deleted: dict[Hashable, list[PlannedResource]] = {}
    created: dict[Hashable, list[PlannedResource]] = {}
    for resource in resources:
        if resource.operation in ("create", "delete") and (identity := identify(resource)):
            (created if resource.operation == "create" else deleted).setdefault(identity, []).append(resource)
    for identity, new in created.items():
        old = deleted.get(identity, [])
        if len(new) == len(old) == 1:
            yield old[0], new[0]


def _approved_connections(approval: PlannedResource) -> Hashable:
    """The target and the connections of an external consumer's approval; None where there are no connections."""
    names = texts(approval.input("properties", "parameters", "connections", "value"))
    name = ApprovalName.parse(approval.name)
    return (name.target, *sorted(connection.lower() for connection in names)) if names and name else None


def _part(child: PlannedResource, component: PlannedResource) -> Hashable:
    """The part of a logical name that does not come from the key of its component."""
    match child.kind:
        case "PrivateLinkService":
            service = ServiceName.parse(child.name)
            return service.target if service else child.name
        case "PrivateEndpoint":
            endpoint = EndpointName.parse(child.name)
            return endpoint.target if endpoint else child.name
        case "PrivateDnsZoneGroup":
            group = ZoneGroupName.parse(child.name)
            return group.target if group else child.name
        case "Deployment" if approval := ApprovalName.parse(child.name):
            return approval.target if component.kind == _CONSUMER else (approval.consumer, approval.target)
        case "DiagnosticSetting":
            return None  # a cluster has one
        case _:
            return child.name
