"""Every command keeps to the same conventions, as people know them from other command lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from adx_private_link.cli import main

from .outputs import clusters, endpoint
from .outputs import run as run_with_outputs
from .projects import RIGHT, note_on_kind, run, write

_MAIN = click.Context(main, info_name="adx-private-link")


def _commands(group: click.Group, context: click.Context, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        yield f"{path}{name}", command
        if isinstance(command, click.Group):
            yield from _commands(command, click.Context(command, info_name=name, parent=context), f"{name} ")


COMMANDS = dict(_commands(main, _MAIN))
_SHORT = {"--stack": "-s", "--cwd": "-C", "--yes": "-y", "--output": "-o", "--consumer": "-c"}
"""Options with a short spelling, which is the same wherever the option is."""
_MOVING = {"lock-down", "migrate", "roll-back"}
_OF_A_STACK = {
    "access",
    "adopt",
    "check",
    "dns diff",
    "dns export",
    "graph",
    "release",
    "repair",
    "rights",
    "verify",
    *_MOVING,
}
_ASKING = {"adopt", "fleet refresh", "fleet up", "release", "repair", *_MOVING}
_WITH_JSON = {"access", "check", "dns export", "fleet check", "report", "rights", "verify"}


def _options(command: click.Command) -> dict[str, click.Option]:
    """The options that the help shows, by their long spelling."""
    shown = [param for param in command.params if isinstance(param, click.Option) and not param.hidden]
    return {spelling: option for option in shown for spelling in option.opts if spelling.startswith("--")}


def _having(option: str) -> set[str]:
    return {name for name, command in COMMANDS.items() if option in _options(command)}


def test_the_commands_that_have_an_option() -> None:
    """`-C` is everywhere, a stack where one is read or changed, a confirmation where something is changed."""
    groups = {name for name, command in COMMANDS.items() if isinstance(command, click.Group)}
    assert _having("--cwd") == {*COMMANDS}
    assert _having("--stack") == _OF_A_STACK
    assert _having("--yes") == _ASKING
    with_json = {
        name
        for name, command in COMMANDS.items()
        if (form := _options(command).get("--format")) and "json" in getattr(form.type, "choices", ())
    }
    assert with_json == _WITH_JSON
    assert groups == {"dns", "fleet"}


@pytest.mark.parametrize("name", COMMANDS)
def test_options_are_spelt_alike(name: str) -> None:
    for spelling, option in _options(COMMANDS[name]).items():
        short = {opt for opt in option.opts if not opt.startswith("--")}
        if spelling != "--format":  # `dns export -f` is an old spelling that is not shown
            assert short == ({_SHORT[spelling]} if spelling in _SHORT else set()), spelling
        assert option.help, spelling
        assert option.help[0].isupper(), spelling
        assert option.help.endswith("."), spelling


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_exit_codes_mean(tmp_path: Path, name: str) -> None:
    text = run(tmp_path, *name.split(), "-h").output
    assert text == run(tmp_path, *name.split(), "--help").output
    codes = text.partition("Exit codes:\n")[2]
    assert set(re.findall(r"^    (\d)  ", codes, re.MULTILINE)) >= {"0", "2"}


@pytest.mark.parametrize("name", ["access", "check", "dns diff", "verify"])
def test_a_command_acts_as_if_started_elsewhere(tmp_path: Path, name: str) -> None:
    """Before the command, after it, or both, as `git -C`; files are named from there."""
    done = run(tmp_path, *name.split(), "-C", "nowhere")
    assert done.exit_code == 2
    assert "Directory 'nowhere' does not exist" in done.output


@pytest.mark.parametrize(
    "arguments",
    [["-C", "a", "check", "-C", "b"], ["check", "--cwd", "a/b"], ["check", "Pulumi.prod.yaml", "-C", "a/b"]],
    ids=" ".join,
)
def test_files_are_named_from_the_other_directory(tmp_path: Path, arguments: list[str]) -> None:
    write(tmp_path / "a" / "b", prod=RIGHT)
    before = Path.cwd()
    done = run(tmp_path, *arguments)
    assert (done.output, done.exit_code) == (f"{note_on_kind()}1 stack, no problems\n", 0)
    assert Path.cwd() == before


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        (["acces"], "access"),
        (["dns", "exprt"], "export"),
        (["check", "--stak", "x"], "--stack"),
        (["--versin"], "--version"),
    ],
)
def test_what_is_misspelt_is_recognised(tmp_path: Path, wrong: list[str], meant: str) -> None:
    done = run(tmp_path, *wrong)
    assert done.exit_code == 2
    assert re.search(rf"Did you mean '?{meant}'?", done.output), done.output


@pytest.mark.parametrize(("command", "older"), [("verify", ["--json"]), ("dns export", ["-f", "json"])])
def test_older_spellings_work_and_are_not_shown(tmp_path: Path, command: str, older: list[str]) -> None:
    options = run(tmp_path, *command.split(), "--help").output.partition("Options:")[2].partition("Example")[0]
    assert not re.search(rf"^ +(-\w, )?{older[0]}\b", options, re.MULTILINE)
    waiting = clusters()
    waiting["myadx"]["endpoints"]["analytics"] = {"engine": endpoint({}, "Pending")}
    now, before = (
        run_with_outputs(tmp_path, waiting, *command.split(), *spelling) for spelling in (["--format", "json"], older)
    )
    assert (now.output, now.exit_code) == (before.output, before.exit_code)
    assert "Pending" in now.output


def test_shells_complete_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the help says."""
    text = run(tmp_path, "--help").output
    assert 'eval "$(_ADX_PRIVATE_LINK_COMPLETE=bash_source adx-private-link)"' in text
    monkeypatch.setenv("_ADX_PRIVATE_LINK_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "adx-private-link ver")
    monkeypatch.setenv("COMP_CWORD", "1")
    with pytest.raises(SystemExit):
        main.main(prog_name="adx-private-link")
    assert capsys.readouterr().out == "plain,verify\n"
