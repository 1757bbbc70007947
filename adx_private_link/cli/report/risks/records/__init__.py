"""The risks of an update as records: codes and values, without English."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal[
    "preview-failed",
    "service-replaced",
    "service-removed",
    "access-removed",
    "record-removed",
    "zone-group-removed",
    "storage-names-removed",
    "names-overwritten",
    "zone-removed",
    "link-removed",
    "answers-removed",
    "storage-hidden",
    "public-access-disabled",
    "managed-endpoint-removed",
    "endpoint-replaced",
    "managed-endpoint-replaced",
    "zone-group-replaced",
    "zone-moved",
    "record-changed",
    "link-added",
    "foreign-zone",
    "visible-to-all",
    "visibility-widened",
    "auto-approval-widened",
    "public-access-enabled",
    "connection-stays",
    "lock-removed",
    "access-differs",
    "service-retired",
    "approval-given",
    "approval-awaited",
    "external-left-behind",
]
Effect = Literal[
    "not-known",
    "cuts-off",
    "interrupts",
    "answers-other-names",
    "lets-in",
    "protects-less",
    "differs",
    "approves",
    "waits",
]
"""What a risk does to people, the worst first."""
Severity = Literal["caution", "warning", "note"]

SEVERITIES: dict[Effect, Severity] = {
    "not-known": "caution",
    "cuts-off": "caution",
    "interrupts": "warning",
    "answers-other-names": "warning",
    "lets-in": "warning",
    "protects-less": "warning",
    "differs": "warning",
    "approves": "note",
    "waits": "note",
}


class Value(BaseModel):
    """A part of a risk."""

    model_config = ConfigDict(frozen=True)


class Risk(Value):
    """One risk of an update."""

    kind: Kind


class PreviewFailed(Risk):
    """The preview ended early, so further risks are not known."""

    kind: Kind = "preview-failed"


class Answers(Value):
    """The answers of networks to a name that their zone lacks, by the resolution policies of their links."""

    public: tuple[str, ...]
    """The networks whose clients get the public address."""
    none: tuple[str, ...]
    """The networks whose clients get no answer."""
    is_complete: bool = True
    """Whether each of the zones has a link of this stack; the answers in other zones are not known."""
