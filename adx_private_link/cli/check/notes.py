"""
Notes on what only Azure knows: of which kind a cluster is, and on which clusters a consumer's settings take effect.

The kind of a cluster is a fact of Azure, so a check without Azure expects one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from ...facts.expected import has_storage_zones
from ...settings import ClusterKind, Settings
from ...topology.records import Topology
from ..natural_order import natural

_LISTED = 5
"""How many clusters or consumers a note names."""
_ON_NATIVES = {
    "approval": "this stack approves",
    "roles": "one endpoint serves all roles",
    "dns.ttl": "Azure writes the records, for 10 seconds",
    "dns.keep": "Azure writes the records",
}
"""What happens on native clusters, by the setting of a consumer that concerns services or record sets."""


def notes_on_kinds(settings: Settings, expected: Mapping[str, ClusterKind]) -> Iterator[str]:
    """
    Yield a note for each kind of which clusters are expected to be, and what the other kind needs.

    Args:
        settings: The settings of a stack.
        expected: The kinds of the clusters that only Azure knows, by key.
    """
    native = [key for key, kind in expected.items() if kind == "native"]
    lacking: dict[tuple[str, ...], list[str]] = {}
    for key, kind in expected.items():
        if kind == "injected" and (consumers := _without_storage_zones(settings, key)):
            lacking.setdefault(tuple(consumers), []).append(key)
    for consumers, keys in lacking.items():
        are, other = ("are", "native ones also need") if len(keys) > 1 else ("is", "a native one also needs")
        yield (
            f"{_clusters(settings, keys)} {are} checked as {_kind('injected', keys)}; {other} the storage zones in "
            f"{_listed(f'consumers.{key}.dns' for key in consumers)} (`zones_in`, or `storage_zones: made`)"
        )
    if native:
        are, other = ("are", "injected ones need") if len(native) > 1 else ("is", "an injected one needs")
        yield f"{_clusters(settings, native)} {are} checked as {_kind('native', native)}; {other} nothing else"


def notes_on_used_kinds(
    settings: Settings, expected: Mapping[str, ClusterKind], use: str, remedy: str
) -> Iterator[str]:
    """
    Yield a note for each kind of which clusters are expected to be, for commands that show something else of them.

    Args:
        settings: The settings of a stack.
        expected: The kinds of the clusters that only Azure knows, by key.
        use: What the command does with the clusters, such as `drawn`.
        remedy: How the command learns the kinds that clusters have.
    """
    keys_by_kind: dict[ClusterKind, list[str]] = {}
    for key, kind in expected.items():
        keys_by_kind.setdefault(kind, []).append(key)
    for kind, keys in keys_by_kind.items():
        are = "are" if len(keys) > 1 else "is"
        yield (f"{_clusters(settings, keys)} {are} {use} as {_kind(kind, keys)}, which the settings fit; {remedy}")


def _kind(kind: ClusterKind, keys: Collection[str]) -> str:
    return f"{kind} clusters" if len(keys) > 1 else f"{'an' if kind == 'injected' else 'a'} {kind} cluster"


def _without_storage_zones(settings: Settings, cluster: str) -> list[str]:
    """The consumers of a cluster that have zones, but none for storage accounts."""
    consumers = settings.consumers_of(cluster).items()
    return _sorted(key for key, consumer in consumers if consumer.zones and not has_storage_zones(consumer))


def notes_on_effects(settings: Settings, topology: Topology) -> Iterator[str]:
    """Yield a note for each setting of a consumer of both kinds of clusters that takes effect on one kind only."""
    for key, consumer in sorted(settings.consumers.items()):
        kinds = _kinds_of(topology, key)
        injected = [cluster for cluster, is_native in kinds.items() if not is_native]
        native = [cluster for cluster, is_native in kinds.items() if is_native]
        if not injected or not native:
            continue
        for setting in consumer.of_services:
            yield (
                f"consumers.{key}.{setting} takes effect on {_clusters(settings, injected)}; on the native "
                f"{_clusters(settings, native)}, {_ON_NATIVES[setting]}"
            )
    for key, external in sorted(settings.external_consumers.items()):
        clusters = [cluster for cluster in topology.clusters if external.connects_to(cluster)]
        native = [cluster for cluster in clusters if _is_native(topology, cluster)]
        injected = [cluster for cluster in clusters if cluster not in native]
        if external.roles and native and injected:
            yield (
                f"external_consumers.{key}.roles takes effect on {_clusters(settings, injected)}; on the native "
                f"{_clusters(settings, native)}, one connection serves all roles"
            )


def _kinds_of(topology: Topology, consumer: str) -> Mapping[str, bool]:
    """Whether each cluster of a consumer is native, by key."""
    clusters = [cluster for cluster in topology.clusters.values() if consumer in cluster.consumers]
    return {cluster.key: _is_native(topology, cluster.key) for cluster in clusters}


def _is_native(topology: Topology, cluster: str) -> bool:
    return [*topology.clusters[cluster].hosts] == ["cluster"]


def _clusters(settings: Settings, keys: Iterable[str]) -> str:
    """Clusters by their settings."""
    return _listed(f"{'hand_overs' if key in settings.hand_overs else 'clusters'}.{key}" for key in _sorted(keys))


def _sorted(keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=natural)


def _listed(settings: Iterable[str]) -> str:
    """Settings in words: `clusters.one, clusters.two and 3 more`."""
    paths = [*settings]
    more = len(paths) - _LISTED
    return ", ".join(paths[:_LISTED]) + (f" and {more} more" if more > 0 else "")
