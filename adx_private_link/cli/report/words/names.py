"""English for names and lists of names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ....counts import plural
from ....kusto_hosts import is_storage_zone
from ....naming.logical import ZoneName

_SHOWN = 5
"""Names in a sentence; further names are counted."""


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; of many, some and the number of the others."""
    if len(names) > _SHOWN + 1:
        names = [*names[:_SHOWN], f"{len(names) - _SHOWN} others"]
    return " and ".join([*filter(None, [", ".join(names[:-1])]), *names[-1:]])


def code_list(names: Iterable[str]) -> str:
    """The same in code spans."""
    return listed([f"`{name}`" for name in names])


def code(names: Iterable[str]) -> str:
    """Names in code spans, between commas; a backtick in a name would end its span."""
    return ", ".join(f"`{name.replace('`', chr(39))}`" for name in names)


def few(names: Sequence[str]) -> str:
    """Names in code spans, between commas; of many, some and the number of the others."""
    if len(names) <= _SHOWN + 1:
        return code(names)
    return f"{code(names[:_SHOWN])} and {len(names) - _SHOWN} others"


def few_hosts(hosts: Sequence[str]) -> str:
    """The same of hosts; those of storage accounts are counted, because Azure chooses their names."""
    storage = [host for host in hosts if is_storage_zone(f"privatelink.{host.partition('.')[2]}")]
    own = [host for host in hosts if host not in storage]
    if not storage:
        return few(own)
    return " and ".join([*([few(own)] if own else []), plural(len(storage), "storage host")])


def zone_words(key: str) -> str:
    """A zone's name and resource group, by its key."""
    zone = ZoneName.parse(key)
    return f"{zone.zone} (resource group {zone.resource_group})" if zone else key


def distinct_zone_words(*keys: str) -> list[str]:
    """Several zones; with their subscriptions where name and resource group are alike."""
    words = [zone_words(key) for key in keys]
    if len({*words}) == len(words):
        return words
    zones = [ZoneName.parse(key) for key in keys]
    return [
        f"{zone.zone} (resource group {zone.resource_group}, subscription {zone.subscription})" if zone else key
        for zone, key in zip(zones, keys, strict=True)
    ]
