"""`adx-private-link check`: every mistake of every stack, in lines for people, editors and pipelines."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.examples.repository import EXAMPLES, PROJECT

from ..projects import CLUSTER, RIGHT, note_on_kind, problem_lines, run, write


def test_all_mistakes_of_all_stacks_are_reported_at_once(tmp_path: Path) -> None:
    """Each mistake that is reported later costs another run of CI."""
    project = write(
        tmp_path,
        dev=RIGHT.replace("/subnets/clients", "") + "      approvel: auto\n",
        prod=RIGHT.replace("resource_group: analytics", "resource_group: analytics."),
        test=RIGHT,
    )
    result = run(project, "check")
    assert [line[:22] for line in result.output.splitlines()] == [
        "Pulumi.dev.yaml:7: adx",
        "Pulumi.dev.yaml:10: ad",
        "Pulumi.prod.yaml:9: ad",
        "Pulumi.test.yaml: clus",
        "3 stacks, 3 problems",
    ]
    assert result.exit_code == 1


def test_a_problem_is_one_line_however_long(tmp_path: Path) -> None:
    """A line that is wrapped in a pipe cannot be found by grep."""
    [line] = problem_lines(write(tmp_path, prod=RIGHT.replace(CLUSTER, "x" * 3000)), "check")
    assert len(line) < 500
    assert line.endswith("/providers/Microsoft.Kusto/clusters/<cluster>")


def test_stacks_that_are_right(tmp_path: Path) -> None:
    result = run(write(tmp_path, dev=RIGHT), "check")
    assert (result.output, result.exit_code) == (f"{note_on_kind('dev')}1 stack, no problems\n", 0)
    result = run(write(tmp_path, prod=RIGHT), "check")
    notes = note_on_kind("dev") + note_on_kind("prod")
    assert (result.output, result.exit_code) == (f"{notes}2 stacks, no problems\n", 0)


def test_only_files_in_the_arguments_are_checked(tmp_path: Path) -> None:
    """Hooks name the files that changed."""
    project = write(tmp_path, dev=RIGHT, prod="config: []\n")
    assert run(project, "check", "Pulumi.dev.yaml").output == f"{note_on_kind('dev')}1 stack, no problems\n"
    assert run(project, "check", "Pulumi.prod.yaml", "Pulumi.dev.yaml").output.endswith("2 stacks, 1 problem\n")
    assert run(project, "check", "Pulumi.gone.yaml").exit_code == 2


def test_the_file_of_a_project_stands_for_its_stacks(tmp_path: Path) -> None:
    """Hooks name the project's file, too, if it changed."""
    project = write(tmp_path, dev=RIGHT, prod="config: []\n")
    result = run(project, "check", "Pulumi.yaml", "Pulumi.dev.yaml")
    assert result.output.splitlines()[-1] == "2 stacks, 1 problem"


def test_colours_are_for_terminals(tmp_path: Path) -> None:
    project = write(tmp_path, prod="config: []\n")
    command = [sys.executable, "-c", "from adx_private_link.cli import main; main(['check'])"]
    terminal, command_end = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    subprocess.run(command, cwd=project, stdout=command_end, check=False, env={**environment, "TERM": "xterm-256color"})
    on_a_terminal = os.read(terminal, 10_000).decode()
    in_a_pipe = subprocess.run(
        command, cwd=project, capture_output=True, text=True, check=False, env=environment
    ).stdout
    assert on_a_terminal.startswith("\x1b[1mPulumi.prod.yaml:1:\x1b[0m config: is not a mapping")
    assert in_a_pipe.startswith("Pulumi.prod.yaml:1: config: is not a mapping")


def test_from_a_directory_of_the_project(tmp_path: Path) -> None:
    """Pulumi also looks for the project in the directories above."""
    project = write(tmp_path, prod="config: []\n")
    (project / "modules").mkdir()
    assert problem_lines(project / "modules", "check")[0].startswith("../Pulumi.prod.yaml:1: ")


