"""`azure-sandbox reset`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from azure_sandbox.azure import ResourceId
from azure_sandbox.cli import main
from azure_sandbox.sandbox_environment import sandbox_environment
from azure_sandbox.sandbox_home import SandboxHome

from ..commands import NETWORK, run_command


def test_reset_deletes_resources_and_the_state_of_stacks(home: Path) -> None:
    sandbox_environment(SandboxHome(home), {})
    (home / "stacks" / "dev.json").write_text("{}")
    SandboxHome(home).azure.delete(ResourceId.parse(NETWORK))
    assert "from the default world" in run_command(home, "reset").output
    assert NETWORK in run_command(home, "list").output
    assert not (home / "stacks").exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("resources: 5", "not a world file: resources: Input should be a valid list"),
        ("resources: [{id: /subscriptions/s/resourceGroups/g}]", 'Code="LocationRequired"'),
    ],
)
def test_a_wrong_world_file_is_rejected_and_the_old_world_is_kept(
    home: Path, tmp_path: Path, text: str, reason: str
) -> None:
    before = run_command(home, "list").output
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    result = run_command(home, "reset", "--world", str(file))
    assert result.exit_code == 2
    assert reason in result.output
    assert run_command(home, "list").output == before


def _directory(file: Path) -> None:
    file.unlink()
    file.mkdir()


def test_reset_removes_no_directory_with_files(home: Path) -> None:
    """The sandbox did not create it."""
    _directory(home / "azure.db")
    (home / "azure.db" / "notes.txt").write_text("mine")
    with pytest.raises(OSError, match="not empty"):  # which the console script reports in a line
        CliRunner().invoke(main, ["--home", str(home), "reset"], catch_exceptions=False)
    assert (home / "azure.db" / "notes.txt").read_text() == "mine"
