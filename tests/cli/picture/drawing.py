"""Pictures of settings, and the lines of their nodes."""

from __future__ import annotations

from typing import Any

from adx_private_link.cli.picture.from_settings import draw
from adx_private_link.cli.picture.model import Picture
from adx_private_link.facts.expected import expected_facts
from adx_private_link.program import parse, plan


def draw_settings(sections: dict[str, Any]) -> Picture:
    """Draw settings, with the facts that can be expected."""
    settings = parse(sections)
    return draw(settings, plan(settings, expected_facts(settings)))


def lines_of(picture: Picture, kind: str) -> list[str]:
    """Return the lines of all nodes of a kind, without the first, which is the kind."""
    return [line for node in picture.nodes if node.kind == kind for line in node.lines[1:]]
