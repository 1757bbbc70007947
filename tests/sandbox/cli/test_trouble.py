"""`azure-sandbox trouble`."""

from __future__ import annotations

import json
from pathlib import Path

from ..commands import run_command


def test_trouble_as_json(home: Path) -> None:
    added = run_command(home, "trouble", "slow", "--on", "PUT *", "--always", "--format", "json")
    (trouble,) = json.loads(added.output)
    assert {name: trouble[name] for name in ("kind", "on", "times", "met")} == {
        "kind": "slow",
        "on": "PUT *",
        "times": None,
        "met": 0,
    }
    assert json.loads(run_command(home, "trouble", "--end", "--format", "json").output) == []
