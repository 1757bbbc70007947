"""The settings of a project's file that concern its stack files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..projects import CLUSTER, RIGHT, note_on_kind, problem_lines, run, write


def test_keys_of_the_projects_own_namespace_need_none(tmp_path: Path) -> None:
    text = RIGHT.replace("adx-private-link:", "")
    named = {"project": "name: adx-private-link\nruntime: python\n"}
    assert run(write(tmp_path, prod=text, **named), "check").output == f"{note_on_kind()}1 stack, no problems\n"
    assert "no settings of adx-private-link" in run(write(tmp_path, prod=text), "check").output


@pytest.mark.parametrize("word", ["value", "default"])
def test_a_projects_values_apply_to_all_its_stacks(tmp_path: Path, word: str) -> None:
    """A stack's value replaces the project's value as a whole."""
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
def test_stack_files_may_have_a_directory_of_their_own(tmp_path: Path, setting: str) -> None:
    directory = write(tmp_path, project=f"name: access\nruntime: python\n{setting}\n")
    write(directory / "stacks", prod="config: []\n")
    (directory / "stacks" / "Pulumi.yaml").unlink()
    assert problem_lines(directory, "check")[0].startswith("stacks/Pulumi.prod.yaml:1: ")


def test_a_stack_file_in_another_directory_belongs_to_its_project(tmp_path: Path) -> None:
    """A pre-commit hook passes such a path. The project's values and the program's directory apply to it."""
    project = "name: adx-private-link\nruntime: python\nstackConfigDir: ../stacks\n"
    directory = write(tmp_path / "program", project=project)
    write(tmp_path / "stacks", project="name: another\nruntime: go\n", prod="config: {}\n")
    assert problem_lines(directory, "check", "../stacks/Pulumi.prod.yaml") == problem_lines(directory, "check")
    assert problem_lines(directory, "check")[0].startswith("../stacks/Pulumi.prod.yaml:")


def test_a_stack_file_has_the_ending_of_its_project(tmp_path: Path) -> None:
    """Pulumi silently ignores a Pulumi.prod.yml beside a Pulumi.yaml."""
    directory = write(tmp_path, prod=RIGHT)
    (directory / "Pulumi.dev.yml").write_text(RIGHT)
    expected = (
        "Pulumi.dev.yml:1: is not read by Pulumi, because the project is Pulumi.yaml; rename it to Pulumi.dev.yaml"
    )
    assert problem_lines(directory, "check") == [expected, note_on_kind().rstrip()]
    assert problem_lines(directory, "check", "Pulumi.dev.yml") == [expected]
    (directory / "Pulumi.yaml").rename(directory / "Pulumi.yml")
    [problem, note] = problem_lines(directory, "check")
    assert problem.startswith("Pulumi.prod.yaml:1: ")
    assert note == note_on_kind().rstrip().replace("prod.yaml", "dev.yml")


def test_an_invalid_project_file_is_a_mistake(tmp_path: Path) -> None:
    directory = write(tmp_path, project="name: [\n")
    for arguments in (["check"], ["check", "Pulumi.yaml"]):
        [line] = problem_lines(directory, *arguments)
        assert line.startswith("Pulumi.yaml:2: is not YAML: ")
    assert problem_lines(write(directory, project="name: [\n", prod=RIGHT), "check") == [line]


def test_settings_outside_of_config_are_a_mistake_of_the_project(tmp_path: Path) -> None:
    text = "name: access\nruntime: python\nadx-private-link:clusters: {}\n"
    [line] = problem_lines(write(tmp_path, project=text, prod=RIGHT), "check")
    assert line.startswith("Pulumi.yaml:3: adx-private-link:clusters: is not below `config:`")


def test_settings_that_an_environment_may_have_are_not_missing(tmp_path: Path) -> None:
    """Only Pulumi can read its ESC environments; all other settings are checked."""
    text = "environment: [shared]\nconfig: {adx-private-link:clusters: {myadx: {id: x}}}\n"
    lines = problem_lines(write(tmp_path, prod=text), "check")
    assert [line[:58] for line in lines] == [
        "Pulumi.prod.yaml:2: adx-private-link:clusters.myadx.id ('x",
        "Pulumi.prod.yaml: its environments (Pulumi ESC) are not ch",
    ]


@pytest.mark.parametrize("key", ["main", "stackConfigDir", "config"])
@pytest.mark.parametrize("name", ["a" * 300, "a/" * 3000, '"a\\0b"'])
def test_an_impossible_path_is_a_mistake_of_the_project(tmp_path: Path, key: str, name: str) -> None:
    """Linux allows 255 bytes in a name and 4096 in a path. The line names the key."""
    write(tmp_path, project=f"name: access\nruntime: python\n{key}: {name}\n", prod=RIGHT)
    result = run(tmp_path, "check")
    assert result.exit_code == 1
    assert f"Pulumi.yaml:3: {key}: is not a path (" in result.stdout
