"""What commands print on a terminal: whatever a person copies from it is whole."""

from __future__ import annotations

import io

import pytest
import yaml
from rich.text import Text

from adx_private_link.cli.terminal.console import console, table
from adx_private_link.cli.terminal.progress import at_once, progress

HOST = "ingest-a-cluster-with-a-long-name.northcentralus.kusto.windows.net"
ID = f"/subscriptions/{'1' * 36}/resourceGroups/analytics/providers/Microsoft.Network/privateEndpoints/pe-{HOST}"


def printed(*objects: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a terminal of 80 columns gets."""
    monkeypatch.setenv("COLUMNS", "80")
    out = console()
    out.file = io.StringIO()
    for each in objects:
        out.print(each)
    return out.file.getvalue()


def test_no_id_is_broken_at_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a host name cannot be copied, or searched for."""
    rows = [("analytics", HOST, Text("Approved", "green")), ("b", f"PrivateEndpoint\n{ID}", "-")]
    text = printed(table(("consumer", "host", "connection"), rows, "A title"), monkeypatch=monkeypatch)
    lines = text.splitlines()
    assert [each.split() for each in lines] == [
        ["A", "title"],
        ["consumer", "host", "connection"],
        ["analytics", HOST, "Approved"],
        ["b", "PrivateEndpoint", "-"],
        [ID],
    ]
    # Cells of a column begin below its heading; no line ends in blanks, which would wrap it.
    assert {lines[1].index("host"), lines[2].index(HOST), lines[4].index(ID)} == {11}
    assert [each.rstrip() for each in lines] == lines


def test_a_table_without_rows_has_its_headings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed(table(("a", "b"), []), monkeypatch=monkeypatch) == "a  b\n"


def test_settings_that_are_shown_are_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """`adopt` shows the settings that it would write: people paste them into a stack file."""
    settings = {"subnet_id": ID, "message": "please approve " * 20, "face": ":cat: [bold]"}
    text = printed(yaml.safe_dump(settings, width=float("inf")), monkeypatch=monkeypatch)
    assert yaml.safe_load(text) == settings


def test_a_file_name_in_progress_is_no_markup(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`adopt --file '[/x].json'` ended in a traceback."""
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
    shown = Text.from_ansi(printed(table(("consumer", "host", "connection"), rows, "A title"), monkeypatch=monkeypatch))
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
    narrow = printed(table(("a", "b"), [("1", "2")]), monkeypatch=monkeypatch)
    assert Text.from_ansi(narrow).plain.splitlines() == ["a  b", "1  2"]


def test_progress_counts_and_says_how_long_it_takes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert at_once("asking [it]", str, [1, 2, 3]) == ["1", "2", "3"]
    shown = Text.from_ansi(capsys.readouterr().err).plain
    assert "asking [it] 3/3 0:00:0" in shown
