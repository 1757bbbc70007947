"""Unexpected output of `pulumi` and `az`, and broken settings: an error says what is wrong, and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adx_private_link.cli import azure_cli
from adx_private_link.cli.adoption import hand_overs
from adx_private_link.cli.adoption.proposal import suggest_settings
from adx_private_link.cli.errors import CommandError
from adx_private_link.cli.pulumi import config
from adx_private_link.cli.pulumi.config import read_settings, settings_copy
from adx_private_link.cli.pulumi.state import ExportedState
from adx_private_link.resource_ids import ClusterId
from tests.cli.projects import CLUSTER, RIGHT, write

_SETTINGS: dict[str, Any] = {"clusters": {"myadx": {"id": CLUSTER}}}
_EMPTY_STATE = ExportedState.model_validate({"deployment": {}})


def _set_output(monkeypatch: pytest.MonkeyPatch, output: str) -> None:
    """Give every run of `pulumi` and `az` the same output."""

    def run(*_: str) -> str:
        return output

    for module, name in ((hand_overs, "run_pulumi"), (azure_cli, "_get"), (config, "run_pulumi")):
        monkeypatch.setattr(module, name, run)


@pytest.mark.parametrize(
    "output", ["", "warning: a new version of Pulumi", "[]", '{"adx-private-link:clusters": 1}', "[" * 10_000]
)
def test_an_unexpected_configuration(monkeypatch: pytest.MonkeyPatch, output: str) -> None:
    _set_output(monkeypatch, output)
    with pytest.raises(CommandError, match="`pulumi config --json` gave an unexpected answer") as raised:
        read_settings("prod")
    assert "Check the version of Pulumi" in raised.value.message


@pytest.mark.parametrize("value", ["text", "[", "[1]", '{"myadx": 1}', '{"myadx": null}', "1"])
def test_broken_settings_are_reported_as_problems(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """`pulumi config set clusters x` stores text, because it lacks `--path`."""
    _set_output(monkeypatch, json.dumps({"adx-private-link:clusters": {"value": value}}))
    settings = read_settings("prod")
    with pytest.raises(CommandError, match="adx-private-link:clusters"):
        suggest_settings(settings, [ClusterId.parse(f"{CLUSTER}2")], (), _EMPTY_STATE)


@pytest.mark.parametrize("output", ["{}", '{"mine": {}}'])
def test_a_missing_hand_over(monkeypatch: pytest.MonkeyPatch, output: str) -> None:
    _set_output(monkeypatch, output)
    with pytest.raises(CommandError, match=r"hand_overs\.theirs: stack owner does not hand over cluster") as raised:
        hand_overs.inline_hand_over("theirs", {"stack": "owner"})
    assert "write one of its keys as `cluster`" in raised.value.message


@pytest.mark.parametrize(
    "output",
    [
        "",
        "ERROR: certificate verify failed",
        "[]",
        '{"value": 1}',
        '{"id": 1}',
        '{"value": [{"id": "x"}], "id": "x", "properties": {"networkInterfaces": ["x"]}}',
        '{"value": [], "id": "x", "properties": {"frontendIPConfigurations": [{"id": "x"}]}}',
    ],
)
def test_an_unexpected_response_of_azure(monkeypatch: pytest.MonkeyPatch, output: str) -> None:
    _set_output(monkeypatch, output)
    with pytest.raises(CommandError, match=r"through the Azure CLI, gave an unexpected answer") as raised:
        suggest_settings(_SETTINGS, (), (), _EMPTY_STATE)
    assert "Check the version of the Azure CLI" in raised.value.message


@pytest.mark.parametrize("content", [RIGHT.encode("utf-8") + b"\xff", b"\x00\xff\x00"])
def test_a_stack_file_that_is_not_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    write(tmp_path)
    (tmp_path / "Pulumi.prod.yaml").write_bytes(content)
    monkeypatch.chdir(tmp_path)
    _set_output(monkeypatch, "")
    (tmp_path / "copy").mkdir()
    with pytest.raises(CommandError, match=r"Pulumi\.prod\.yaml is not UTF-"):
        settings_copy("prod", {}, tmp_path / "copy")