def test_without_a_project(tmp_path: Path) -> None:
    result = run(tmp_path, "check")
    assert (result.output, result.exit_code) == (
        (
            "Error: No Pulumi.yaml is in this directory or above it. Run the command in the program's directory "
            "(`--cwd`).\n"
        ),
        2,
    )


def test_without_a_stack(tmp_path: Path) -> None:
    result = run(write(tmp_path), "check")
    assert result.output.startswith("Error: No stack of Pulumi.yaml has a file. Run `pulumi stack init`")
    assert result.exit_code == 2


def test_a_file_that_is_named_twice_is_checked_once(tmp_path: Path) -> None:
    directory = write(tmp_path, prod=RIGHT)
    result = run(directory, "check", "Pulumi.prod.yaml", str(directory / "Pulumi.prod.yaml"))
    assert result.output == f"{note_on_kind()}1 stack, no problems\n"


_STACKS = [PROJECT / "Pulumi.dev.yaml", *sorted(EXAMPLES.rglob("Pulumi.*.yaml"))]


@pytest.mark.parametrize("file", [str(file.relative_to(PROJECT)) for file in _STACKS])
def test_every_example_is_right(file: str) -> None:
    result = run(PROJECT, "check", file)
    assert result.output.splitlines()[-1] == "1 stack, no problems", result.output
    assert result.exit_code == 0


def test_an_example_in_its_own_directory(tmp_path: Path) -> None:
    folder = tmp_path / "hub_and_spoke"
    shutil.copytree(EXAMPLES / "hub_and_spoke", folder)
    assert run(folder, "check").output.splitlines()[-1] == "1 stack, no problems"
    file = folder / "Pulumi.example.yaml"
    content = yaml.safe_load(file.read_text())
    key = next(iter(content["config"]["adx-private-link:consumers"]))
    content["config"]["adx-private-link:consumers"][key]["subnet_id"] = "hub"
    file.write_text(yaml.safe_dump(content))
    [line] = problem_lines(folder, "check")
    number = int(line.split(":")[1])
    assert file.read_text().splitlines()[number - 1].strip() == "subnet_id: hub"


# Formats


def test_json_has_every_problem_with_its_line(tmp_path: Path) -> None:
    project = write(tmp_path, dev=RIGHT.replace("/subnets/clients", ""), prod="environment: [shared]\n" + RIGHT)
    result = run(project, "check", "--format", "json")
    output = json.loads(result.stdout)
    [problem] = output["problems"]
    assert result.exit_code == 1
    assert (problem["file"], problem["line"], output["stacks"]) == ("Pulumi.dev.yaml", 7, 2)
    assert problem["message"].startswith("adx-private-link:consumers.analytics.subnet_id (")
    assert output["notes"] == [
        "Pulumi.prod.yaml: its environments (Pulumi ESC) are not checked",
        note_on_kind().rstrip(),
    ]


def test_pull_requests_get_annotations(tmp_path: Path) -> None:
    """A colon, comma or line end in a value would end it (actions/toolkit, `packages/core/src/command.ts`)."""
    project = write(tmp_path / "a,b", prod=RIGHT.replace("myadx:", '"50%: \\n":'))
    result = run(project, "check", "--format", "github")
    assert result.exit_code == 1
    [line] = result.stdout.splitlines()
    place, _, message = line.removeprefix("::error ").partition("::")
    file = str(project / "Pulumi.prod.yaml").replace(",", "%2C")
    assert place == f"file={file},line=3,title=adx-private-link"
    assert "50%25" in message
    assert (run(write(tmp_path / "right", prod=RIGHT), "check", "--format", "github").output) == ""


def test_one_stack_by_its_name(tmp_path: Path) -> None:
    project = write(tmp_path, dev=RIGHT, prod="config: []\n")
    assert run(project, "check", "--stack", "dev").output == f"{note_on_kind('dev')}1 stack, no problems\n"
    assert run(project, "check", "-s", "organization/access/prod").exit_code == 1
    gone = run(project, "check", "-s", "gone")
    assert (gone.exit_code, "Pulumi.gone.yaml" in gone.output) == (2, True)
    assert run(project, "check", "-s", "dev", "Pulumi.prod.yaml").exit_code == 2
