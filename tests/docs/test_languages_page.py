"""The guide to programs in other languages, followed from its first line to its last."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from tests.examples.pages import run

from .pages import PROJECT, page
from .test_commands import create_checkout

GUIDE = "docs/how-to/other-languages.md"
_NOT_COPIED = shutil.ignore_patterns(".sandbox", "node_modules", "Pulumi.*.yaml", "*.tgz", "nodejs", "python")


def test_the_guide_deploys_a_program_in_each_language(tmp_path: Path) -> None:
    """A reader follows it in a fresh checkout."""
    checkout = create_checkout(tmp_path)
    for folder in ("examples", "sdks"):
        shutil.copytree(PROJECT / folder, checkout / folder, ignore=_NOT_COPIED)
    blocks = [block for block in page(GUIDE).blocks_in("sh") if block.is_run]
    make = 'make() { command make --old-file=.venv/tools.stamp --old-file=.venv-policies/setup.stamp "$@"; }'
    printed = [run(f"{make}\n{block.text}", checkout, checkout / ".sandbox") for block in blocks]
    hosts = [sum(".windows.net" in line and "Approved" in line for line in output.splitlines()) for output in printed]
    assert hosts == [10, 10, 8], "two clusters in YAML and TypeScript, a native one in Go"


def test_the_guide_shows_the_example() -> None:
    """The example is tested, so readers can copy the page."""
    [shown] = page(GUIDE).blocks_in("yaml")
    assert yaml.safe_load(shown.text) == yaml.safe_load((PROJECT / "examples" / "yaml" / "Pulumi.yaml").read_text())
