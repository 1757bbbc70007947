"""Keys that were renamed without `formerly`: one object, deleted and created again in one update."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from .change import Change, text, texts

_WHOLE = "AdxPrivateLink"
_SERVICES = "ClusterServices"
_SIDE = "ConsumerEndpoints"

_Pair = tuple[Change, Change]


@dataclass
class Renames:
    """New keys, and what they were before."""

    clusters: dict[str, str] = field(default_factory=dict[str, str])
    consumers: dict[str, str] = field(default_factory=dict[str, str])


def merged(changes: Mapping[str, Change]) -> tuple[dict[str, Change], Renames]:
    """
    The changes, each renamed object as one that is replaced, and the keys that were renamed.

    A cluster is known by its id, or else by its hosts; a consumer by its cluster and subnet; connections of an external
    consumer by their names. Where two of either could be meant, none is.
    """
    finding = _Finding(changes)
    pairs = {new.urn: (old, new) for old, new in finding.pairs()}
    gone = {old.urn for old, _ in pairs.values()}
    kept = {urn: _merge(*pairs[urn]) if urn in pairs else each for urn, each in changes.items() if urn not in gone}
    return kept, finding.renames


def _merge(old: Change, new: Change) -> Change:
    is_replaced = new.kind in ("PrivateEndpoint", "PrivateLinkService")
    return replace(new, doing="replace" if is_replaced else "update", before=old.before, is_renamed=True)


class _Finding:
    """Pairs of what goes and what comes."""

    def __init__(self, changes: Mapping[str, Change]) -> None:
        self.renames = Renames()
        self._changes = changes
        self._by_kind: dict[str, list[Change]] = {}
        self._by_parent: dict[str, list[Change]] = {}
        for each in changes.values():
            if each.is_ours:
                self._by_kind.setdefault(each.kind, []).append(each)
                self._by_parent.setdefault(each.parent, []).append(each)

    def pairs(self) -> Iterator[_Pair]:
        yield from self._clusters()
        yield from self._consumers()
        for services in self._by_kind.get(_SERVICES, ()):
            approvals = [each for each in self._by_parent.get(services.urn, ()) if each.kind == "Deployment"]
            yield from _pairs(approvals, _approved)

    def _clusters(self) -> Iterator[_Pair]:
        for kind in (_WHOLE, _SERVICES):
            for old, new in _pairs(self._by_kind.get(kind, ()), self._cluster):
                if (before := _key(old)) != (after := _key(new)):
                    self.renames.clusters[after] = before
                    yield old, new
                    yield from self._children(old, new)

    def _consumers(self) -> Iterator[_Pair]:
        sides = self._by_kind.get(_SIDE, ())
        staying = {_consumer(each) for each in sides if each.before and each.after}
        for old, new in _pairs(sides, self._side):
            before, after = _consumer(old), _consumer(new)
            # A key that stays elsewhere is no renamed one: two consumers have swapped something.
            if before == after or not staying & {before, after}:
                if before != after:
                    self.renames.consumers[after] = before
                yield old, new
                yield from self._children(old, new)

    def _children(self, old: Change, new: Change) -> Iterator[_Pair]:
        """What lies in both, by what follows their own names."""
        there = {(each.kind, _rest(each, old)): each for each in self._by_parent.get(old.urn, ())}
        for child in self._by_parent.get(new.urn, ()):
            known = there.get((child.kind, _rest(child, new)))
            if known and known.doing == "delete" and child.doing == "create" and child.kind not in (_SERVICES, _SIDE):
                yield known, child

    def _cluster(self, component: Change) -> Hashable:
        """What the cluster of a component is known by."""
        whole = self._changes.get(component.parent)
        described = whole if whole and whole.kind == _WHOLE else component
        if id := text(described.input("cluster")):
            return id.lower()
        hosts = (text(described.input("hosts", role)) for role in ("engine", "ingestion"))
        return tuple(each.lower() for each in hosts if each) or None

    def _side(self, side: Change) -> Hashable:
        whole = self._changes.get(side.parent)
        endpoints = [each for each in self._by_parent.get(side.urn, ()) if each.kind == "PrivateEndpoint"]
        subnets = {found.lower() for each in endpoints if (found := text(each.input("subnet", "id")))}
        cluster = self._cluster(side) if whole and whole.kind == _WHOLE else side.name.partition(".")[0]
        return (cluster, *sorted(subnets)) if cluster and subnets else None


def _pairs(changes: Iterable[Change], identity: Callable[[Change], Hashable]) -> Iterator[_Pair]:
    """The one that is deleted and the one that is created of each identity, if there is one of each."""
    gone: dict[Hashable, list[Change]] = {}
    come: dict[Hashable, list[Change]] = {}
    for each in changes:
        if each.doing in ("create", "delete") and (known_by := identity(each)):
            (come if each.doing == "create" else gone).setdefault(known_by, []).append(each)
    for known_by, created in come.items():
        deleted = gone.get(known_by, [])
        if len(created) == len(deleted) == 1:
            yield deleted[0], created[0]


def _approved(approval: Change) -> Hashable:
    """The role and the connections of an external consumer's approval; None where there are none."""
    names = texts(approval.input("properties", "parameters", "connections", "value"))
    role = approval.name.removesuffix(".approval").rpartition(".")[2]
    return (role, *sorted(each.lower() for each in names)) if names else None


def _key(component: Change) -> str:
    return component.name.partition(".")[0]


def _consumer(side: Change) -> str:
    return text(side.input("consumer")) or side.name.rpartition(".")[2]


def _rest(child: Change, parent: Change) -> str:
    return child.name.removeprefix(parent.name)
