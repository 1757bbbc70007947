"""Records of objects of Azure Monitor: metric alerts and diagnostic settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..resource_ids import ActionGroupId, ClusterId


@dataclass(frozen=True)
class Condition:
    """One condition of a metric alert; an alert fires when all of its conditions are met."""

    metric: str
    operator: Literal["GreaterThan", "LessThan"]
    threshold: int
    aggregation: Literal["Average", "Total"]
    dimension: str | None = None
    """The dimension whose values are watched one by one; None for all together."""


@dataclass(frozen=True)
class AlertNode:
    """A metric alert on one object of this stack, in the object's resource group."""

    logical_name: str
    name: str
    description: str
    namespace: str
    """The type of the object, in whose name Azure Monitor keeps its metrics."""
    conditions: tuple[Condition, ...]
    window: str
    """The period that a condition looks at (ISO 8601)."""
    frequency: str
    """How often the conditions are evaluated (ISO 8601)."""
    severity: int
    action_group_id: ActionGroupId
    tags: Mapping[str, str]


@dataclass(frozen=True)
class DiagnosticsNode:
    """A diagnostic setting of a cluster: what Azure Monitor sends to one destination."""

    logical_name: str
    name: str
    cluster_id: ClusterId
    destination: Mapping[str, str]
    """The properties that name the destination."""
    logs: tuple[str, ...] | None
    """The categories of logs; None for all."""
    metrics: bool
