"""The diagnostic setting of a cluster: where Azure Monitor sends its logs and metrics."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from ..resource_ids import EventHubsRuleId, StorageAccountId, WorkspaceId
from .section import Section, reject, schema_requiring
from .value_types import Once, ResourceName

DiagnosticCategory = Literal[
    "AllMetrics",
    "Command",
    "DataOperation",
    "FailedIngestion",
    "IngestionBatching",
    "Journal",
    "Query",
    "SucceededIngestion",
    "TableDetails",
    "TableUsageStatistics",
]
"""
The metrics and the kinds of logs of a cluster (learn.microsoft.com, azure/azure-monitor/reference/supported-logs/
microsoft-kusto-clusters-logs).
"""

_DESTINATIONS = ("workspace_id", "storage_account_id", "event_hub_rule_id")


class DiagnosticSettings(Section):
    """Logs and metrics of the cluster, and one place that Azure Monitor sends them to."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [schema_requiring(name) for name in _DESTINATIONS]})

    workspace_id: WorkspaceId | None = Field(default=None, description="Id of a Log Analytics workspace.")
    storage_account_id: StorageAccountId | None = Field(
        default=None, description="Id of a storage account in the cluster's region."
    )
    event_hub_rule_id: EventHubsRuleId | None = Field(
        default=None,
        description="Id of an authorization rule of an Event Hubs namespace in the cluster's region, which allows to "
        "manage, send and listen.",
    )
    event_hub: ResourceName | None = Field(
        default=None,
        description="Name of the event hub in the namespace. Default: Azure creates one for each category.",
    )
    categories: Annotated[list[DiagnosticCategory], Once] | None = Field(
        default=None,
        min_length=1,
        description="What to send: categories of logs, and `AllMetrics`. Default: all logs and all metrics.",
    )

    @model_validator(mode="after")
    def _has_one_destination(self) -> Self:
        written = [name for name in _DESTINATIONS if getattr(self, name) is not None]
        if len(written) != 1:
            listed = ", ".join(f"`{name}`" for name in _DESTINATIONS)
            message = f"has {' and '.join(f'`{name}`' for name in written)}" if written else "has no destination"
            reject("", message, f"write one of {listed}")
        if self.event_hub and self.event_hub_rule_id is None:
            reject("event_hub", "names an event hub without its namespace", "write `event_hub_rule_id`, or remove it")
        return self
