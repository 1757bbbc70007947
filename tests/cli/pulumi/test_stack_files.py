"""Settings in stack files are those that a program gets, and Pulumi keeps the comment that editors need."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from adx_private_link.cli.pulumi.stack_files import PREFIX, read_stack_files
from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack

from ..projects import write

_MODELINE = "# yaml-language-server: $schema=adx-private-link.schema.json"
_TRICKY = f"""\
{_MODELINE}
config:
  # the clusters
  adx-private-link:clusters: &all
    plain: {{yes: no, on: off, t: 12:30, n: ~, e: , b: TRUE}}
    numbers: {{f: 1e3, g: 300.0, h: 1.5, o: 010, p: 0o17, x: 0x1F, b: 0b11, u: 1_000, v: 1_0:30, w: 09, y: 1.e1}}
    quoted: {{"yes": "true", 'n': '1'}}
    text: |
      two
      lines
    list: [1, [a, {{b: c}}], -1, +2, .5, 08]
    "5": =
    2024: {{01: x, true: x, 1.5: x, 1e3: x, 0x1F: x, ~: x, yes: x}}
    tagged: {{a: !foo bar, b: !foo 5, c: !foo [1, 2], d: !foo {{e: f}}, g: 0x_}}
  consumers:
    <<: *all
    quoted: mine
  adx-private-link:config:hand_overs: '{{"a": [1, null]}}'
  adx-private-link:external_consumers:
  adx-private-link:misspelt: true
  adx-private-link:number: 7
  adx-private-link:json: 'null'
---
not: [read
"""
_PROJECT = """\
name: adx-private-link
runtime: python
config:
  adx-private-link:hand_overs:
    value: {not: this}
  adx-private-link:shared:
    value: {all: [stacks]}
  short:
    default: {two: 2}
  listed: [a, 1]
"""


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    home = SandboxHome(tmp_path / ".sandbox")
    home.reset(None)
    stack = Stack(write(tmp_path / "project", project=_PROJECT, prod=_TRICKY), home, "prod")
    stack.pulumi("stack", "init", "prod")
    # `stack init` rewrites the file in simpler YAML.
    write(stack.directory, project=_PROJECT, prod=dedent(_TRICKY))
    return stack


def _parse(value: dict[str, Any]) -> object:
    """Parse a value of `pulumi config` as `load_settings` does."""
    try:
        return json.loads(value["value"])
    except ValueError:
        return value["value"]


def test_values_are_those_that_a_program_gets(stack: Stack) -> None:
    config = json.loads(stack.pulumi("config", "--json").stdout)
    values = {key.removeprefix(PREFIX): _parse(value) for key, value in config.items()}
    expected = {key: value for key, value in values.items() if value is not None}
    [file] = read_stack_files([stack.directory / "Pulumi.prod.yaml"])
    assert file.mistakes == []
    assert file.sections == expected
    assert len(expected) == 9


def test_the_modeline_stays(stack: Stack) -> None:
    """Editors find the schema by this comment (docs/how-to/check-settings.md), so Pulumi must keep it."""
    stack.pulumi("config", "set", "--path", f"{PREFIX}clusters.plain.more", "true")
    stack.pulumi("config", "set-all", "--json", json.dumps({f"{PREFIX}json": {"value": "1", "secret": False}}))
    stack.pulumi("config", "rm", f"{PREFIX}number")
    text = (stack.directory / "Pulumi.prod.yaml").read_text()
    assert text.splitlines()[0] == _MODELINE
    assert "  # the clusters\n" in text
    assert "more: true" in text
