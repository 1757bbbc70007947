"""Patterns for the values that Azure generates, and what every resource of Microsoft.Network shows."""

from __future__ import annotations

import re
from typing import Any

from azure_sandbox.azure import Json

from ...small_world import network


class Like:
    """Any text that matches a whole regular expression."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def matches(self, value: Any) -> bool:
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None

    def __repr__(self) -> str:
        return f"Like({self.pattern!r})"


GUID_PATTERN = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

GUID = Like(GUID_PATTERN)

WEAK_ETAG = Like(rf'W/"{GUID_PATTERN}"')

# Private DNS: `"25005181-0000-0100-0000-5ee896050000"` for a link, and without the quotes for zones and record sets.
QUOTED_GUID = Like(rf'"{GUID_PATTERN}"')

ADDRESS = Like(r"\d{1,3}(\.\d{1,3}){3}")

TIMESTAMP = Like(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,7}Z")

DURATION = Like(r"PT(\d+H)?(\d+M)?\d+(\.\d+)?S")

NUMBER = Like(r"\d+")


def describe_network_resource(id: str, type: str) -> Json:
    """The properties that every resource of Microsoft.Network shows."""
    return {"name": id.rsplit("/", 1)[1], "id": id, "etag": WEAK_ETAG, "type": f"Microsoft.Network/{type}"}


def interface_pattern(group: str, owner: str) -> str:
    """A pattern for the id of an owned interface, whose name is its owner's with a guid."""
    return rf"{re.escape(network(group, 'networkInterfaces', owner))}\.nic\.{GUID_PATTERN}"
