"""The stacks of a fleet: the settings and options of each, from the inventory and the assignments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ...resource_ids import ResourceGroupId, SubnetId, ZoneId
from .assignment import Assignments, RecordedStack, group_name
from .inventory import ConsumerEntry, Inventory, StackOptions

ZONES = "zones"
"""The name of the group of stacks with shared zones."""

_OWN_ZONES = ("resource_group", "zone_ids")
"""The settings of a consumer's DNS that stand in place of shared zones; `zones_in` may be beside them."""


@dataclass(frozen=True)
class FleetStack:
    """One stack of a fleet."""

    name: str
    group: str
    labels: Mapping[str, str]
    sections: Mapping[str, Any]
    """Its settings, by section, as the inventory has them."""
    options: StackOptions
    after: tuple[str, ...] = ()
    """The stacks that come before it, because they create its zones."""


def make_stacks(inventory: Inventory, assignments: Assignments) -> list[FleetStack]:
    """Return the stacks of a fleet in the order of their deployment: those with shared zones first."""
    stacks = [_stack(inventory, name, recorded) for name, recorded in assignments.stacks.items() if recorded.clusters]
    return [*(_zone_stack(inventory, key, stacks) for key in sorted(inventory.zones)), *stacks]


def merge(defaults: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Merge the defaults of a kind into an object's settings: its own values count, and mappings are merged."""
    merged = {**own}
    for name, default in defaults.items():
        value = merged.setdefault(name, default)
        if isinstance(value, dict) and isinstance(default, dict):
            merged[name] = merge(cast("dict[str, Any]", default), cast("dict[str, Any]", value))
    return merged


def _stack(inventory: Inventory, name: str, recorded: RecordedStack) -> FleetStack:
    clusters = frozenset(recorded.clusters)
    labels = dict(zip(inventory.group_by, recorded.group, strict=True))
    zones = _shared_zones(inventory, labels)
    shared_ids = [str(id) for key in zones for id in _zone_ids(inventory, key)]
    consumers = {
        key: with_shared_zones(_consumer(inventory, "consumers", key, clusters), shared_ids)
        for key in _reaching(inventory, "consumers", clusters)
    }
    external = {
        key: _consumer(inventory, "external_consumers", key, clusters)
        for key in _reaching(inventory, "external_consumers", clusters)
    }
    sections: dict[str, Any] = {
        "clusters": {
            key: merge(inventory.defaults.cluster, inventory.clusters[key].settings) for key in sorted(clusters)
        },
        "consumers": consumers,
    }
    if external:
        sections["external_consumers"] = external
    if inventory.defaults.alerts is not None:
        sections["alerts"] = inventory.defaults.alerts
    group = group_name(tuple(recorded.group))
    after = tuple(f"{ZONES}.{key}" for key in zones)
    return FleetStack(name, group, labels, sections, _options(inventory, group, name), after)


def _zone_stack(inventory: Inventory, key: str, stacks: list[FleetStack]) -> FleetStack:
    entry, name = inventory.zones[key], f"{ZONES}.{key}"
    settings = entry.settings
    links = dict(_own_links(inventory, [stack for stack in stacks if name in stack.after]))
    settings = merge({"links": links} if links else {}, settings)
    return FleetStack(name, ZONES, entry.labels, {"zones": {key: settings}}, _options(inventory, ZONES, name))


def _options(inventory: Inventory, group: str, name: str) -> StackOptions:
    options = inventory.defaults.stack
    for key in (group, name):
        if key in inventory.stacks:
            options = options.replaced_by(inventory.stacks[key])
    return options


def _reaching(inventory: Inventory, section: str, clusters: frozenset[str]) -> list[str]:
    """The keys of the consumers that connect to one of these clusters."""
    return sorted(key for (of, key), selected in inventory.selected.items() if of == section and selected & clusters)


def _consumer(inventory: Inventory, section: str, key: str, clusters: frozenset[str]) -> dict[str, Any]:
    """The settings of a consumer for these clusters."""
    entry: ConsumerEntry = (inventory.consumers if section == "consumers" else inventory.external_consumers)[key]
    settings = entry.settings
    if section == "consumers":
        settings = merge(inventory.defaults.consumer, settings)
    selected = inventory.selected[section, key] & clusters
    if selected != clusters:
        settings["clusters"] = sorted(selected)
    if isinstance(overrides := settings.get("endpoints"), dict):
        # An override for a cluster of another stack is right there; one for an unknown cluster is wrong everywhere.
        others = inventory.clusters.keys() - selected
        of_stack = {
            cluster: targets for cluster, targets in cast("dict[str, Any]", overrides).items() if cluster not in others
        }
        settings = {**settings, "endpoints": of_stack}
        if not of_stack:
            del settings["endpoints"]
    return settings


# Shared zones


def _shared_zones(inventory: Inventory, labels: Mapping[str, str]) -> list[str]:
    """The keys of the shared zones for a stack with these labels."""
    return sorted(key for key, zones in inventory.zones.items() if zones.labels.items() <= labels.items())


def _zone_ids(inventory: Inventory, key: str) -> Iterator[ZoneId]:
    """The ids of shared zones, as far as their settings are valid."""
    settings = inventory.zones[key].settings
    names = settings.get("names")
    try:
        group = ResourceGroupId.parse(settings.get("resource_group_id"))
    except ValueError:
        return
    for name in cast("list[object]", names) if isinstance(names, list) else ():
        yield ZoneId.of(group.subscription, group.resource_group, str(name))


def names_own_zones(settings: Mapping[str, Any]) -> bool:
    """Return whether a consumer says by itself where its zones are."""
    dns: Any = settings.get("dns", {})
    return not isinstance(dns, dict) or any(name in dns for name in _OWN_ZONES)


def with_shared_zones(settings: dict[str, Any], shared: list[str]) -> dict[str, Any]:
    """Return a consumer's settings with shared zones, unless it says by itself where its zones are."""
    if not shared or names_own_zones(settings):
        return settings
    return {**settings, "dns": {**settings.get("dns", {}), "zone_ids": shared}}


def _own_links(inventory: Inventory, stacks: list[FleetStack]) -> Iterator[tuple[str, dict[str, str]]]:
    """The links of the networks whose consumers use shared zones, once for each network."""
    networks: set[str] = set()
    for key in sorted({key for stack in stacks for key in stack.sections["consumers"]}):
        settings = merge(inventory.defaults.consumer, inventory.consumers[key].settings)
        if names_own_zones(settings):
            continue
        try:
            network = SubnetId.parse(settings.get("subnet_id")).network
        except ValueError:
            continue  # it is reported as a problem of the consumer
        if network.key not in networks:
            networks.add(network.key)
            yield key, {"network_id": str(network)}
