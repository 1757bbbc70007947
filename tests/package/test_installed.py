"""
The wheel, installed as people install it: with each extra, in an environment of its own, with the lowest versions.

`lowest.txt` has these versions, and what they depend on. After a change of a lower bound:

    uv pip compile --generate-hashes --no-header --extra cli --extra kusto --extra svg --extra sandbox \
      --resolution lowest-direct --python-version 3.11 --universal -o tests/package/lowest.txt pyproject.toml
"""

from __future__ import annotations

import email
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from uv import find_uv_bin

from tests.cli.outputs import clusters
from tests.cli.projects import RIGHT, write

PROJECT = Path(__file__).parents[2]
LOWEST = Path(__file__).with_name("lowest.txt")
ABOUT = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = ("cli", "kusto", "svg", "sandbox")


@dataclass(frozen=True)
class Installed:
    """An environment that has the wheel."""

    bin: Path
    directory: Path
    """Where its commands run: a project with a stack, and the stack's outputs."""

    def run(self, command: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.bin / command, *arguments],
            cwd=self.directory,
            env={**os.environ, "PYTHONPATH": "", "NO_COLOR": "1", **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def works(self, command: str, *arguments: str) -> str:
        done = self.run(command, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def in_a_line(self, command: str, *arguments: str) -> str:
        """The one line of a command that cannot work here."""
        done = self.run(command, *arguments)
        (*usage, line) = done.stderr.splitlines()
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert len(usage) <= 3  # click's, on how to call it
        return line


def uv(*arguments: str | Path) -> None:
    done = subprocess.run([find_uv_bin(), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    source = directory / "source"
    for package in ("adx_private_link", "azure_sandbox"):
        shutil.copytree(PROJECT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / file, source)
    uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", directory, source)
    (made,) = directory.glob("*.whl")
    return made


Install = Callable[..., Installed]


@pytest.fixture(scope="module")
def install(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Install:
    environments: list[Path] = []

    @cache
    def installed(extra: str = "", *others: str) -> Installed:
        directory = tmp_path_factory.mktemp(extra or "library")
        uv("venv", "--python", sys.executable, directory / "venv")
        wanted = f"adx-private-link{f'[{extra}]' if extra else ''} @ {wheel.as_uri()}"
        python = directory / "venv" / "bin" / "python"
        uv("pip", "install", "--python", python, "--constraints", LOWEST, wanted, *others)
        for before in environments:
            _take_compiled(before, directory / "venv")
        environments.append(directory / "venv")
        project = write(directory / "project", prod=RIGHT)
        (project / "clusters.json").write_text(json.dumps(clusters()), "utf-8")
        return Installed(python.parent, project)

    return installed


def _take_compiled(before: Path, environment: Path) -> None:
    """What both have is compiled once: the SDK takes seconds."""
    for compiled in before.rglob("__pycache__"):
        copy = environment / compiled.relative_to(before)
        if copy.parent.exists() and not copy.exists():
            shutil.copytree(compiled, copy)


def test_the_wheel_says_what_people_may_do_with_it(wheel: Path) -> None:
    """Companies install nothing whose licence is unknown, and their tools read the metadata alone."""
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        said = email.message_from_bytes(archive.read(metadata))
        licence = archive.read(metadata.replace("METADATA", f"licenses/{said['License-File']}"))
    assert said["License-Expression"] == "Apache-2.0"
    assert b"Apache License" in licence
    assert "Typing :: Typed" in said.get_all("Classifier", [])


def test_the_lowest_versions_are_those_that_the_bounds_allow() -> None:
    """A bound that nobody installs is a guess: pydantic 2.8 was allowed, and crashed."""
    bounds = [*ABOUT["dependencies"], *(each for extra in EXTRAS for each in ABOUT["optional-dependencies"][extra])]
    wanted = {name: version for each in bounds for name, version in re.findall(r"^([\w-]+)>=([\d.]+)", each)}
    pinned = dict(re.findall(r"^([\w-]+)==([\d.]+)", LOWEST.read_text("utf-8"), re.MULTILINE))
    short = re.compile(r"(\.0)*$")
    assert {name: short.sub("", pinned[name]) for name in wanted} == {
        name: short.sub("", version) for name, version in wanted.items()
    }


def test_the_library_alone(install: Install, tmp_path: Path) -> None:
    """A program needs no extra. Its tests do not either: pytest loads the plugin that comes with the library."""
    library = install("", "pytest", "hypothesis")
    for name in ("__init__.py", "conftest.py"):
        (tmp_path / "tests").mkdir(exist_ok=True)
        shutil.copy(PROJECT / "tests" / name, tmp_path / "tests")
    for name in ("graph", "pure"):
        shutil.copytree(PROJECT / "tests" / name, tmp_path / "tests" / name)
    mocked = tmp_path / "tests" / "graph" / "test_attributes.py"
    assert " passed" in library.works("python", "-P", "-m", "pytest", "-q", f"--rootdir={tmp_path}", str(mocked))
    assert "adx-private-link[cli]" in library.in_a_line("adx-private-link", "check")
    assert "adx-private-link[sandbox]" in library.in_a_line("azure-sandbox", "--version")


def test_packages_that_are_too_old_are_named(install: Install) -> None:
    """What else is in an environment may bring an older click than the extra asks for."""
    library = install("", "pytest", "hypothesis")
    uv("pip", "install", "--python", library.bin / "python", "click==8.1.7", "pyyaml", "rich", "psutil")
    assert "click 8.1.7 (needed: 8.5)" in library.in_a_line("adx-private-link", "adopt")


def test_the_command_line(install: Install) -> None:
    cli = install("cli")
    assert cli.works("adx-private-link", "--version").endswith(f"version {ABOUT['version']}\n")
    assert cli.works("adx-private-link", "check") == "1 stack is right\n"
    assert "flowchart" in cli.works("adx-private-link", "graph")
    assert "Approved" in cli.works("adx-private-link", "access", "clusters.json")
    assert "10.3.0.9" in cli.works("adx-private-link", "dns", "export", "--format", "hosts", "clusters.json")
    assert "adx-private-link[svg]" in cli.in_a_line("adx-private-link", "graph", "--format", "svg")
    assert "adx-private-link[kusto]" in cli.in_a_line("adx-private-link", "verify", "--query", "clusters.json")
    # It asks a server that is not there.
    done = cli.run("adx-private-link", "verify", "--nameserver", "127.0.0.1:1", "--timeout", "0.1", "clusters.json")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


def test_pictures(install: Install) -> None:
    assert "<svg" in install("svg").works("adx-private-link", "graph", "--format", "svg")


def test_queries(install: Install) -> None:
    """It never comes to the query: the client is imported, and the name does not resolve."""
    server = ["--nameserver", "127.0.0.1:1", "--timeout", "0.1"]
    done = install("kusto").run("adx-private-link", "verify", "--query", *server, "clusters.json")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_the_sandbox(install: Install) -> None:
    sandbox = install("sandbox")
    assert sandbox.works("azure-sandbox", "--version").endswith(f"version {ABOUT['version']}\n")
    assert "resources from the default world" in sandbox.works("azure-sandbox", "reset")
    assert "Microsoft.Kusto" in sandbox.works("azure-sandbox", "list")
    assert "11111111" in sandbox.works("azure-sandbox", "run", "--", "az", "account", "show", "--query", "id")
