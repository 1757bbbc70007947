"""The hook for pre-commit, as far as it can be looked at without it."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from adx_private_link.cli import main

from .files import PROJECT

HOOKS: list[dict[str, Any]] = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text())
(HOOK,) = HOOKS


@pytest.mark.parametrize(
    ("file", "is_one"),
    [
        ("Pulumi.prod.yaml", True),
        ("access/Pulumi.my-team.prod.yml", True),
        ("Pulumi.prod.json", True),
        ("access/Pulumi.yaml", True),
        ("MyPulumi.prod.yaml", False),
        ("Pulumi.prod.yaml.orig", False),
    ],
)
def test_the_hook_looks_at_stack_files(file: str, *, is_one: bool) -> None:
    """A project's file may have settings for all its stacks. pre-commit searches the path for the pattern."""
    assert bool(re.search(HOOK["files"], file)) is is_one


def test_the_hook_runs_a_command_that_is_installed_with_what_it_needs() -> None:
    """pre-commit installs the repository without extras, and the command line needs one."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    program, command = HOOK["entry"].split()
    assert program in project["scripts"]
    assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0
    assert HOOK["additional_dependencies"] == [".[cli]"]
    assert "cli" in project["optional-dependencies"]


def test_the_page_names_the_hook() -> None:
    """Who copies the lines of the page gets this hook."""
    shown = (PROJECT / "docs" / "how-to" / "github.md").read_text().split("```yaml\n")[1].split("```")[0]
    (repository,) = yaml.safe_load(shown)["repos"]
    assert repository["hooks"] == [{"id": HOOK["id"]}]
