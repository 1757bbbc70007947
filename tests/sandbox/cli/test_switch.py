"""`azure-sandbox switch`."""

from __future__ import annotations

import json
from pathlib import Path

from ..commands import run_command


def test_a_switch_is_set_and_shown(home: Path) -> None:
    shown = run_command(home, "switch", "manual-record", "refuse")
    assert "manual-record: " in shown.output
    assert "\n  overwrite: " in shown.output
    assert "\n* refuse: " in shown.output
    assert json.loads(run_command(home, "switch", "--format", "json").output)["manual-record"] == "refuse"


def test_a_value_that_does_not_exist_is_an_error(home: Path) -> None:
    result = run_command(home, "switch", "manual-record", "ask")
    assert result.exit_code == 2
    assert "the switch manual-record has no value ask; write overwrite or refuse." in result.output
