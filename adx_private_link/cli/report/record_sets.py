"""The record sets that an update changes, with old and new address and target."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from .plan import StackPlan
from .records import Target
from .resources import Operation
from .values import UNKNOWN, text


class RecordSetChange(BaseModel):
    """
    One record set that is created, changed or deleted.

    Pulumi's own diff of a replacement shows its removal only, and nothing of those that Azure writes.
    """

    model_config = ConfigDict(frozen=True)

    label: str | None
    """The first label of the host; None for storage accounts that only the update knows."""
    zone: str
    """The zone's key."""
    operation: Operation
    old_address: str | None
    new_address: str | None
    new_is_known: bool
    """Whether the new address is known before the update."""
    old_target: Target | None
    new_target: Target | None
    is_grouped: bool = False
    """Whether Azure writes it, for a zone group."""


def record_set_changes(plan: StackPlan) -> list[RecordSetChange]:
    """List the record sets that change, by cluster and consumer."""
    return [
        RecordSetChange(
            label=record_set.label,
            zone=record_set.zone,
            operation=record_set.operation,
            old_address=text(record_set.old_address),
            new_address=text(record_set.new_address),
            new_is_known=record_set.new_address is not UNKNOWN,
            old_target=record_set.target.old,
            new_target=record_set.target.new,
            is_grouped=record_set.zone_group is not None,
        )
        for record_set in plan.record_sets
        if record_set.operation != "same"
    ]
