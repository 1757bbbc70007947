"""
The wheel, installed with each extra into an environment of its own, with the lowest versions of its requirements.

`lowest.txt` has these versions, and their dependencies. After a change of a lower bound:

    uv pip compile --generate-hashes --no-header --extra cli --extra fleet --extra kusto --extra svg --extra sandbox \
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
EXTRAS = ("cli", "fleet", "kusto", "svg", "sandbox")


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel."""

    bin: Path
    directory: Path
    """The working directory of commands: a project with a stack, and the stack's outputs."""

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

    def output_of(self, command: str, *arguments: str) -> str:
        """The output of a command that succeeds."""
        completed = self.run(command, *arguments)
        assert completed.returncode == 0, completed.stderr
        return completed.stdout

    def error_of(self, command: str, *arguments: str) -> str:
        """The one-line error of a command that cannot work here."""
        completed = self.run(command, *arguments)
        (*usage, line) = completed.stderr.splitlines()
        assert completed.returncode == 2
        assert "Traceback" not in completed.stderr
        assert len(usage) <= 3  # click's usage
        return line


def uv(*arguments: str | Path) -> None:
    completed = subprocess.run([find_uv_bin(), *arguments], capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    source = directory / "source"
    for package in ("adx_private_link", "azure_sandbox"):
        shutil.copytree(PROJECT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / file, source)
    uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", directory, source)
    (wheel,) = directory.glob("*.whl")
    return wheel


Install = Callable[..., Installed]


@pytest.fixture(scope="module")
def install(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Install:
    environments: list[Path] = []

    @cache
    def installed(extra: str = "", *others: str) -> Installed:
        directory = tmp_path_factory.mktemp(extra or "library")
        uv("venv", "--python", sys.executable, directory / "venv")
        requirement = f"adx-private-link{f'[{extra}]' if extra else ''} @ {wheel.as_uri()}"
        python = directory / "venv" / "bin" / "python"
        uv("pip", "install", "--python", python, "--constraints", LOWEST, requirement, *others)
        for other in environments:
            _copy_compiled(other, directory / "venv")
        environments.append(directory / "venv")
        project = write(directory / "project", prod=RIGHT)
        (project / "clusters.json").write_text(json.dumps(clusters()), "utf-8")
        return Installed(python.parent, project)

    return installed


def _copy_compiled(source: Path, environment: Path) -> None:
    """Copy the compiled modules of another environment, because compiling the SDK takes seconds."""
    for compiled in source.rglob("__pycache__"):
        copy = environment / compiled.relative_to(source)
        if copy.parent.exists() and not copy.exists():
            shutil.copytree(compiled, copy)


def test_the_wheel_has_a_licence(wheel: Path) -> None:
    """Companies install nothing without one, and their tools read only the metadata."""
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        message = email.message_from_bytes(archive.read(metadata))
        licence = archive.read(metadata.replace("METADATA", f"licenses/{message['License-File']}"))
    assert message["License-Expression"] == "Apache-2.0"
    assert b"Apache License" in licence
    assert "Typing :: Typed" in message.get_all("Classifier", [])


def test_the_lowest_versions_are_the_lower_bounds() -> None:
    """A lower bound that is never installed is a guess: pydantic 2.8 was allowed, and crashed."""
    bounds = [*ABOUT["dependencies"], *(bound for extra in EXTRAS for bound in ABOUT["optional-dependencies"][extra])]
    lowest = {name: version for bound in bounds for name, version in re.findall(r"^([\w-]+)>=([\d.]+)", bound)}
    pinned = dict(re.findall(r"^([\w-]+)==([\d.]+)", LOWEST.read_text("utf-8"), re.MULTILINE))
    trailing_zeros = re.compile(r"(\.0)*$")
    assert {name: trailing_zeros.sub("", pinned[name]) for name in lowest} == {
        name: trailing_zeros.sub("", version) for name, version in lowest.items()
    }


def test_the_library_without_extras(install: Install, tmp_path: Path) -> None:
    """Programs need no extra, and neither do their tests, although pytest loads the plugin of this distribution."""
    library = install("", "pytest", "hypothesis")
    for name in ("__init__.py", "conftest.py"):
        (tmp_path / "tests").mkdir(exist_ok=True)
        shutil.copy(PROJECT / "tests" / name, tmp_path / "tests")
    for name in ("components", "samples"):
        shutil.copytree(PROJECT / "tests" / name, tmp_path / "tests" / name)
    mocked = tmp_path / "tests" / "components" / "test_attributes.py"
    assert " passed" in library.output_of("python", "-P", "-m", "pytest", "-q", f"--rootdir={tmp_path}", str(mocked))
    assert "adx-private-link[cli]" in library.error_of("adx-private-link", "check")
    assert "adx-private-link[sandbox]" in library.error_of("azure-sandbox", "--version")


def test_packages_that_are_too_old_are_named(install: Install) -> None:
    """Another requirement of an environment can bring an older click."""
    library = install("", "pytest", "hypothesis")
    uv("pip", "install", "--python", library.bin / "python", "click==8.1.7", "pyyaml", "rich", "psutil")
    assert "click 8.1.7 (needed: 8.5)" in library.error_of("adx-private-link", "adopt")


def test_the_command_line(install: Install) -> None:
    cli = install("cli")
    assert cli.output_of("adx-private-link", "--version").endswith(f"version {ABOUT['version']}\n")
    assert cli.output_of("adx-private-link", "check").endswith("1 stack, no problems\n")
    assert "flowchart" in cli.output_of("adx-private-link", "graph")
    assert "Approved" in cli.output_of("adx-private-link", "access", "clusters.json")
    assert "10.3.0.9" in cli.output_of("adx-private-link", "dns", "export", "--format", "hosts", "clusters.json")
    assert "adx-private-link[svg]" in cli.error_of("adx-private-link", "graph", "--format", "svg")
    assert "adx-private-link[kusto]" in cli.error_of("adx-private-link", "verify", "--query", "clusters.json")
    # No server answers there.
    completed = cli.run(
        "adx-private-link", "verify", "--nameserver", "127.0.0.1:1", "--timeout", "0.1", "clusters.json"
    )
    assert (completed.returncode, "Traceback" in completed.stderr) == (1, False)


def test_pictures(install: Install) -> None:
    assert "<svg" in install("svg").output_of("adx-private-link", "graph", "--format", "svg")


def test_queries(install: Install) -> None:
    """The client is imported, but the name does not resolve, so no query is sent."""
    server = ["--nameserver", "127.0.0.1:1", "--timeout", "0.1"]
    completed = install("kusto").run("adx-private-link", "verify", "--query", *server, "clusters.json")
    assert completed.returncode == 1
    assert "Traceback" not in completed.stderr


def test_the_sandbox(install: Install) -> None:
    sandbox = install("sandbox")
    assert sandbox.output_of("azure-sandbox", "--version").endswith(f"version {ABOUT['version']}\n")
    assert "resources from the default world" in sandbox.output_of("azure-sandbox", "reset")
    assert "Microsoft.Kusto" in sandbox.output_of("azure-sandbox", "list")
    assert "11111111" in sandbox.output_of("azure-sandbox", "run", "--", "az", "account", "show", "--query", "id")
