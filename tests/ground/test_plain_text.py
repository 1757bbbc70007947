"""Text from outside: it is shown, but a terminal does not execute its control characters."""

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
from adx_private_link.cli.terminal.console import console
from adx_private_link.cli.terminal.tables import table
from adx_private_link.cli.verify.findings import Check, Fault, VerifiedHost
from adx_private_link.cli.verify.formats import format_junit
from adx_private_link.plain_text import escaped, escaped_line
from adx_private_link.problems import Problem, format_problems

ESCAPES = "\x1b[31mred\x07\x9b2J\u202e\u200b\x00\r"
SHOWN = r"\x1b[31mred\x07\x9b2J\u202e\u200b\x00\r"


def test_control_characters_are_escaped() -> None:
    assert escaped(ESCAPES) == SHOWN
    assert escaped("a\r\nb\tc") == "a\nb\tc", "line breaks stay"
    assert escaped_line("a\r\nb\tc") == r"a\nb\tc"
    assert escaped("Zürich 東京 😀") == "Zürich 東京 😀"


@given(st.text())
def test_escaped_text_is_printable(text: str) -> None:
    assert all(character.isprintable() or character.isspace() for character in escaped(text))
    assert "\x1b" not in escaped(text)
    assert escaped(escaped(text)) == escaped(text)
    assert "\n" not in escaped_line(text)


def test_problems_are_escaped() -> None:
    problem = Problem(f"clusters.{ESCAPES}", ESCAPES, ESCAPES, ESCAPES)
    assert "\x1b" not in format_problems([problem])
    assert SHOWN in str(problem)


@pytest.mark.parametrize("output", [ESCAPES, Text(ESCAPES, "red")])
def test_a_console_escapes_its_output(output: str | Text, monkeypatch: pytest.MonkeyPatch) -> None:
    out = console()
    file = io.StringIO()
    monkeypatch.setattr(out, "file", file)
    out.print(output)
    out.print(table([ESCAPES], [[output]]))
    written = file.getvalue()
    assert r"\x1b[31mred" in written
    assert "\x1b" not in written


def test_an_error_of_a_command_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors quote messages of Azure and Pulumi."""

    @click.command()
    def fail() -> None:
        raise click.ClickException(f"{ESCAPES}.\nnext line")

    def get_command(*_: object) -> click.Command:
        return fail

    commands: type[click.Group] = type(cli.main)
    monkeypatch.setattr(commands, "get_command", get_command)
    result = CliRunner().invoke(cli.main, ["check"])
    assert (result.exit_code, result.stderr) == (2, f"Error: {SHOWN}.\nnext line\n")


def test_a_junit_report_is_valid_xml_with_any_finding() -> None:
    """XML does not allow control characters, and a pipeline could not read the report."""
    fault = Fault("no-route", ESCAPES, ESCAPES)
    verified = VerifiedHost("theirs", "engine", "engine", "host", (), (Check("tcp", ESCAPES, fault),))
    report = ET.fromstring(format_junit("analytics", [verified], query=False))
    [failure] = report.iter("failure")
    assert (failure.get("message"), failure.text) == (SHOWN, SHOWN)
