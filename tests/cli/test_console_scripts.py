"""What goes wrong around a command, as the console scripts meet it: one line and an exit code, never a traceback."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from adx_private_link.cli import main
from azure_sandbox.cli import main as azure_sandbox
from tests.cli.outputs import clusters
from tests.cli.report.previews import FakePreview
from tests.cli.report.reports import replaced

from .projects import RIGHT, write

PROJECT = Path(__file__).parents[2]
MODULES = ("azure", "click", "dns", "httpx", "psutil", "pygraphviz", "rich", "yaml")
"""Everything that an extra installs and the code imports."""
SCRIPT = [sys.executable, "-m", "adx_private_link"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return _project(tmp_path)


def _project(directory: Path) -> Path:
    """A project with a stack that is right, one that is wrong, and what commands read."""
    write(directory, prod=RIGHT)
    write(directory / "wrong", prod=RIGHT.replace("resource_group", "resource_gruop"))
    write(directory / "nothing")
    (directory / "clusters.json").write_text(json.dumps(clusters()))
    preview, failed = FakePreview(), FakePreview()
    replaced(preview)
    failed.say("an unhandled error occurred: program exited with non-zero exit code: 1", "error")
    (directory / "preview.json").write_bytes(preview.content)
    (directory / "failed.json").write_bytes(failed.content)
    return directory


def run(directory: Path, *arguments: str, shell: str = '"$@"', **environment: str) -> subprocess.CompletedProcess[str]:
    """The script, by a line of shell in which it is "$@"."""
    return subprocess.run(
        ["bash", "-c", shell, "bash", *SCRIPT, *arguments],
        cwd=directory,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


# Extras


def _imported() -> set[str]:
    """The packages of others that the code imports."""
    packages: set[str] = set()
    for package in ("adx_private_link", "azure_sandbox"):
        for file in (PROJECT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    packages |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    packages.add(str(node.module).partition(".")[0])
    return packages - sys.stdlib_module_names - {"adx_private_link", "azure_sandbox"}


def test_every_package_that_only_an_extra_installs_is_tried() -> None:
    """
    gRPC and protobuf come with pulumi, annotated_types with pydantic; pytest loads the plugin itself.

    Commands import Dask and Jinja when they need them, and `tests/cli/fleet` tries both. Only Pulumi starts the policy
    pack, in an environment of its own.
    """
    pulumi, pydantic = (
        {"google", "grpc", "pulumi", "pulumi_azure_native"},
        {"annotated_types", "pydantic", "pydantic_core"},
    )
    tried_elsewhere = {"dask", "distributed", "jinja2", "pulumi_policy", "pytest"}
    assert _imported() - pulumi - pydantic - tried_elsewhere == {*MODULES}


def test_extras_that_extend_the_command_line_install_it() -> None:
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for extra in ("kusto", "svg"):
        assert "adx-private-link[cli]" in extras[extra]


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[int, str]]]:
    """How commands end where a module is missing, by module: exit code and output."""
    lines = [
        ["adx-private-link", "--help"],
        ["adx-private-link", "repair", "--help"],
        ["adx-private-link", "graph", "--format", "svg", "Pulumi.prod.yaml"],
        ["adx-private-link", "verify", "--query", "--timeout", "0.1", "--nameserver", "127.0.0.1:1", "clusters.json"],
        ["azure-sandbox", "--version"],
    ]
    done = subprocess.run(
        # Not from its own directory, where folders are called as packages are.
        [sys.executable, "-P", PROJECT / "tests" / "cli" / "without_module.py", *MODULES],
        input=json.dumps(lines),
        cwd=_project(tmp_path_factory.mktemp("project")),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("module", MODULES)
def test_a_package_that_is_missing_is_a_line(without: dict[str, list[tuple[int, str]]], module: str) -> None:
    """A command that does not need the package works."""
    ends = without[module]
    assert not [output for _, output in ends if "Traceback" in output]
    pip = {"svg": "adx-private-link[svg]", "kusto": "adx-private-link[kusto]", "cli": "adx-private-link[cli]"}
    messages = [output.strip().splitlines()[-1] for code, output in ends if code == 2]
    extra = {"azure": "kusto", "pygraphviz": "svg"}.get(module, "cli")
    assert any(f"pip install '{pip[extra]}'" in message for message in messages)


# Exit codes


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (0, "check"),
        (0, "graph"),
        (0, "schema"),
        (0, "access clusters.json"),
        (0, "dns export --format json clusters.json"),
        (0, "report preview.json"),
        (0, "report failed.json"),
        (0, "report --fail-on lock-removed preview.json"),
        (1, "check wrong/Pulumi.prod.yaml"),
        (1, "graph wrong/Pulumi.prod.yaml"),
        (1, "report --fail-on any preview.json"),
        (1, "verify --nameserver 127.0.0.1:1 --timeout 0.1 clusters.json"),
        (2, "check nothing/Pulumi.yaml Pulumi.gone.yaml"),
        (2, "graph nothing/Pulumi.prod.yaml"),
        (2, "schema --output gone/schema.json"),
        (2, "access preview.json"),
        (2, "access"),
        (2, "adopt"),
        (2, "release pls"),
        (2, "repair"),
        (2, "dns export --format json preview.json"),
        (2, "dns diff --nameserver 127.0.0.1:1 clusters.json"),
        (2, "verify preview.json"),
        (2, "verify --consumer nobody clusters.json"),
        (2, "report --fail-on any clusters.json"),
        (2, "report --fail-on any failed.json"),
        (2, "report --fail-on nonsense preview.json"),
        (2, "chekc"),
        (2, "check --nonsense"),
    ],
)
def test_exit_codes(project: Path, monkeypatch: pytest.MonkeyPatch, code: int, arguments: str) -> None:
    """0: nothing found. 1: a finding. 2: the command cannot do or cannot tell. There is no `pulumi` here."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("PATH", "/nonexistent")
    done = CliRunner().invoke(main, arguments.split())
    assert done.exit_code == code, done.output
    assert isinstance(done.exception, SystemExit | None)


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        (0, "reset"),
        (2, "list"),
        (2, "show /subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"),
        (2, "reset --world gone.yaml"),
        (2, "run -- no-such-command"),
        (2, "trouble nonsense"),
        (2, "portal delete nonsense"),
    ],
)
def test_exit_codes_of_the_sandbox(tmp_path: Path, code: int, arguments: str) -> None:
    """In a directory without a sandbox."""
    done = CliRunner().invoke(azure_sandbox, ["--home", str(tmp_path / "new"), *arguments.split()])
    assert done.exit_code == code, done.output
    assert isinstance(done.exception, SystemExit | None)


