"""The HTML of the page, from a template; its style and script are in the same file."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ..outcomes import OUTCOMES
from .view import FleetView

_FOLDER = Path(__file__).parent
_MANY = 8
"""Stacks of a finding that are named; the others are folded."""


def page_text(fleet: FleetView) -> str:
    """Return the page of a fleet. All text from outside is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        fleet=fleet,
        outcomes=OUTCOMES,
        many=_MANY,
        style=(_FOLDER / "page.css").read_text(encoding="utf-8"),
        script=(_FOLDER / "page.js").read_text(encoding="utf-8"),
    )
