"""What the operator of a move chose."""

from __future__ import annotations

from dataclasses import dataclass

from ..cluster_changes.owner import Owner


@dataclass(frozen=True)
class Choices:
    """The options of a move."""

    owner: Owner | None
    """The program that deploys the cluster resource; None to ask."""
    elsewhere: bool
    """Whether the owner's own program changes the cluster."""
    timeout: float
    """Seconds for the change of the cluster."""
    bridge: bool
    """Whether clients use the public endpoint meanwhile."""
    resume: bool
    """Whether an interrupted move goes on."""
    yes: bool
    """Whether the move begins without a confirmation."""
    unprepared: bool = False
    """Whether the cluster leaves although it has no endpoints of its own yet."""
