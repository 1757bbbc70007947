"""
The shell blocks of the pages, run in the sandbox in the order of the pages.

A block whose info string says `not-run: REASON` is only parsed (`test_pages.py`). Guides share one deployed stack.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack, environment
from tests.cli.projects import run as run_in

from .command_lines import parse_commands
from .pages import PAGES, PROJECT, Block, page

TUTORIAL = "docs/tutorial.md"
FIRST = "docs/how-to/your-own-clusters.md"
"""Its stack file and its commands deploy the stack that the other guides use."""

GUIDES = (
    "docs/how-to/check-settings.md",
    "docs/how-to/least-rights.md",
    "docs/how-to/own-dns.md",
    "docs/how-to/policies.md",
    "docs/how-to/pull-requests.md",
    "docs/how-to/watching.md",
)

QUOTING = ("README.md", "docs/how-to/adopt.md", "docs/how-to/other-teams.md")
"""Pages whose commands are on other pages too: the tutorial, or the examples, which tests/examples runs."""

MANAGED = "docs/how-to/managed-endpoints.md"
"""A guide with a stack of its own, in the world of the example that it names."""

OF_THEIR_OWN = (
    "docs/how-to/fleets.md",
    "docs/how-to/lock-down.md",
    "docs/how-to/move-a-cluster.md",
    "docs/how-to/other-languages.md",
)
"""Pages that `test_fleets_page.py`, `test_lock_down_page.py`, `test_move_pages.py` and `test_languages_page.py` run."""

RUN = {TUTORIAL, FIRST, *GUIDES, MANAGED, *QUOTING, "examples/README.md", *OF_THEIR_OWN}

IN_A_NETWORK = ("adx-private-link dns diff", "adx-private-link verify")
"""Commands that ask servers of a network; `tests/cli/verify/test_documentation.py` runs them."""

ANSWERED = {
    "pulumi": ("up", "refresh", "destroy"),
    "adx-private-link": ("adopt", "fleet up", "lock-down", "migrate", "release", "repair", "roll-back"),
}
"""Commands that ask before they continue, where a reader answers yes."""


def list_runnable(name: str) -> list[Block]:
    """List the shell blocks of a page that tests run."""
    return [block for block in page(name).blocks_in("sh") if block.is_run]


# The guides


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The stack that the commands of the first guide deploy."""
    stack = create_stack(tmp_path_factory.mktemp("guides"))
    for block in page(FIRST).blocks:
        follow(block, stack.directory, stack.home, stack="prod")
    return stack


def test_the_first_guide_deploys_private_access(prod: Stack) -> None:
    """A reader who follows it must end with approved connections."""
    endpoints = prod.outputs()["clusters"]["newadx"]["endpoints"]["analytics"]
    assert {endpoint["connection_state"] for endpoint in endpoints.values()} == {"Approved"}


def test_the_note_on_the_kind_of_a_cluster_is_on_the_page(prod: Stack) -> None:
    """A reader of the first guide gets the note, and looks for what it means."""
    shown = page("docs/how-to/check-settings.md").blocks_in("text")[1]
    assert run_in(prod.directory, "check").output == shown.text


@pytest.mark.parametrize("name", GUIDES)
def test_the_commands_of_a_guide_succeed(prod: Stack, name: str) -> None:
    """Readers paste them into their shell."""
    for block in list_runnable(name):
        follow(block, prod.directory, prod.home, stack="prod")


def test_the_guide_of_managed_endpoints_connects_a_cluster_to_its_data(tmp_path: Path) -> None:
    """A reader follows it from top to bottom: the second settings leave an approval to the owner of the target."""
    stack = create_stack(tmp_path, PROJECT / "examples" / "managed_endpoints" / "world.yaml")
    before = [resource["id"] for resource in stack.home.azure.list()]
    printed = [follow(block, stack.directory, stack.home, stack="prod") for block in page(MANAGED).blocks]
    assert printed[2].count("Approved") == 2
    assert [resource["id"] for resource in stack.home.azure.list()] == before


# The tutorial


