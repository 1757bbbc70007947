"""Hand-overs in files are checked with the settings that refer to them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.samples.building import hand_over

from ..projects import RIGHT, note_on_kind, problem_lines, run, write


def _with_hand_over(tmp_path: Path, text: str | None, project: str = "name: access\nruntime: python\n") -> Path:
    consumers = RIGHT[RIGHT.index("  adx-private-link:consumers") :]
    settings = f"config:\n  adx-private-link:hand_overs:\n    theirs:\n      file: hand-over.json\n{consumers}"
    directory = write(tmp_path, project=project, prod=settings)
    if text is not None:
        (directory / "hand-over.json").write_text(text)
    return directory


def test_a_hand_over_is_read(tmp_path: Path) -> None:
    assert run(_with_hand_over(tmp_path, json.dumps(hand_over("theirs"))), "check").output == "1 stack, no problems\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read: hand-over.json is not JSON: "),
        (json.dumps({"others": hand_over("others")}), "cannot be read: no hand-over of theirs is in hand-over.json"),
        (json.dumps({**hand_over("theirs"), "zone": 7}), "cannot be read: hand-over.json is no hand-over: zone (7): "),
    ],
)
def test_an_invalid_hand_over_is_a_mistake(tmp_path: Path, text: str, message: str) -> None:
    [line] = problem_lines(_with_hand_over(tmp_path, text), "check")
    assert line.startswith(f"Pulumi.prod.yaml:4: adx-private-link:hand_overs.theirs.file ('hand-over.json'): {message}")


def test_a_hand_over_without_file_is_noted(tmp_path: Path) -> None:
    """Settings are often written before the other team writes the hand-over."""
    result = run(_with_hand_over(tmp_path, None), "check")
    assert result.output == (
        "Pulumi.prod.yaml: hand_overs.theirs: hand-over.json does not exist yet and is not checked\n"
        + note_on_kind().replace("clusters.myadx", "hand_overs.theirs")
        + "1 stack, no problems\n"
    )
    assert result.exit_code == 0


def test_the_path_of_a_hand_over_is_relative_to_the_program(tmp_path: Path) -> None:
    directory = _with_hand_over(tmp_path / "stack", None, "name: access\nruntime: python\nmain: ../program\n")
    (tmp_path / "program").mkdir()
    (tmp_path / "program" / "hand-over.json").write_text("{")
    assert "cannot be read" in problem_lines(directory, "check")[0]
