"""Keys that were renamed without `formerly`: the engine deletes and creates one object in one update."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace

from .logical_names import below, cluster_in, consumer_in, role_in
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
    is_replaced = new.kind in ("PrivateEndpoint", "PrivateLinkService")
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
                if (old_key := cluster_in(old.name)) != (new_key := cluster_in(new.name)):
                    self.renames.clusters[new_key] = old_key
                    yield old, new
                    yield from self._children(old, new)

    def _consumers(self) -> Iterator[_Pair]:
        consumers = self._by_kind.get(_CONSUMER, ())
        staying = {_consumer_key(consumer) for consumer in consumers if consumer.old and consumer.new}
        for old, new in _pairs(consumers, self._consumer_identity):
            old_key, new_key = _consumer_key(old), _consumer_key(new)
            # A key that stays at another cluster is not renamed: two consumers have swapped clusters.
            if old_key == new_key or not staying & {old_key, new_key}:
                if old_key != new_key:
                    self.renames.consumers[new_key] = old_key
                yield old, new
                yield from self._children(old, new)

    def _children(self, old: PlannedResource, new: PlannedResource) -> Iterator[_Pair]:
        """The resources of two components whose names differ only by the component's own name."""
        old_children = {(child.kind, below(child.name, old.name)): child for child in self._by_parent.get(old.urn, ())}
        for child in self._by_parent.get(new.urn, ()):
            counterpart = old_children.get((child.kind, below(child.name, new.name)))
            is_pair = counterpart and (counterpart.operation, child.operation) == ("delete", "create")
            if counterpart and is_pair and child.kind not in (_SERVICES, _CONSUMER):
                yield counterpart, child

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
        cluster = self._cluster_identity(consumer) if is_in_whole else cluster_in(consumer.name)
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
    """The role and the connections of an external consumer's approval; None where there are no connections."""
    names = texts(approval.input("properties", "parameters", "connections", "value"))
    return (role_in(approval.name), *sorted(name.lower() for name in names)) if names else None


def _consumer_key(consumer: PlannedResource) -> str:
    return text(consumer.input("consumer")) or consumer_in(consumer.name)
