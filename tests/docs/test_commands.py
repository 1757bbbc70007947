"""
The shell blocks of the pages, run in the order in which a reader meets them, in the sandbox.

A block whose info string says `not-run: REASON` is only parsed (`test_pages.py`). Guides share one deployed stack.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack, environment

from .command_lines import parse_commands
from .pages import PAGES, PROJECT, Block, page

TUTORIAL = "docs/tutorial.md"
FIRST = "docs/how-to/your-own-clusters.md"
"""Its stack file and its commands deploy the stack that the other guides use."""

GUIDES = ("docs/how-to/check-settings.md", "docs/how-to/own-dns.md", "docs/how-to/pull-requests.md")

QUOTING = ("README.md", "docs/how-to/adopt.md", "docs/how-to/other-teams.md")
"""Pages whose commands stand on other pages, too: a tutorial, or the examples, which tests/examples runs."""

RUN = {TUTORIAL, FIRST, *GUIDES, *QUOTING, "examples/README.md"}

IN_A_NETWORK = ("adx-private-link dns diff", "adx-private-link verify")
"""Commands that ask servers of a network: tests/access/test_verify.py runs them as the pages have them."""

ANSWERED = {"pulumi": ("up", "refresh", "destroy"), "adx-private-link": ("adopt", "release", "repair")}
"""Commands that ask before they go on: a reader says yes."""


def runnable(name: str) -> list[Block]:
    return [block for block in page(name).blocks_in("sh") if block.is_run]


# The guides


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The stack of the first guide, whose pages' commands deploy it."""
    directory = checkout(tmp_path_factory.mktemp("guides"))
    home = SandboxHome(directory / ".sandbox")
    home.reset(None)
    stack = Stack(directory, home, "prod")
    stack.init()
    for block in page(FIRST).blocks:
        follow(block, directory, home, stack="prod")
    return stack


def test_the_first_guide_deploys(prod: Stack) -> None:
    endpoints = prod.outputs()["clusters"]["myadx"]["endpoints"]["analytics"]
    assert {endpoint["connection_state"] for endpoint in endpoints.values()} == {"Approved"}


@pytest.mark.parametrize("name", GUIDES)
def test_the_commands_of_a_guide(prod: Stack, name: str) -> None:
    for block in runnable(name):
        follow(block, prod.directory, prod.home, stack="prod")


# The tutorial


def test_the_tutorial(tmp_path: Path) -> None:
    directory = checkout(tmp_path)
    shutil.copy(PROJECT / "Pulumi.dev.yaml", directory)
    home = SandboxHome(directory / ".sandbox")
    printed = [follow(block, directory, home, stack="dev") for block in page(TUTORIAL).blocks]
    shown, *_ = page(TUTORIAL).blocks_in("text")
    assert _without_addresses(shown.text) <= _without_addresses(printed[0])
    (private, public), report = printed[4:6], printed[8]
    assert "A  10.3.0." in private
    assert "A  40.122.110.154" in public
    assert "`others` gets private access to `myadx`" in report
    assert "others     myadx.westus.kusto.windows.net" in printed[9]
    assert [each["id"] for each in home.azure.list()] == [each["id"] for each in _default(tmp_path).azure.list()]


def _without_addresses(table: str) -> set[str]:
    """Which of two addresses an endpoint gets is up to Azure."""
    return {re.sub(r"10\.3\.0\.[45]", "", line) for line in table.splitlines()}


def _default(directory: Path) -> SandboxHome:
    home = SandboxHome(directory / "default")
    home.reset(None)
    return home


# Everything is accounted for


def test_every_shell_block_is_run_or_says_why_not() -> None:
    left = [str(block) for each in PAGES for block in each.blocks_in("sh") if block.is_run and block.page not in RUN]
    assert left == []


@pytest.mark.parametrize("name", QUOTING)
def test_a_page_quotes_commands_that_are_run(name: str) -> None:
    run = {_essence(line) for each in RUN - {*QUOTING} for block in runnable(each) for line in block.commands}
    quoted = [line for block in runnable(name) for line in block.commands]
    assert quoted
    assert [line for line in quoted if _essence(line) not in run] == []


