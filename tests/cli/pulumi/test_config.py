"""Settings of any size are written into a stack's file in any directory, by `pulumi config`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from adx_private_link.cli.pulumi.config import settings_copy, write_settings
from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack, environment
from tests.cli.projects import SUBNET

_FILE = """\
# of the data team
config:
  azure-native:environment: "on" # not a switch
  adx-private-link:clusters:
    myadx:
      id: x # the only one
"""
_TRICKY = {"one": "1e3", "two": "010", "three": "yes", "four": "a: b # c", "five": "", "six": "0x1F", "1e3": "ü"}


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Stack:
    """A stack whose project is the parameter."""
    home = SandboxHome(tmp_path / ".sandbox")
    home.reset(None)
    directory = tmp_path / "project"
    directory.mkdir()
    for name, text in request.param.items():
        (directory / name).parent.mkdir(exist_ok=True)
        (directory / name).write_text(text)
    for name, value in environment(home).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(directory)
    stack = Stack(directory, home, "prod")
    stack.pulumi("stack", "init", "prod")
    return stack


def _sections(consumers: int) -> dict[str, Any]:
    one = {"subnet_id": SUBNET, "dns": {"zone_ids": [SUBNET] * 4}, "tags": _TRICKY}
    return {"clusters": {"myadx": {"id": "y"}}, "consumers": {f"team-{number}": one for number in range(consumers)}}


def _read(stack: Stack) -> dict[str, Any]:
    config = json.loads(stack.pulumi("config", "--json").stdout)
    assert config["azure-native:environment"]["value"] == "on"
    return {
        key.removeprefix("adx-private-link:"): value["objectValue"]
        for key, value in config.items()
        if key.startswith("adx-private-link:")
    }


_IN_A_DIRECTORY = {"Pulumi.yaml": "{name: access, runtime: python, stackConfigDir: stacks}"}
_AS_JSON = {"Pulumi.json": '{"name": "access", "runtime": "python"}'}
_FLOW = '{"config": {"azure-native:environment": "on", "adx-private-link:clusters": {"myadx": {"id": "x"}}}}'


@pytest.mark.parametrize(
    "stack",
    [{**_IN_A_DIRECTORY, "stacks/Pulumi.prod.yaml": _FILE}, {**_AS_JSON, "Pulumi.prod.json": _FLOW}],
    ids=["stackConfigDir", "json"],
    indirect=True,
)
def test_the_settings_of_many_consumers_are_written(stack: Stack) -> None:
    """Linux allows 128 KiB in one argument, and about 90 consumers need more."""
    for consumers in (1, 300):
        sections = _sections(consumers)
        write_settings("prod", sections)
        assert _read(stack) == sections
    assert {file.name for file in stack.directory.iterdir()} <= {
        "Pulumi.yaml",
        "Pulumi.json",
        "Pulumi.prod.json",
        "stacks",
    }


@pytest.mark.parametrize("stack", [{**_IN_A_DIRECTORY, "stacks/Pulumi.prod.yaml": _FILE}], indirect=True)
def test_the_written_file_is_easy_to_read(stack: Stack, tmp_path: Path) -> None:
    """Comments stay, each setting has a line, and a copy does not change the file."""
    file = stack.directory / "stacks" / "Pulumi.prod.yaml"
    before = file.read_text()
    copy = settings_copy("organization/access/prod", _sections(300), tmp_path)
    assert file.read_text() == before
    text = copy.read_text()
    assert "# of the data team\n" in text
    assert '"on" # not a switch\n' in text
    assert f"    team-299:\n      subnet_id: {SUBNET}\n" in text
    assert yaml.safe_load(text)["config"]["adx-private-link:consumers"]["team-0"]["tags"]["one"] == "1e3"
