"""What comes from outside is shown, and no terminal obeys it."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from adx_private_link import cli
from adx_private_link.cli.terminal import console as telling
from adx_private_link.cli.verify.findings import Check, Fault, Verified
from adx_private_link.cli.verify.formats import as_junit
from adx_private_link.plain_text import escaped, escaped_line
from adx_private_link.problems import Problem, format_problems

ESCAPES = "\x1b[31mred\x07\x9b2J\u202e\u200b\x00\r"
SHOWN = r"\x1b[31mred\x07\x9b2J\u202e\u200b\x00\r"


def test_control_characters_are_spelt_out() -> None:
    assert escaped(ESCAPES) == SHOWN
    assert escaped("a\r\nb\tc") == "a\nb\tc", "lines stay"
    assert escaped_line("a\r\nb\tc") == r"a\nb\tc"
    assert escaped("Zürich 東京 😀") == "Zürich 東京 😀"


@given(st.text())
def test_what_is_shown_can_be_printed(text: str) -> None:
    assert all(each.isprintable() or each.isspace() for each in escaped(text))
    assert "\x1b" not in escaped(text)
    assert escaped(escaped(text)) == escaped(text)
    assert "\n" not in escaped_line(text)


def test_problems_are_escaped() -> None:
    problem = Problem(f"clusters.{ESCAPES}", ESCAPES, ESCAPES, ESCAPES)
    assert "\x1b" not in format_problems([problem])
    assert SHOWN in str(problem)


@pytest.mark.parametrize("shown", [ESCAPES, Text(ESCAPES, "red")])
def test_a_console_obeys_nothing(shown: str | Text, monkeypatch: pytest.MonkeyPatch) -> None:
    out = telling.console()
    file = io.StringIO()
    monkeypatch.setattr(out, "file", file)
    out.print(shown)
    out.print(telling.table([ESCAPES], [[shown]]))
    written = file.getvalue()
    assert r"\x1b[31mred" in written
    assert "\x1b" not in written


def test_an_error_of_a_command_obeys_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors quote what Azure and Pulumi have said."""

    @click.command()
    def fail() -> None:
        raise click.ClickException(f"{ESCAPES}.\nnext line")

    def get_command(*_: object) -> click.Command:
        return fail

    commands: type[click.Group] = type(cli.main)
    monkeypatch.setattr(commands, "get_command", get_command)
    done = CliRunner().invoke(cli.main, ["check"])
    assert (done.exit_code, done.stderr) == (2, f"Error: {SHOWN}.\nnext line\n")


def test_a_junit_report_is_xml_whatever_was_found() -> None:
    """XML has no control characters: a pipeline could not read the report."""
    fault = Fault("no-route", ESCAPES, ESCAPES)
    verified = Verified("theirs", "engine", "host", (), (Check("tcp", ESCAPES, fault),))
    report = ET.fromstring(as_junit("analytics", [verified], query=False))
    [failure] = report.iter("failure")
    assert (failure.get("message"), failure.text) == (SHOWN, SHOWN)
