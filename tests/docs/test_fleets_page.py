"""The guide to fleets, followed from its first line to its last."""

from __future__ import annotations

import shutil
from pathlib import Path

from azure_sandbox.sandbox_home import SandboxHome

from .pages import PROJECT, page
from .test_commands import create_checkout, follow

GUIDE = "docs/how-to/fleets.md"
EXAMPLE = PROJECT / "examples" / "fleet"


def test_the_guide_deploys_a_fleet(tmp_path: Path) -> None:
    """An operator follows it line by line."""
    directory = create_checkout(tmp_path)
    home = SandboxHome(directory / ".sandbox")
    home.reset(EXAMPLE / "world.yaml")
    shutil.copy(EXAMPLE / "fleet.yaml", directory)
    printed = [follow(block, directory, home, stack="unused") for block in page(GUIDE).blocks if block.language == "sh"]
    assert "3 stacks, no problems" in printed[0]
    written = sorted(path.name for path in directory.glob("*.yaml"))
    assert written == sorted(path.name for path in EXAMPLE.glob("*.yaml") if path.name != "world.yaml")
    assert printed[1].count("unchanged") >= 3
    types = [resource["type"] for resource in home.azure.list()]
    assert types.count("Microsoft.Network/privateEndpoints") == 3


def test_the_files_of_the_example_are_those_of_its_inventory(tmp_path: Path) -> None:
    """A reader compares the inventory with the stack files beside it."""
    from tests.cli.projects import run

    copy = tmp_path / "fleet"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns(".sandbox"))
    result = run(copy, "fleet", "write", "--check")
    assert result.exit_code == 0, result.output
