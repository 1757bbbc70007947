"""
The steps of a move. Each looks at Azure first and does only what is missing, so that a move can be resumed anywhere.

The stack's own program does everything but the change of the cluster: facts decide which target publishes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ...resource_ids import ClusterId
from ..cluster_changes.live_cluster import read_cluster
from ..cluster_changes.patch import ChangeNotMade, apply_change, wait_for_owner
from ..errors import CommandError
from ..pulumi.config import read_settings, settings_copy
from ..pulumi.stack import PulumiStack
from ..terminal.progress import progress
from .direction import Direction
from .findings import Situation

_LOAD_BALANCER_IN_USE = "CannotDeleteLoadBalancerWithPrivateLinkService"


@dataclass(frozen=True)
class Move:
    """A move of one cluster."""

    situation: Situation
    stack: PulumiStack
    timeout: float
    """Seconds for the change of the cluster."""

    @property
    def _name(self) -> str:
        return self.situation.network.cluster.name

    def open_bridge(self) -> None:
        """
        Withdraw the names, so that clients use the public endpoint.

        The stack's own file stays as it is: the next `pulumi up` publishes again, whatever happens meanwhile.
        """
        with TemporaryDirectory(prefix="adx-private-link-") as directory:
            copy = settings_copy(self.stack.name, self._bridged_settings(), Path(directory))
            with progress("withdrawing the names (pulumi up)"):
                self.stack.update(config_file=copy)
        seconds = self.situation.slowest_record
        with progress(f"waiting {seconds} s, until clients have forgotten the private addresses"):
            time.sleep(seconds)

    def _bridged_settings(self) -> dict[str, Any]:
        clusters = read_settings(self.stack.name)["clusters"]
        key = self.situation.key
        return {"clusters": {**clusters, key: {**clusters[key], "names": "public"}}}

    def move(self) -> None:
        """
        Change the cluster, and wait until it has moved.

        Raises:
            CommandError: Azure rejects the change; the cluster is as before, and the names lead to it again.
        """
        situation = self.situation
        try:
            apply_change(situation.direction.change(situation.network), self.timeout)
        except ChangeNotMade as error:
            self.publish()
            raise CommandError(f"{error.message}\n{self._remedy(error.code)}") from None

    def _remedy(self, code: str) -> str:
        if code == _LOAD_BALANCER_IN_USE:
            return (
                "The cluster is still in its network, and clients reach it as before. Azure does not move it while "
                "private link services are on its load balancers. Let clients use the public endpoint meanwhile: "
                f"write `targets: cluster` and `names: public` in clusters.{self.situation.key}, run `pulumi up`, "
                "which deletes the services, then run this command again. Endpoints of others must leave the services "
                "before: `adx-private-link release SERVICE` removes their connections."
            )
        return "The cluster is as before, and clients reach it as before. Correct the cause, then run this again."

    def wait_for_owner(self) -> None:
        """Wait until the owner's own program has moved the cluster."""
        direction, id = self.situation.direction, self.situation.network.cluster
        wait_for_owner(id, direction.is_done, self.timeout, direction.says(id.name))

    def publish(self) -> None:
        """Publish what the facts say, by `pulumi up`."""
        with progress("publishing the names (pulumi up)"):
            self.stack.update()


def require_moved(direction: Direction, id: ClusterId) -> None:
    """
    Check that a cluster has moved and stayed there.

    Raises:
        CommandError: The cluster has moved back.
    """
    if not direction.is_done(read_cluster(id)):
        raise CommandError(
            f"Cluster {id.name} is not where it was moved to: another program has written it meanwhile. Ask its owner "
            f"to change that program, then run `adx-private-link {direction.command}` again."
        )
