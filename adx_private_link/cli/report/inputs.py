"""The inputs of planned resources, before and after an update."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from .planned import Reason, Values
from .resources import PlannedResource
from .values import UNKNOWN, Unknown, at, items, text

_T = TypeVar("_T")
_Name = TypeVar("_Name")

FRONTEND = ("loadBalancerFrontendIpConfigurations", 0, "id")
_WITH_IDS = {"subnet": ("subnet", "id"), "loadBalancerFrontendIpConfigurations": FRONTEND}
"""The path of the id in a property that is an object with an id."""


def named(
    resources: Iterable[PlannedResource], parse: Callable[[str], _Name | None]
) -> Iterator[tuple[PlannedResource, _Name]]:
    """The resources whose logical names have a form of this library, with the names' parts."""
    return ((resource, name) for resource in resources if (name := parse(resource.name)) is not None)


def values_of(resource: PlannedResource, read: Callable[[object], _T], *path: str | int) -> Values[_T]:
    """One input of a resource, before and after the update."""
    return Values(read(resource.old_input(*path)), read(resource.new_input(*path)), read(resource.input(*path)))


def name_of(resource: PlannedResource, *path: str) -> str:
    """A name or an id in the inputs; the logical name where it is secret or unknown."""
    return text(resource.input(*path)) or resource.name


def reasons_of(resource: PlannedResource) -> tuple[Reason, ...]:
    """The properties that force a replacement."""
    reasons = ((name, values_of(resource, text, *_WITH_IDS.get(name, (name,)))) for name in resource.reasons)
    return tuple(Reason(name, values.old, values.new) for name, values in reasons)


def address_of(value: object) -> str | Unknown | None:
    """An address; `UNKNOWN` where only the update decides it."""
    return UNKNOWN if value is UNKNOWN else text(value)


def addresses_of(records: object) -> tuple[str | Unknown, ...]:
    """The addresses of A records."""
    if records is UNKNOWN:
        return (UNKNOWN,)
    addresses = (address_of(at(record, "ipv4Address")) for record in items(records))
    return tuple(address for address in addresses if address is not None)
