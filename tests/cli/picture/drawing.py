"""Pictures of settings, and what is in them."""

from __future__ import annotations

from typing import Any

from adx_private_link.cli.picture.from_settings import draw
from adx_private_link.cli.picture.model import Picture
from adx_private_link.facts.expected import expected_facts
from adx_private_link.program import parse, plan


def pictured(given: dict[str, Any]) -> Picture:
    parsed = parse(given)
    return draw(parsed, plan(parsed, expected_facts(parsed)))


def lines_of(picture: Picture, kind: str) -> list[str]:
    return [line for each in picture.nodes if each.kind == kind for line in each.lines[1:]]
