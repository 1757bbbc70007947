"""Tables and progress on a terminal: nothing that a person may copy is broken."""

from __future__ import annotations

import io
import re

import pytest
import yaml
from rich.text import Text

from adx_private_link.cli.terminal.console import console
from adx_private_link.cli.terminal.progress import progress, run_at_once
from adx_private_link.cli.terminal.tables import table

HOST = "ingest-a-cluster-with-a-long-name.northcentralus.kusto.windows.net"
ID = f"/subscriptions/{'1' * 36}/resourceGroups/analytics/providers/Microsoft.Network/privateEndpoints/pe-{HOST}"


def print_in_80_columns(*objects: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """Print objects on a console of 80 columns, and return the text."""
    monkeypatch.setenv("COLUMNS", "80")
    out = console()
    out.file = io.StringIO()
    for item in objects:
        out.print(item)
    return out.file.getvalue()


def test_no_id_is_broken_at_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a host name can be neither copied nor searched for."""
    rows = [("analytics", HOST, Text("Approved", "green")), ("b", f"PrivateEndpoint\n{ID}", "-")]
    text = print_in_80_columns(table(("consumer", "host", "connection"), rows, "A title"), monkeypatch=monkeypatch)
    lines = text.splitlines()
    assert [line.split() for line in lines] == [
        ["A", "title"],
        ["consumer", "host", "connection"],
        ["analytics", HOST, "Approved"],
        ["b", "PrivateEndpoint", "-"],
        [ID],
    ]
    # The cells of a column begin below its heading. No line ends with blanks, because they could wrap it.
    assert {lines[1].index("host"), lines[2].index(HOST), lines[4].index(ID)} == {11}
    assert [line.rstrip() for line in lines] == lines


def test_a_table_without_rows_has_its_headings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert print_in_80_columns(table(("a", "b"), []), monkeypatch=monkeypatch) == "a  b\n"


def test_printed_settings_are_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """`adopt` prints the settings that it would write, and people paste them into a stack file."""
    settings = {"subnet_id": ID, "message": "please approve " * 20, "face": ":cat: [bold]"}
    text = print_in_80_columns(yaml.safe_dump(settings, width=float("inf")), monkeypatch=monkeypatch)
    assert yaml.safe_load(text) == settings


def test_a_file_name_in_progress_is_no_markup(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`adopt --file '[/x].json'` once ended with a traceback."""
    with progress("importing ([/x].json)"):
        pass
    assert capsys.readouterr().err == "importing ([/x].json)\n"
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert console(stderr=True).is_terminal
    with progress("importing ([/x].json)"):
        pass
    assert "([/x].json)" in capsys.readouterr().err


def test_a_table_that_is_too_wide_for_a_terminal_becomes_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    rows = [("analytics", HOST, Text("Approved", "green")), ("b", f"PrivateEndpoint\n{ID}", "-")]
    shown = Text.from_ansi(
        print_in_80_columns(table(("consumer", "host", "connection"), rows, "A title"), monkeypatch=monkeypatch)
    )
    assert shown.plain.splitlines() == [
        "A title",
        "consumer    analytics",
        f"host        {HOST}",
        "connection  Approved",
        "",
        "consumer    b",
        "host        PrivateEndpoint",
        f"            {ID}",
        "connection  -",
    ]
    narrow = print_in_80_columns(table(("a", "b"), [("1", "2")]), monkeypatch=monkeypatch)
    assert Text.from_ansi(narrow).plain.splitlines() == ["a  b", "1  2"]


def test_progress_shows_counts_and_times(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run_at_once("asking [it]", str, [1, 2, 3]) == ["1", "2", "3"]
    shown = Text.from_ansi(capsys.readouterr().err).plain
    assert re.search(r"0:00:0\d 3/3 asking \[it\]", shown)
