"""Hand-overs that are files are read with the settings that name them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.samples.building import handed

from ..projects import RIGHT, run, told, write


def _with_hand_over(tmp_path: Path, text: str | None, project: str = "name: access\nruntime: python\n") -> Path:
    consumers = RIGHT[RIGHT.index("  adx-private-link:consumers") :]
    settings = f"config:\n  adx-private-link:hand_overs:\n    theirs:\n      file: hand-over.json\n{consumers}"
    directory = write(tmp_path, project=project, prod=settings)
    if text is not None:
        (directory / "hand-over.json").write_text(text)
    return directory


def test_a_hand_over_is_read(tmp_path: Path) -> None:
    assert run(_with_hand_over(tmp_path, json.dumps(handed("theirs"))), "check").output == "1 stack is right\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be read: hand-over.json is not JSON: "),
        (json.dumps({"others": handed("others")}), "cannot be read: no hand-over of theirs is in hand-over.json"),
        (json.dumps({**handed("theirs"), "zone": 7}), "cannot be read: hand-over.json is no hand-over: zone (7): "),
    ],
)
def test_a_file_that_is_no_hand_over(tmp_path: Path, text: str, says: str) -> None:
    [line] = told(_with_hand_over(tmp_path, text), "check")
    assert line.startswith(f"Pulumi.prod.yaml:4: adx-private-link:hand_overs.theirs.file ('hand-over.json'): {says}")


def test_a_hand_over_that_is_yet_to_come(tmp_path: Path) -> None:
    """Settings are often written while the other team is still at work."""
    result = run(_with_hand_over(tmp_path, None), "check")
    assert result.output == (
        "Pulumi.prod.yaml: hand_overs.theirs: hand-over.json does not exist yet and is not checked\n1 stack is right\n"
    )
    assert result.exit_code == 0


def test_a_hand_over_is_looked_for_where_the_program_runs(tmp_path: Path) -> None:
    directory = _with_hand_over(tmp_path / "stack", None, "name: access\nruntime: python\nmain: ../program\n")
    (tmp_path / "program").mkdir()
    (tmp_path / "program" / "hand-over.json").write_text("{")
    assert "cannot be read" in told(directory, "check")[0]
