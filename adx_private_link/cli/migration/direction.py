"""The direction of a move: out of the virtual network, or back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..cluster_changes.live_cluster import LiveCluster
from ..cluster_changes.network import NetworkConfiguration
from ..cluster_changes.owner import OwnerLines
from ..cluster_changes.patch import ClusterChange


@dataclass(frozen=True)
class Direction:
    """One of the two directions."""

    command: Literal["migrate", "roll-back"]
    state: Literal["Disabled", "Enabled"]
    """The state of the virtual network configuration afterwards."""
    verb: str
    """What happens to the cluster, such as `take {name} out of its virtual network`."""

    def says(self, name: str) -> str:
        """Return the move of a cluster in words."""
        return self.verb.format(name=name)

    def is_done(self, cluster: LiveCluster) -> bool:
        """Return whether a cluster has moved."""
        network = NetworkConfiguration.of(cluster)
        return network is not None and network.state == self.state

    def change(self, network: NetworkConfiguration) -> ClusterChange:
        """Return the change of the cluster: the state alone; the three ids stay, as Azure requires."""
        id = network.cluster
        value = network.as_patch(self.state)
        return ClusterChange(id, {"virtualNetworkConfiguration": value}, self.says(id.name))

    def owner_lines(self, network: NetworkConfiguration) -> OwnerLines:
        """
        Return the lines for the owner's program.

        Sources: hashicorp/terraform-provider-azurerm#24733 (azurerm has no `state`; it disables the configuration when
        the block is removed) and #28155 (some versions plan to replace the cluster then); pulumi-azure-native (the
        default of `state` is `Enabled`).
        """
        leaves = self.state == "Disabled"
        block = [
            "virtual_network_configuration {",
            f'  subnet_id                    = "{network.subnet_id}"',
            f'  engine_public_ip_id          = "{network.engine_address_id}"',
            f'  data_management_public_ip_id = "{network.ingestion_address_id}"',
            "}",
        ]
        return OwnerLines(
            pulumi=[
                "virtual_network_configuration={",
                f'    "subnet_id": "{network.subnet_id}",',
                f'    "engine_public_ip_id": "{network.engine_address_id}",',
                f'    "data_management_public_ip_id": "{network.ingestion_address_id}",',
                f'    "state": "{self.state}",  # without it, the SDK sends Enabled',
                "},",
                "# and in its options: protect=True",
            ],
            terraform=[
                *(["# Remove this block; then azurerm sends `Disabled`:"] if leaves else []),
                *((f"# {line}" for line in block) if leaves else block),
                "lifecycle {",
                "  prevent_destroy = true  # some versions plan to replace the cluster: then use another one",
                "}",
            ],
            bicep=[
                "virtualNetworkConfiguration: {",
                f"  subnetId: '{network.subnet_id}'",
                f"  enginePublicIpId: '{network.engine_address_id}'",
                f"  dataManagementPublicIpId: '{network.ingestion_address_id}'",
                f"  state: '{self.state}'",
                "}",
            ],
        )


LEAVE = Direction("migrate", "Disabled", "take {name} out of its virtual network")
RETURN = Direction("roll-back", "Enabled", "return {name} to its virtual network")