def test_the_tutorial_prints_what_it_shows(tmp_path: Path) -> None:
    """A newcomer compares the output with the page, and ends with the world as it was."""
    directory = create_checkout(tmp_path)
    shutil.copy(PROJECT / "Pulumi.dev.yaml", directory)
    home = SandboxHome(directory / ".sandbox")
    printed = [follow(block, directory, home, stack="dev") for block in page(TUTORIAL).blocks]
    shown, _, answer = page(TUTORIAL).blocks_in("text")
    assert _remove_addresses(shown.text) <= _remove_addresses(printed[0])
    (private, public), report = printed[4:6], printed[9]
    assert "A  10.3.0." in private
    assert "A  20." in public
    assert "`others` gets private access to `myadx` and `newadx`" in report
    assert re.findall(r"others     (\w+)\.westus\.kusto", printed[10]) == ["myadx", "newadx"]
    assert _remove_addresses(answer.text) == _remove_addresses(printed[13])
    assert printed[16].count("new, written by the zone group") == 6, "three names in each of two networks"
    ids = [resource["id"] for resource in home.azure.list()]
    assert ids == [resource["id"] for resource in _create_default_sandbox(tmp_path).azure.list()]


def test_the_tutorial_shows_the_problems_of_a_typing_error(tmp_path: Path) -> None:
    """A newcomer makes that error, and compares the lines."""
    [added] = page(TUTORIAL).blocks_in("yaml")
    consumer = added.text.partition("consumers:\n")[2].replace("resource_group:", "resource_groups:")
    above = "        storage_zones: made\n"
    directory = create_checkout(tmp_path)
    settings = (PROJECT / "Pulumi.dev.yaml").read_text()
    (directory / "Pulumi.dev.yaml").write_text(settings.replace(above, above + consumer))
    _, shown, _ = page(TUTORIAL).blocks_in("text")
    printed = run_in(directory, "check").stdout.splitlines()
    for line, expected in zip(printed, shown.text.splitlines(), strict=True):
        assert line.startswith(expected.removesuffix("…")), line


def _remove_addresses(table: str) -> set[str]:
    """Remove the addresses of endpoints, because Azure chooses them."""
    return {re.sub(r"10\.3\.0\.\d+ *", "", line) for line in table.splitlines()}


def _create_default_sandbox(directory: Path) -> SandboxHome:
    home = SandboxHome(directory / "default")
    home.reset(None)
    return home


# No block is left out


def test_every_shell_block_is_run_or_says_why_not() -> None:
    """Commands that no test runs become wrong unnoticed."""
    blocks = [block for page in PAGES for block in page.blocks_in("sh")]
    assert [str(block) for block in blocks if block.is_run and block.page not in RUN] == []


@pytest.mark.parametrize("name", QUOTING)
def test_a_page_quotes_commands_that_are_run(name: str) -> None:
    """Short commands on overview pages must be those that a guide explains."""
    run = {_reduce(line) for other in RUN - {*QUOTING} for block in list_runnable(other) for line in block.commands}
    quoted = [line for block in list_runnable(name) for line in block.commands]
    assert quoted
    assert [line for line in quoted if _reduce(line) not in run] == []


def _reduce(line: str) -> frozenset[str]:
    """Return the words of a command, without those that differ in the sandbox and in scripts."""
    return frozenset(line.split()) - {"azure-sandbox", "run", "--", "--yes"}


def test_blocks_that_are_not_run_have_a_known_reason() -> None:
    """They need Azure, GitHub or a registry. This list grows only on purpose."""
    reasons = {(block.page, block.not_run) for page in PAGES for block in page.blocks if block.not_run}
    assert reasons == {
        ("CONTRIBUTING.md", "installs packages from a registry, and runs the whole suite"),
        ("CONTRIBUTING.md", "runs a part of the suite"),
        ("docs/how-to/backend.md", "needs a key vault in Azure"),
        ("docs/how-to/github.md", "creates identities and a key vault in Azure, and asks GitHub"),
        ("docs/how-to/github.md", "needs the storage account and the key vault"),
        ("docs/how-to/github.md", "resolves packages of a registry"),
        ("docs/how-to/other-languages.md", "installs packages from a registry"),
        ("docs/how-to/other-languages.md", "needs the official release of Pulumi"),
        ("docs/how-to/other-languages.md", "needs the version that is installed"),
        ("docs/how-to/own-program.md", "installs packages from a registry"),
        ("docs/how-to/own-program.md", "needs a copy of the example; its own test runs the same"),
        ("docs/how-to/policies.md", "installs packages from a registry"),
        ("docs/how-to/test-your-program.md", "installs packages from a registry"),
        ("docs/how-to/your-own-clusters.md", "needs a key vault in Azure"),
        ("docs/how-to/your-own-clusters.md", "needs an Azure account"),
        ("examples/README.md", "creates objects in an Azure subscription, and costs money"),
    }


