"""The hook for pre-commit, tested without pre-commit."""

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
    ("file", "matches"),
    [
        ("Pulumi.prod.yaml", True),
        ("access/Pulumi.my-team.prod.yml", True),
        ("Pulumi.prod.json", True),
        ("access/Pulumi.yaml", True),
        ("MyPulumi.prod.yaml", False),
        ("Pulumi.prod.yaml.orig", False),
    ],
)
def test_the_hook_runs_for_stack_files_and_project_files(file: str, *, matches: bool) -> None:
    """A project file may have settings of all its stacks. pre-commit searches the path for the pattern."""
    assert bool(re.search(HOOK["files"], file)) is matches


def test_the_hook_installs_its_command_and_the_extra() -> None:
    """pre-commit installs the repository without extras, and the command needs one."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    program, command = HOOK["entry"].split()
    assert program in project["scripts"]
    assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0
    assert HOOK["additional_dependencies"] == [".[cli]"]
    assert "cli" in project["optional-dependencies"]


def test_the_page_names_the_hook() -> None:
    """Readers copy the lines of the page."""
    shown = (PROJECT / "docs" / "how-to" / "github.md").read_text().split("```yaml\n")[1].split("```")[0]
    (repository,) = yaml.safe_load(shown)["repos"]
    assert repository["hooks"] == [{"id": HOOK["id"]}]
