"""How commands start: at once, without Pulumi, and with what their help says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from adx_private_link.cli import main

from .projects import RIGHT, run, write

_COMMANDS = main.list_commands(click.Context(main))


def imported_by(directory: Path, code: str) -> set[str]:
    """The packages that a fresh Python has imported after running some code."""
    lines = [
        "import sys",
        "try:",
        f"    {code}",
        "except SystemExit:",
        "    pass",
        "print(*{module.partition('.')[0] for module in sys.modules}, file=sys.stderr)",
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True, cwd=directory
    )
    return {*done.stderr.split()}


@pytest.mark.parametrize("arguments", [["--help"], ["check"], ["check", "--help"], ["schema"]], ids=" ".join)
def test_it_starts_without_pulumi(tmp_path: Path, arguments: list[str]) -> None:
    """Editors and hooks run it all the time; Pulumi alone takes longer to import than all the rest."""
    write(tmp_path, right=RIGHT, wrong=RIGHT.replace("id: /", "id: "))
    packages = imported_by(tmp_path, f"from adx_private_link.cli import main; main({arguments})")
    assert "click" in packages
    assert not {package for package in packages if package.startswith(("pulumi", "grpc", "google"))}


def test_the_list_of_commands_needs_no_command(tmp_path: Path) -> None:
    packages = imported_by(tmp_path, "from adx_private_link.cli import main; main(['--help'])")
    assert not packages & {"pydantic", "yaml", "rich", "dns"}


def test_settings_are_planned_without_pulumi(tmp_path: Path) -> None:
    packages = imported_by(
        tmp_path,
        "from adx_private_link import Facts, Problem; from adx_private_link.settings import parse_settings; "
        "from adx_private_link.topology.expected import expected_topology",
    )
    assert "pulumi" not in packages


@pytest.mark.parametrize(
    "first",
    [
        "import adx_private_link.topology",
        "import adx_private_link.topology.graph",
        "from adx_private_link import AdxPrivateLink",
        "from adx_private_link.stack import load_settings",
        "import adx_private_link",
    ],
)
def test_the_package_has_the_function_plan_whatever_comes_first(tmp_path: Path, first: str) -> None:
    """Its names are imported when a program asks for them."""
    packages = imported_by(tmp_path, f"{first}; import adx_private_link; assert callable(adx_private_link.plan)")
    assert "adx_private_link" in packages


def test_every_public_name_exists(tmp_path: Path) -> None:
    packages = imported_by(tmp_path, "import adx_private_link as it; [getattr(it, name) for name in it.__all__]")
    assert "pulumi" in packages
    with pytest.raises(AttributeError, match="module 'adx_private_link' has no attribute 'Nothing'"):
        __import__("adx_private_link").Nothing  # noqa: B018 - the look-up is the test


def test_help_names_every_command_and_an_example(tmp_path: Path) -> None:
    result = run(tmp_path, "--help")
    assert "Examples:\n    adx-private-link " in result.output
    for command in _COMMANDS:
        assert f"\n  {command} " in result.output


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_has_an_example(tmp_path: Path, command: str) -> None:
    help_text = " ".join(run(tmp_path, command, "--help").output.split())
    assert f"adx-private-link {command}" in help_text.partition("Example")[2]


def test_an_unknown_command(tmp_path: Path) -> None:
    result = run(tmp_path, "chekc")
    assert result.exit_code == 2
    assert "No such command 'chekc'" in result.output
