"""What an update would do to people: who is cut off, whose addresses change, who is let in, who has to wait."""

from __future__ import annotations

from collections.abc import Sequence

from ..access import Access, ExternalAccess
from ..plan import StackPlan
from .endpoints import endpoint_risks
from .names import name_risks
from .renamed import rename_risks
from .risk import EFFECTS, KINDS, Kind, Risk
from .services import service_risks
from .trust import trust_risks

__all__ = ["EFFECTS", "KINDS", "Kind", "Risk", "risks"]


def risks(plan: StackPlan, access: Sequence[Access], external: Sequence[ExternalAccess]) -> list[Risk]:
    """Everything that a reviewer should know before they say yes; the worst first."""
    failed = (
        [Risk(kind="preview-failed", subject="the preview", message="has failed: nobody knows what it did not come to")]
        if plan.has_failed
        else []
    )
    found = [
        *failed,
        *rename_risks(plan, external),
        *service_risks(plan, access, external),
        *endpoint_risks(plan, access),
        *name_risks(plan, access),
        *trust_risks(plan, access, external),
    ]
    return sorted(dict.fromkeys(found), key=lambda each: KINDS.index(each.kind))