# Helpers


def create_checkout(parent: Path) -> Path:
    """Create a checkout that is set up and has no stack files, as a reader works in one."""
    directory = parent / "checkout"
    directory.mkdir()
    for name in ("Makefile", "Pulumi.yaml", "__main__.py"):
        shutil.copy(PROJECT / name, directory)
    for folder in (".venv", ".venv-policies"):
        (directory / folder).symlink_to(PROJECT / folder)
    return directory


def create_stack(parent: Path, world: Path | None = None) -> Stack:
    """Create the empty stack `prod` in a checkout, with a sandbox of this world (default: its own)."""
    directory = create_checkout(parent)
    home = SandboxHome(directory / ".sandbox")
    home.reset(world)
    stack = Stack(directory, home, "prod")
    stack.init()
    return stack


def follow(block: Block, directory: Path, home: SandboxHome, *, stack: str) -> str:
    """
    Run the commands of a block, or write its settings into the stack file, as its reader would.

    Returns:
        The output of the commands.
    """
    if block.language == "yaml":
        _add_settings(block, directory / f"Pulumi.{stack}.yaml")
    if block.language != "sh" or not block.is_run:
        return ""
    lines = [line for line in block.commands if not _is_in_a_network(line)]
    # The variables are those of `azure-sandbox run`, and those of a warm interpreter.
    sandbox = environment(home)
    completed = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],
        cwd=directory,
        env={
            **sandbox,
            "AZURE_SANDBOX_HOME": str(home.directory),
            "MAKEFLAGS": "",
            "PATH": f"{_write_programs(directory)}:{sandbox['PATH']}",
            "PULUMI_STACK": stack,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, f"{block}:\n{completed.stdout}{completed.stderr}"
    return completed.stdout


def _is_in_a_network(line: str) -> bool:
    return any(command in IN_A_NETWORK for command in parse_commands(line))


def _add_settings(block: Block, file: Path) -> None:
    """Add the settings of a block to a stack file."""
    old: object = yaml.safe_load(file.read_text()) if file.exists() else None
    file.write_text(yaml.safe_dump(_merge(old, yaml.safe_load(block.text)), sort_keys=False))


def _merge(old: object, new: object) -> object:
    """Merge mappings at every level; other new values replace the old ones."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    merged = cast("dict[str, Any]", {**old})
    for key, value in cast("dict[str, Any]", new).items():
        merged[key] = _merge(merged.get(key), value)
    return merged


def _write_programs(directory: Path) -> Path:
    """Write commands that answer their own questions with yes, and a `make` that installs nothing."""
    folder = directory.parent / "programs"
    folder.mkdir(exist_ok=True)
    scripts = {
        "make": 'set -- --old-file=.venv/setup.stamp UV=false "$@"',
        # `make up` runs the real one, which starts a provider for each command. These commands share one.
        "azure-sandbox": 'if [ "$1" = run ]; then shift 2; exec "$@"; fi',
    }
    for program, commands in ANSWERED.items():
        flags = "--yes --skip-preview" if program == "pulumi" else "--yes"
        patterns = "|".join(f"'{command}'*" for command in commands)
        scripts[program] = f'case "$*" in {patterns}) set -- "$@" {flags};; esac'
    # The environment of the tests need not be active, as in `make test`.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for program, line in scripts.items():
        real = shutil.which(program, path=path)
        assert real, f"{program} is not installed"
        script = folder / program
        script.write_text(f'#!/bin/sh\n{line}\nexec {real} "$@"\n')
        script.chmod(0o755)
    return folder
