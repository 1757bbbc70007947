"""GUIDs, which are the names of some resources."""

from __future__ import annotations

import uuid


def is_guid(name: str) -> bool:
    """Whether a name is a GUID, in any case."""
    try:
        return str(uuid.UUID(name)) == name.lower()
    except ValueError:
        return False
