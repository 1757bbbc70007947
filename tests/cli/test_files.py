"""Files that commands write: whole or not at all, never through a link, and what is wrong in one line."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest

from adx_private_link.cli.commands import adopt
from adx_private_link.cli.errors import CommandError
from adx_private_link.cli.files import make_directory, write_file

from .projects import RIGHT, run, write


def test_a_file_is_written_and_written_again(tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    write_file(file, "one")
    file.chmod(0o640)
    write_file(file, "two \N{SNOWMAN}")
    assert file.read_text(encoding="utf-8") == "two \N{SNOWMAN}"
    assert file.stat().st_mode & 0o777 == 0o640
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize("target", ["precious", "absent"])
def test_a_link_is_not_followed(tmp_path: Path, target: str) -> None:
    """A repository may bring one along: it would overwrite any file of whoever runs the command."""
    precious = tmp_path / "precious"
    precious.write_text("kept")
    (tmp_path / "adopt.json").symlink_to(tmp_path / target)
    with pytest.raises(CommandError, match="is a symbolic link"):
        write_file(tmp_path / "adopt.json", "x")
    assert precious.read_text() == "kept"
    assert not (tmp_path / "absent").exists()


def test_a_link_of_the_name_that_is_written_first_is_not_followed_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("kept")

    def guessed(_: int) -> str:
        return "guessed"

    monkeypatch.setattr(secrets, "token_hex", guessed)
    (tmp_path / ".adx-private-link-guessed").symlink_to(precious)
    with pytest.raises(CommandError, match="cannot be written: File exists"):
        write_file(tmp_path / "out", "x")
    assert precious.read_text() == "kept"


def test_what_a_killed_process_left_hinders_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In containers, most processes have the same few numbers; the results of fleets share a directory."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    def not_run(*_: object) -> None:
        """A killed process cleans nothing up."""

    monkeypatch.setattr(Path, "replace", killed)
    monkeypatch.setattr(Path, "unlink", not_run)
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "out", "x")
    monkeypatch.undo()
    [left] = tmp_path.iterdir()
    write_file(tmp_path / "out", "y")
    assert {*tmp_path.iterdir()} == {left, tmp_path / "out"}


def test_a_file_is_left_as_it_was_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text("whole")

    def full(*_: object, **__: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(CommandError, match="cannot be written: No space left on device"):
        write_file(file, "x" * 10_000)
    assert file.read_text() == "whole"
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("x" * 300, "File name too long"),
        ("absent/out", "No such file or directory"),
        ("file/out", "Not a directory"),
    ],
)
def test_what_the_system_refuses_is_one_line(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match=f"cannot be written: {why}") as raised:
        write_file(tmp_path / name, "x")
    assert "\n" not in raised.value.message


def test_directories_and_pipes_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in (".", "pipe"):
        with pytest.raises(CommandError, match="is not a regular file"):
            write_file(tmp_path / name, "x")
    with pytest.raises(CommandError, match="cannot be written: File exists"):
        make_directory(tmp_path / "pipe")


# Commands


@pytest.mark.parametrize(
    "arguments",
    [
        ["graph", "--output", "x" * 300],
        ["graph", "--output", "Pulumi.prod.yaml/pictures"],
        ["schema", "--output", "x" * 300],
        ["schema", "--output", "absent/schema.json"],
        ["schema", "--output", "link"],
        ["adopt", "--file", "x" * 300],
    ],
    ids=lambda arguments: " ".join(arguments)[:40],
)
def test_commands_say_it_in_one_line(tmp_path: Path, arguments: list[str]) -> None:
    write(tmp_path, prod=RIGHT)
    (tmp_path / "link").symlink_to("Pulumi.prod.yaml")
    result = run(tmp_path, *arguments)
    assert result.exit_code != 0
    assert "Traceback" not in result.output
    assert len(result.output.split("Error: ")[-1].splitlines()) == 1
    assert (tmp_path / "Pulumi.prod.yaml").read_text() == RIGHT


def test_a_picture_is_not_written_through_a_link(tmp_path: Path) -> None:
    write(tmp_path, prod=RIGHT)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "prod.md").symlink_to(tmp_path / "Pulumi.prod.yaml")
    assert "is a symbolic link" in run(tmp_path, "graph", "--output", "pictures").output
    assert (tmp_path / "Pulumi.prod.yaml").read_text() == RIGHT


@pytest.mark.parametrize("name", ["Pulumi.yaml", "Pulumi.prod.yaml", "notes.json"])
def test_adopt_overwrites_nothing_but_its_own_import_file(tmp_path: Path, name: str) -> None:
    """`--file Pulumi.prod.yaml` is a slip that would cost the settings; it is noticed before anything is asked."""
    write(tmp_path, prod=RIGHT)
    (tmp_path / "notes.json").write_text("[1]")
    before = (tmp_path / name).read_text()
    result = run(tmp_path, "adopt", "--file", name)
    assert result.exit_code == 2
    assert f"{name} is not an import file of Pulumi" in result.output
    assert (tmp_path / name).read_text() == before


def test_anything_else_that_the_system_refuses_is_one_line_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of temporary files, of Pulumi's: a full disk is no bug of this command."""

    def full(*_: object, **__: object) -> object:
        raise OSError(28, "No space left on device", "/tmp/x")

    monkeypatch.setattr(adopt, "require_version", full)
    result = run(write(tmp_path, prod=RIGHT), "adopt")
    assert result.exit_code == 2
    assert result.output == "Error: /tmp/x: No space left on device\n"
