"""What Azure says about clusters through the Azure CLI: their kinds, and the networks that they are injected in."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel, Field, TypeAdapter

from ...resource_ids import PublicAddressId, SubnetId
from ...rights.records import ClusterNetwork
from ...settings import ClusterKind, Settings
from ..azure_cli import AzureRejection, get
from ..tool_output import AZ_REMEDY, parse_output


@dataclass
class LiveClusters:
    """What is known of the clusters of a stack."""

    kinds: dict[str, ClusterKind] = field(default_factory=dict[str, ClusterKind])
    networks: dict[str, ClusterNetwork] = field(default_factory=dict[str, ClusterNetwork])
    notes: list[str] = field(default_factory=list[str])
    """The clusters that Azure did not show, and why."""


class _Network(BaseModel):
    subnet_id: str = Field(alias="subnetId")
    engine: str = Field(alias="enginePublicIpId")
    ingestion: str = Field(alias="dataManagementPublicIpId")
    state: str | None = None


class _Properties(BaseModel):
    network: _Network | None = Field(default=None, alias="virtualNetworkConfiguration")


class _Cluster(BaseModel):
    properties: _Properties


def read_clusters(settings: Settings) -> LiveClusters:
    """
    Read the clusters that the settings do not describe.

    Raises:
        CommandError: `az` is not installed, or gives an unexpected answer.
    """
    clusters = LiveClusters()
    for key, cluster in settings.clusters.items():
        if cluster.id is None or cluster.described:
            continue
        path = str(cluster.id)
        try:
            answer = get(path)
        except AzureRejection as error:
            clusters.notes.append(f"clusters.{key} could not be read: {error.code or error.message}")
            continue
        text = TypeAdapter(dict[str, object]).dump_json(answer)
        shown = parse_output(TypeAdapter(_Cluster), text, f"Azure, asked for {path},", AZ_REMEDY)
        network = shown.properties.network
        clusters.kinds[key] = "injected" if network and network.state != "Disabled" else "native"
        if network and (subnet := SubnetId.read(network.subnet_id)):
            addresses = [PublicAddressId.read(network.engine), PublicAddressId.read(network.ingestion)]
            clusters.networks[key] = ClusterNetwork(subnet, tuple(address for address in addresses if address))
    return clusters
