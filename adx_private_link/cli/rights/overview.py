"""The overview of roles: for each identity the scopes, and the actions with their reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...rights.records import CustomRole
from .words import PURPOSES, role_name, scope_words


def format_overview(roles: Sequence[CustomRole], stack: str) -> str:
    """Format roles for people."""
    width = max(len(action.name) for role in roles for action in role.actions)
    return "\n\n".join("\n".join(_lines(role, stack, width)) for role in roles) + "\n"


def _lines(role: CustomRole, stack: str, width: int) -> Iterator[str]:
    yield f"{role.key}: {PURPOSES[role.identity]}"
    yield f"  role   {role_name(role, stack)}"
    for index, scope in enumerate(scope_words(role)):
        yield f"  {'' if index else 'scope':<6} {scope}"
    for action in role.actions:
        yield f"    {action.name:<{width}}  to {action.reason}"
