"""Programs in YAML, by the schema alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from azure_sandbox.testing import Stack, environment

from .conftest import Example
from .deploying import check_example

BIN = Path(sys.executable).parent
PROVIDER = BIN / "pulumi-resource-adx-private-link"


@pytest.mark.parametrize(("name", "clusters"), [("yaml", {"newadx", "myadx"}), ("yaml_providers", {"newadx"})])
def test_an_example_is_deployed_twice_and_destroyed(example: Example, name: str, clusters: set[str]) -> None:
    """Readers copy an example and expect that it works as it is."""
    check_example(example(name), clusters)


def run_pulumi(stack: Stack, *arguments: str, programs: Path = BIN) -> str:
    """Run `pulumi` with these programs on PATH, and return all that it prints."""
    completed = subprocess.run(
        ["pulumi", "--non-interactive", *arguments],
        cwd=stack.directory,
        env={**environment(stack.home, warm=False), "PATH": f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return completed.stdout + completed.stderr


def test_a_version_of_the_provider_can_be_installed(example: Example, tmp_path: Path) -> None:
    """A team that pins a version has it in Pulumi's own folder, and not on PATH."""
    stack = example("yaml")
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("pulumi", "pulumi-language-yaml"):
        (programs / name).symlink_to(BIN / name)
    assert "no resource plugin" in run_pulumi(stack, "preview", "--stack", "test", programs=programs)
    run_pulumi(stack, "plugin", "install", "resource", "adx-private-link", "0.1.0", "--file", str(PROVIDER))
    assert "32 to create" in run_pulumi(stack, "preview", "--stack", "test", programs=programs)


def test_a_program_can_pin_the_package(example: Example) -> None:
    """`pulumi package add` writes the version into the program's file."""
    stack = example("yaml")
    program = stack.directory / "Pulumi.yaml"
    original = program.read_text()
    try:
        run_pulumi(stack, "package", "add", str(PROVIDER))
        assert yaml.safe_load(program.read_text())["packages"] == {"adx-private-link": "adx-private-link@0.1.0"}
        assert "32 to create" in run_pulumi(stack, "preview", "--stack", "test")
    finally:
        program.write_text(original)
        shutil.rmtree(stack.directory / "sdks", ignore_errors=True)
