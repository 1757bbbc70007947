"""A cluster, as Azure shows it now."""

from __future__ import annotations

from typing import Any, cast

from pydantic import BaseModel, Field, ValidationError

from ...facts.cluster_access import AccessState, same_value
from ...facts.records import AT_REST
from ...resource_ids import ClusterId
from .. import azure_cli
from ..tool_output import AZ_REMEDY, unexpected_output
from .access import ACCESS_PROPERTIES, read_access


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
        return str(self.properties.get("provisioningState") or "Succeeded") in AT_REST

    @property
    def is_injected(self) -> bool:
        """
        Whether it is in a virtual network, as Microsoft's own query asks.

        Source: MicrosoftDocs, dataexplorer-docs, security-network-migrate-vnet-to-private-endpoint.md.
        """
        network = self.properties.get("virtualNetworkConfiguration")
        return isinstance(network, dict) and cast("dict[str, Any]", network).get("state", "Enabled") == "Enabled"

    @property
    def access(self) -> AccessState:
        """Access from and to it beside its private endpoints. Raises `CommandError` if Azure shows another form."""
        try:
            return read_access(self.properties)
        except ValidationError as error:
            raise unexpected_output(f"Azure, asked for {self.id},", error, AZ_REMEDY) from None

    def has(self, properties: dict[str, Any]) -> bool:
        """Return whether its properties have these values; ids in any case, and lists in any order."""
        # Azure shows some of them in another form than it takes: callout policies as numbers.
        access, wanted = self.access, read_access(properties)
        others = {name: value for name, value in properties.items() if name not in ACCESS_PROPERTIES}
        return all(same_value(access[name], wanted[name]) for name in ACCESS_PROPERTIES if name in properties) and all(
            _normalised(self.properties.get(name)) == _normalised(value) for name, value in others.items()
        )


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
