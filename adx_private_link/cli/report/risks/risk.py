"""The kinds of risks, and how they are worded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

Kind = Literal[
    "preview-failed",
    "service-replaced",
    "service-removed",
    "access-removed",
    "record-removed",
    "zone-removed",
    "link-removed",
    "answers-removed",
    "endpoint-replaced",
    "zone-moved",
    "record-changed",
    "link-added",
    "foreign-zone",
    "visible-to-all",
    "visibility-widened",
    "auto-approval-widened",
    "approval-given",
    "connection-stays",
    "approval-awaited",
    "lock-removed",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

EFFECTS: dict[str, tuple[Kind, ...]] = {
    "Cuts people off": (
        "service-replaced",
        "service-removed",
        "access-removed",
        "record-removed",
        "zone-removed",
        "link-removed",
        "answers-removed",
    ),
    "Interrupts access, and changes addresses": ("endpoint-replaced", "zone-moved", "record-changed", "link-added"),
    "Answers names outside of Azure Data Explorer": ("foreign-zone",),
    "Lets people in": (
        "visible-to-all",
        "visibility-widened",
        "auto-approval-widened",
        "approval-given",
        "connection-stays",
    ),
    "Waits for somebody else": ("approval-awaited",),
    "Protects less": ("lock-removed",),
}
"""The kinds by what they do to people, the worst first; a preview that failed does nothing to anybody."""


class Risk(BaseModel):
    """One thing that an update would do to people."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    subject: str
    """What it is about: a cluster, a service, an endpoint, a zone, a network."""
    message: str
    """The rest of a sentence that begins with the subject."""
    headline: str = ""
    """The same in a few words, where no consumer's access tells of it."""


def code(names: Iterable[str]) -> str:
    """`a`, `b`; a backtick in a name would end its span."""
    return ", ".join(f"`{each.replace('`', chr(39))}`" for each in names)


def plural(count: int, what: str) -> str:
    """`1 connection`, `2 connections`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def from_to(old: object, new: object) -> str:
    """How an id changes: ``from `red/subnets/clients` to `blue/subnets/clients` ``, from where it differs."""
    parts = [str(each).split("/") for each in (old, new)]
    folded = [[part.lower() for part in each] for each in parts]
    if folded[0] == folded[1]:
        return f"its spelling from `{old}` to `{new}`"
    start = next((n for n, (a, b) in enumerate(zip(*folded, strict=False)) if a != b), min(map(len, parts)))
    before, after = ("/".join(each[start:]) or each[-1] for each in parts)
    return f"from `{before}` to `{after}`"
