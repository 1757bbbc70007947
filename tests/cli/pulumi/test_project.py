"""What a project file says of its stack files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..projects import CLUSTER, RIGHT, run, told, write


def test_keys_of_the_project_itself_need_no_namespace(tmp_path: Path) -> None:
    text = RIGHT.replace("adx-private-link:", "")
    named = {"project": "name: adx-private-link\nruntime: python\n"}
    assert run(write(tmp_path, prod=text, **named), "check").output == "1 stack is right\n"
    assert "no settings of adx-private-link" in run(write(tmp_path, prod=text), "check").output


@pytest.mark.parametrize("word", ["value", "default"])
def test_what_the_project_says_for_all_its_stacks(tmp_path: Path, word: str) -> None:
    """A stack's own value takes the place of the whole of it."""
    project = f"""\
    name: {"access" if word == "value" else "adx-private-link"}
    runtime: python
    config:
      adx-private-link:clusters:
        {word}:
          myadx:
            id: myadx
      adx-private-link:consumers:
        {word}: {{}}
    """
    own = f"config: {{adx-private-link:clusters: {{myadx: {{id: {CLUSTER}}}}}}}\n"
    directory = write(tmp_path, project=project, dev="", test="", prod=own)
    result = run(directory, "check")
    assert [line[:60] for line in result.output.splitlines()] == [
        "Pulumi.yaml:7: adx-private-link:clusters.myadx.id ('myadx'):",
        "3 stacks, 1 problem",
    ]


@pytest.mark.parametrize("setting", ["stackConfigDir: stacks", "config: stacks"])
def test_stack_files_in_a_directory_of_their_own(tmp_path: Path, setting: str) -> None:
    directory = write(tmp_path, project=f"name: access\nruntime: python\n{setting}\n")
    write(directory / "stacks", prod="config: []\n")
    (directory / "stacks" / "Pulumi.yaml").unlink()
    assert told(directory, "check")[0].startswith("stacks/Pulumi.prod.yaml:1: ")


def test_a_stack_file_beside_its_project_is_still_of_it(tmp_path: Path) -> None:
    """As a hook gives it: what the project says for all stacks holds, and paths lead on from its program."""
    project = "name: adx-private-link\nruntime: python\nstackConfigDir: ../stacks\n"
    directory = write(tmp_path / "program", project=project)
    write(tmp_path / "stacks", project="name: another\nruntime: go\n", prod="config: {}\n")
    assert told(directory, "check", "../stacks/Pulumi.prod.yaml") == told(directory, "check")
    assert told(directory, "check")[0].startswith("../stacks/Pulumi.prod.yaml:")


def test_endings_are_those_of_the_project(tmp_path: Path) -> None:
    """Pulumi reads no Pulumi.prod.yml beside a Pulumi.yaml, and says nothing."""
    directory = write(tmp_path, prod=RIGHT)
    (directory / "Pulumi.dev.yml").write_text(RIGHT)
    wanted = "Pulumi.dev.yml:1: is not read by Pulumi, because the project is Pulumi.yaml; rename it to Pulumi.dev.yaml"
    assert told(directory, "check") == told(directory, "check", "Pulumi.dev.yml") == [wanted]
    (directory / "Pulumi.yaml").rename(directory / "Pulumi.yml")
    assert [each.split()[0] for each in told(directory, "check")] == ["Pulumi.prod.yaml:1:"]


def test_a_project_file_that_is_no_yaml(tmp_path: Path) -> None:
    directory = write(tmp_path, project="name: [\n")
    for arguments in (["check"], ["check", "Pulumi.yaml"]):
        [line] = told(directory, *arguments)
        assert line.startswith("Pulumi.yaml:2: is not YAML: ")
    assert told(write(directory, project="name: [\n", prod=RIGHT), "check") == [line]


def test_settings_in_the_wrong_place_of_a_project_file(tmp_path: Path) -> None:
    text = "name: access\nruntime: python\nadx-private-link:clusters: {}\n"
    [line] = told(write(tmp_path, project=text, prod=RIGHT), "check")
    assert line.startswith("Pulumi.yaml:3: adx-private-link:clusters: is not below `config:`")


def test_what_an_environment_says_is_not_missing(tmp_path: Path) -> None:
    """Pulumi ESC is asked by Pulumi alone; everything else is checked all the same."""
    text = "environment: [shared]\nconfig: {adx-private-link:clusters: {myadx: {id: x}}}\n"
    found = told(write(tmp_path, prod=text), "check")
    assert [each[:58] for each in found] == [
        "Pulumi.prod.yaml:2: adx-private-link:clusters.myadx.id ('x",
        "Pulumi.prod.yaml: its environments (Pulumi ESC) are not ch",
    ]


@pytest.mark.parametrize("key", ["main", "stackConfigDir", "config"])
@pytest.mark.parametrize("name", ["a" * 300, "a/" * 3000, '"a\\0b"'])
def test_a_project_that_names_an_impossible_path(tmp_path: Path, key: str, name: str) -> None:
    """Linux takes 255 bytes a name and 4096 a path; the line says which key has it."""
    write(tmp_path, project=f"name: access\nruntime: python\n{key}: {name}\n", prod=RIGHT)
    done = run(tmp_path, "check")
    assert done.exit_code == 1
    assert f"Pulumi.yaml:3: {key}: is not a path (" in done.stdout
