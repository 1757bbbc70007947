"""The help of `report`."""

from __future__ import annotations

from click.testing import CliRunner

from adx_private_link.cli import main
from adx_private_link.cli.report.risks import RISKS


def test_help_breaks_no_code() -> None:
    """A code that is broken at a hyphen can be neither searched for nor copied."""
    text = CliRunner().invoke(main, ["report", "--help"], terminal_width=80).output
    for kind in RISKS:
        assert kind in text