def _essence(line: str) -> frozenset[str]:
    """The words of a command, in the sandbox or not, asking or not."""
    return frozenset(line.split()) - {"azure-sandbox", "run", "--", "--yes"}


def test_blocks_that_are_not_run() -> None:
    """They need Azure, GitHub or a registry. This list grows only on purpose."""
    reasons = {(block.page, block.not_run) for each in PAGES for block in each.blocks if block.not_run}
    assert reasons == {
        ("CONTRIBUTING.md", "installs packages from a registry, and runs the whole suite"),
        ("CONTRIBUTING.md", "runs a part of the suite"),
        ("docs/how-to/backend.md", "needs a key vault in Azure"),
        ("docs/how-to/github.md", "creates identities and a key vault in Azure, and asks GitHub"),
        ("docs/how-to/github.md", "needs the storage account and the key vault"),
        ("docs/how-to/github.md", "resolves packages of a registry"),
        ("docs/how-to/own-program.md", "installs packages from a registry"),
        ("docs/how-to/own-program.md", "needs a copy of the example; its own test runs the same"),
        ("docs/how-to/test-your-program.md", "installs packages from a registry"),
        ("docs/how-to/your-own-clusters.md", "needs a key vault in Azure"),
        ("docs/how-to/your-own-clusters.md", "needs an Azure account"),
        ("examples/README.md", "creates objects in an Azure subscription, and costs money"),
    }


# Running


def checkout(parent: Path) -> Path:
    """A copy of what a reader works in: set up already, without stack files."""
    directory = parent / "checkout"
    directory.mkdir()
    for name in ("Makefile", "Pulumi.yaml", "__main__.py"):
        shutil.copy(PROJECT / name, directory)
    (directory / ".venv").symlink_to(PROJECT / ".venv")
    return directory


def follow(block: Block, directory: Path, home: SandboxHome, *, stack: str) -> str:
    """
    Do what a block asks of its reader: run its commands, or write its settings into the stack file.

    Returns:
        What the commands print.
    """
    if block.language == "yaml":
        _write(block, directory / f"Pulumi.{stack}.yaml")
    if block.language != "sh" or not block.is_run:
        return ""
    lines = [line for line in block.commands if not _is_in_a_network(line)]
    # What `azure-sandbox run` sets, and a warm interpreter.
    sandbox = environment(home)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],
        cwd=directory,
        env={
            **sandbox,
            "AZURE_SANDBOX_HOME": str(home.directory),
            "MAKEFLAGS": "",
            "PATH": f"{_programs(directory)}:{sandbox['PATH']}",
            "PULUMI_STACK": stack,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{block}:\n{done.stdout}{done.stderr}"
    return done.stdout


def _is_in_a_network(line: str) -> bool:
    return any(command in IN_A_NETWORK for command in parse_commands(line))


def _write(block: Block, file: Path) -> None:
    old: object = yaml.safe_load(file.read_text()) if file.exists() else None
    file.write_text(yaml.safe_dump(_merged(old, yaml.safe_load(block.text)), sort_keys=False))


def _merged(old: object, new: object) -> object:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    merged = cast("dict[str, Any]", {**old})
    for key, value in cast("dict[str, Any]", new).items():
        merged[key] = _merged(merged.get(key), value)
    return merged


def _programs(directory: Path) -> Path:
    """Commands that answer their own questions as a reader who goes on does, and a `make` that installs nothing."""
    folder = directory.parent / "programs"
    folder.mkdir(exist_ok=True)
    scripts = {
        "make": 'set -- --old-file=.venv/setup.stamp UV=false "$@"',
        # `make up` runs the real one. It starts a provider for each command, and here they share one.
        "azure-sandbox": 'if [ "$1" = run ]; then shift 2; exec "$@"; fi',
    }
    for program, commands in ANSWERED.items():
        flags = "--yes --skip-preview" if program == "pulumi" else "--yes"
        scripts[program] = f'case "$1" in {"|".join(commands)}) set -- "$@" {flags};; esac'
    for program, line in scripts.items():
        script = folder / program
        script.write_text(f'#!/bin/sh\n{line}\nexec {shutil.which(program)} "$@"\n')
        script.chmod(0o755)
    return folder
