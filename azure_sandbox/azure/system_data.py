"""The `systemData` of a resource: who created and changed it, and when."""

from __future__ import annotations

from datetime import UTC, datetime

from .bodies import Json, read_object


def record_change(old: Json | None, caller: str | None) -> Json:
    """The `systemData` after a PUT of a client; without a client, of Azure itself."""
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"
    who = {"By": caller or "Azure", "ByType": "Application", "At": now}
    created = {f"created{name}": value for name, value in who.items()}
    before = read_object(old, "systemData") if old else {}
    return {
        **{name: before.get(name, value) for name, value in created.items()},
        **{f"lastModified{name}": value for name, value in who.items()},
    }
