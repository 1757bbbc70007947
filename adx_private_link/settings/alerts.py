"""The alerts of a stack: metric alerts on its private link services and on its private endpoints."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from ..resource_ids import ActionGroupId
from .section import Section, reject, schema_requiring

Severity = Annotated[int, Field(strict=True, ge=0, le=4)]
"""0 is critical, 4 is verbose (MicrosoftDocs/azure-monitor-docs, alerts-overview.md)."""

_WATCHED = ("services", "endpoints")


class ServiceAlertSettings(Section):
    """An alert on each private link service: it runs out of NAT ports, and new connections fail."""

    nat_ports_percent: int = Field(
        default=80,
        strict=True,
        ge=1,
        le=99,
        description="The alert fires when one of the service's NAT addresses uses more than this share of its ports, "
        "on average over 15 minutes.",
    )
    severity: Severity = Field(default=2, description="Severity of the alert, from 0 (critical) to 4 (verbose).")


class EndpointAlertSettings(Section):
    """An alert on each private endpoint that has names: no traffic passes through it for a day."""

    severity: Severity = Field(default=3, description="Severity of the alert, from 0 (critical) to 4 (verbose).")


class AlertSettings(Section):
    """The alerts of a stack. Each one is in the resource group of the object that it watches, and has its tags."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [schema_requiring(name) for name in _WATCHED]})

    action_group_id: ActionGroupId = Field(
        description="Id of the action group that the alerts notify. It exists already, in any subscription."
    )
    services: ServiceAlertSettings | None = Field(
        default=None, description="Alerts on private link services; `{}` for the defaults. Default: none."
    )
    endpoints: EndpointAlertSettings | None = Field(
        default=None, description="Alerts on private endpoints; `{}` for the defaults. Default: none."
    )

    @model_validator(mode="after")
    def _watches_something(self) -> Self:
        if self.services is None and self.endpoints is None:
            reject("", "watches nothing", "write `services: {}`, `endpoints: {}` or both")
        return self