# Streams, signals, surroundings


@pytest.mark.parametrize("arguments", [["schema"], ["--help"]], ids=" ".join)
def test_a_reader_that_has_seen_enough(project: Path, arguments: Sequence[str]) -> None:
    """`adx-private-link schema | head -1`, on both sides of the size of a pipe."""
    done = run(project, *arguments, shell='"$@" | head -c 1 > /dev/null; exit ${PIPESTATUS[0]}')
    assert (done.returncode in (0, 141), done.stderr) == (True, "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["adx_private_link", "--help"],
        ["adx_private_link", "check"],
        ["adx_private_link", "check", "wrong/Pulumi.prod.yaml"],
        ["adx_private_link", "schema"],
        ["adx_private_link", "dns", "export", "--format", "json", "clusters.json"],
        ["azure_sandbox", "--help"],
        ["azure_sandbox", "reset"],
    ],
    ids=" ".join,
)
def test_a_reader_that_is_gone_already(project: Path, arguments: Sequence[str]) -> None:
    """`adx-private-link check | true`: 1 would say that the command has found something."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", *arguments], cwd=project, stdout=pipe, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_full_disk_behind_standard_output(project: Path) -> None:
    done = run(project, "schema", shell='"$@" > /dev/full')
    assert (done.returncode, done.stderr) == (
        2,
        "Error: Standard output cannot be written: No space left on device.\n",
    )


def test_standard_streams_that_are_closed(project: Path) -> None:
    """As some supervisors start programs."""
    assert run(project, "check", shell='"$@" <&- >&- 2>&-').returncode == 0


def test_an_encoding_that_lacks_characters(project: Path) -> None:
    """People write arrows, and an old locale has none."""
    write(project / "arrow", prod=RIGHT.replace("resource_group: ", "resource_group: →"))
    done = run(project / "arrow", "check", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (1, "")
    assert "\\u2192" in done.stdout
    latin = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert run(project, "report", "preview.json", **latin).returncode == 0


def test_a_directory_that_is_gone(project: Path) -> None:
    done = run(project, "check", shell='mkdir gone; cd gone; rmdir ../gone; "$@"')
    assert (done.returncode, done.stderr) == (
        2,
        "Error: The current directory cannot be read: No such file or directory.\n",
    )


def test_ctrl_c(project: Path) -> None:
    """While it reads a preview that is still being written."""
    process = subprocess.Popen(
        [*SCRIPT, "report", "-"], cwd=project, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdin
    # More than a pipe holds: it is written when the command reads.
    process.stdin.write(" " * 1_000_000)
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    _, message = process.communicate(timeout=120)
    assert (process.returncode, message.strip()) == (130, "Interrupted.")
