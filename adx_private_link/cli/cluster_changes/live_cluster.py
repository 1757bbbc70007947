"""A cluster, as Azure shows it now."""

from __future__ import annotations

from typing import Any, cast

from pydantic import BaseModel, Field

from ...resource_ids import ClusterId
from .. import azure_cli

_AT_REST = ("Succeeded", "Failed", "Canceled")
"""Provisioning states of a cluster without a running operation (Azure/azure-rest-api-specs, azure-kusto)."""


class LiveCluster(BaseModel):
    """The properties of a cluster that its changes are about."""

    id: ClusterId
    properties: dict[str, Any] = Field(default_factory=dict[str, Any])

    @property
    def state(self) -> str:
        """Such as `Running` or `Stopped`."""
        return str(self.properties.get("state") or "Running")

    @property
    def is_at_rest(self) -> bool:
        """Whether no operation on it is running."""
        return str(self.properties.get("provisioningState") or "Succeeded") in _AT_REST

    def has(self, properties: dict[str, Any]) -> bool:
        """Return whether its properties have these values; ids in any case, and lists in any order."""
        return all(_normalised(self.properties.get(name)) == _normalised(value) for name, value in properties.items())


def read_cluster(id: ClusterId) -> LiveCluster:
    """
    Read a cluster.

    Raises:
        CommandError: Azure rejects the request, or `az` is not installed.
    """
    return LiveCluster.model_validate({**azure_cli.get(str(id)), "id": id})


def _normalised(value: Any) -> Any:
    match value:
        case str():
            return value.lower()
        case list():
            return sorted((_normalised(item) for item in cast("list[Any]", value)), key=str)
        case dict():
            return {name: _normalised(item) for name, item in cast("dict[str, Any]", value).items()}
        case _:
            return value
