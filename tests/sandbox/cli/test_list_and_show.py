"""`azure-sandbox list` and `show`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azure_sandbox.azure import ResourceId
from azure_sandbox.sandbox_home import SandboxHome

from ..commands import HOST, NETWORK, RESOURCES, run_command


def test_list_shows_the_default_world(home: Path) -> None:
    lines = run_command(home, "list").output.splitlines()
    assert len(lines) == RESOURCES
    assert f"Microsoft.Network/virtualNetworks          {NETWORK}" in lines


def test_list_as_json(home: Path) -> None:
    entries = json.loads(run_command(home, "list", "--format", "json").output)
    assert len(entries) == RESOURCES
    assert {"type": "Microsoft.Network/virtualNetworks", "id": NETWORK} in entries


def test_list_of_an_empty_sandbox(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("resources: []")
    assert run_command(home, "reset", "--world", str(tmp_path / "empty.yaml")).exit_code == 0
    assert run_command(home, "list").output == ""


def test_show_prints_the_answer_of_azure(home: Path) -> None:
    shown = json.loads(run_command(home, "show", NETWORK.upper() + "/").output)
    assert shown == SandboxHome(home).azure.get(ResourceId.parse(NETWORK))


def test_show_takes_the_format_of_the_other_commands(home: Path) -> None:
    assert run_command(home, "show", NETWORK, "--format", "json").output == run_command(home, "show", NETWORK).output


@pytest.mark.parametrize(
    ("id", "reason"), [(f"{NETWORK}-gone", "was not found"), ("nonsense", "not a resource id: nonsense")]
)
def test_show_and_resolve_reject_an_id_that_does_not_exist(home: Path, id: str, reason: str) -> None:
    for command in (["show", id], ["resolve", "--network", id, HOST]):
        result = run_command(home, *command)
        assert result.exit_code == 2
        assert "Error: " in result.output
        assert reason in result.output
