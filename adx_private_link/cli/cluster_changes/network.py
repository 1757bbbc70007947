"""The virtual network configuration of a cluster, which stays when the cluster leaves its network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from ...resource_ids import ClusterId, PublicAddressId, SubnetId
from .live_cluster import LiveCluster


class _Configuration(BaseModel):
    subnet_id: str = Field(alias="subnetId")
    engine_address_id: str = Field(alias="enginePublicIpId")
    ingestion_address_id: str = Field(alias="dataManagementPublicIpId")
    state: Literal["Enabled", "Disabled"] = "Enabled"


@dataclass(frozen=True)
class NetworkConfiguration:
    """The three ids that Azure never changes, and the state."""

    cluster: ClusterId
    subnet_id: str
    engine_address_id: str
    ingestion_address_id: str
    state: Literal["Enabled", "Disabled"]

    @classmethod
    def of(cls, cluster: LiveCluster) -> NetworkConfiguration | None:
        """Return the configuration of a cluster; None for a cluster that never was in a network."""
        content = cluster.properties.get("virtualNetworkConfiguration")
        if not content:
            return None
        try:
            read = _Configuration.model_validate(content)
        except ValidationError:
            return None
        return cls(cluster.id, read.subnet_id, read.engine_address_id, read.ingestion_address_id, read.state)

    def as_patch(self, state: str) -> dict[str, Any]:
        """Return the value of a PATCH: a part of it would replace the whole."""
        return {
            "subnetId": self.subnet_id,
            "enginePublicIpId": self.engine_address_id,
            "dataManagementPublicIpId": self.ingestion_address_id,
            "state": state,
        }

    @property
    def subnet(self) -> SubnetId | None:
        return SubnetId.read(self.subnet_id)

    @property
    def addresses(self) -> list[PublicAddressId]:
        """The public addresses that the cluster has in its network."""
        ids = (PublicAddressId.read(id) for id in (self.engine_address_id, self.ingestion_address_id))
        return [id for id in ids if id]
