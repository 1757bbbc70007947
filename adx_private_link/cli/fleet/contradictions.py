"""Contradictions within an inventory: what its models, each by itself, cannot see."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ...problems import Problem
from .inventory import ConsumerEntry, Inventory


def find_contradictions(inventory: Inventory) -> Iterator[Problem]:
    """Yield the problems between the parts of an inventory."""
    yield from _labels_of_clusters(inventory)
    yield from _labels_of_zones(inventory)
    for section, consumers in (
        ("consumers", inventory.consumers),
        ("external_consumers", inventory.external_consumers),
    ):
        for key, consumer in consumers.items():
            yield from _selection(inventory, f"{section}.{key}.clusters", consumer)


def find_unknown_stacks(inventory: Inventory, names: Collection[str], groups: Collection[str]) -> Iterator[Problem]:
    """Yield the options of stacks and groups that do not exist."""
    for name in inventory.stacks:
        if name not in names and name not in groups:
            known = ", ".join(sorted({*names, *groups})[:20])
            yield Problem(f"stacks.{name}", "is neither a stack nor a group of stacks", f"write one of: {known}")


def _labels_of_clusters(inventory: Inventory) -> Iterator[Problem]:
    for key, cluster in inventory.clusters.items():
        if missing := [name for name in inventory.group_by if name not in cluster.labels]:
            names = ", ".join(missing)
            yield Problem(f"clusters.{key}.labels", f"lacks {names}, by which clusters are grouped", "add it")


def _labels_of_zones(inventory: Inventory) -> Iterator[Problem]:
    known = ", ".join(inventory.group_by) or "none"
    for key, zones in inventory.zones.items():
        for name in zones.labels:
            if name not in inventory.group_by:
                remedy = f"write labels of `group_by`: {known}"
                yield Problem(f"zones.{key}.labels.{name}", "is not a label by which clusters are grouped", remedy)


def _selection(inventory: Inventory, path: str, consumer: ConsumerEntry) -> Iterator[Problem]:
    if not isinstance(consumer.clusters, list):
        if consumer.clusters and not inventory.select(consumer.clusters):
            yield Problem(path, "names labels that no cluster has together", "correct them")
        return
    for number, cluster in enumerate(consumer.clusters):
        if cluster not in inventory.clusters:
            yield Problem(f"{path}.{number}", "is not the key of a cluster", "correct it", cluster)
