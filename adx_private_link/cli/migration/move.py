"""
The steps of a move. Each looks at Azure first and does only what is missing, so that a move can be resumed anywhere.

The stack's own program does everything but the change of the cluster: facts decide which target publishes.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
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


@dataclass
class Move:
    """A move of one cluster."""

    situation: Situation
    stack: PulumiStack
    timeout: float
    """Seconds for the change of the cluster."""
    is_bridged: bool = field(init=False)
    """Whether clients may use the public endpoint, because the names are withdrawn."""
    has_begun: bool = field(init=False, default=False)
    """Whether Azure may have begun to move the cluster."""
    awaits_names: bool = field(init=False, default=False)
    """Whether the cluster has moved, and its names still lead to where it was."""
    step: str = field(init=False, default="looking at Azure")
    """What is under way."""

    def __post_init__(self) -> None:
        self.is_bridged = self.situation.has_withdrawn_names
        self.has_begun = self.awaits_names = self.situation.has_moved

    def open_bridge(self) -> None:
        """
        Withdraw the names, so that clients use the public endpoint.

        The stack's own file stays as it is: the next `pulumi up` publishes again, whatever happens meanwhile.
        """
        self.is_bridged = True
        with TemporaryDirectory(prefix="adx-private-link-") as directory:
            copy = settings_copy(self.stack.name, self._bridged_settings(), Path(directory))
            with self._step("withdrawing the names (pulumi up)"):
                self.stack.update(config_file=copy)
        seconds = self.situation.slowest_record
        with self._step(f"waiting {seconds} s, until clients have forgotten the private addresses"):
            time.sleep(seconds)

    def rehearse(self) -> None:
        """Update the stack, which changes nothing: a lock or a missing right must show before the cluster changes."""
        with self._step("making sure that the stack can be updated (pulumi up)"):
            self.stack.update()
        self.is_bridged = False

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
        change = self.situation.direction.change(self.situation.network)
        self.step = f"{change.says}; Azure goes on with what it has begun"
        self.has_begun = True
        try:
            apply_change(change, self.timeout)
            self.awaits_names = True
        except ChangeNotMade as error:
            try:
                self.publish()
            except CommandError as failure:
                reason = f"{error.reason}\nThe names could not be published again, either: {failure.reason}"
                raise CommandError(reason, next_step=failure.next_step) from None
            step = self._without_services() if error.code == _LOAD_BALANCER_IN_USE else error.next_step
            raise CommandError(f"{error.reason} Clients reach it as before.", next_step=step) from None

    def _without_services(self) -> str:
        """The step where Azure does not move the cluster while private link services are on its load balancers."""
        way = "let clients use the public endpoint while no services are on its load balancers"
        if self.situation.is_closed:
            way = "agree on a time without access, because public access is disabled, and no services may be left"
        return (
            f"{way}: write `targets: cluster` and `names: public` in clusters.{self.situation.key}, run `pulumi up`, "
            "which deletes the services, then run this command again. Endpoints of others must leave the services "
            "before: `adx-private-link release SERVICE` removes their connections"
        )

    def wait_for_owner(self) -> None:
        """Wait until the owner's own program has moved the cluster."""
        direction, id = self.situation.direction, self.situation.network.cluster
        self.step = f"waiting for the owner of {id.name}"
        self.has_begun = True
        wait_for_owner(id, direction.is_done, self.timeout, direction.says(id.name))
        self.awaits_names = True

    def publish(self) -> None:
        """Publish what the facts say, by `pulumi up`."""
        with self._step("publishing the names (pulumi up)"):
            self.stack.update()
        self.is_bridged = self.awaits_names = False

    @contextmanager
    def _step(self, says: str) -> Generator[None]:
        self.step = says
        with progress(says):
            yield


def require_moved(direction: Direction, id: ClusterId) -> None:
    """
    Check that a cluster has moved and stayed there.

    Raises:
        CommandError: The cluster has moved back.
    """
    if not direction.is_done(read_cluster(id)):
        raise CommandError(
            f"Cluster {id.name} is not where it was moved to: meanwhile another program has written it, or a "
            "person has moved it back. Ask its owner.",
            next_step="once it is clear where the cluster should be, run "
            f"`adx-private-link {direction.command}` again, or `pulumi up` to lead the names to where it is",
        )
