"""
Reading back what Azure computed: aliases, connections, addresses.

A resource's own outputs become unknown in the preview of any update of it, and a preview that follows them announces
replacements that never come. What is looked up by the object's id stays known as long as the object stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import pulumi

from ..facts.lookups import Read
from ..facts.reading import Providers
from ..next_steps import next_step
from ..plain_text import escaped

_Found = TypeVar("_Found")

WAIT = 300.0
"""Seconds that Azure gets to show on one side of a connection what was done on the other."""


@dataclass(frozen=True)
class Context:
    """For whom resources are made, and with which providers."""

    parent: pulumi.ComponentResource
    providers: Providers
    hooks: pulumi.ResourceHookBinding
    """What happens when Azure refuses something."""

    def resource(
        self,
        subscription: str,
        *,
        depends_on: pulumi.Input[list[pulumi.Resource]] | None = None,
        replace_with: list[pulumi.Resource] | None = None,
        delete_before_replace: bool | None = None,
        protect: bool | None = None,
        replace_on_changes: list[str] | None = None,
        ignore_changes: list[str] | None = None,
        formerly: str | None = None,
    ) -> pulumi.ResourceOptions:
        """Options of a child: its parent, its side's provider, and its own; nothing merged in."""
        return pulumi.ResourceOptions(
            parent=self.parent,
            provider=self.providers.get(subscription),
            depends_on=depends_on,
            replace_with=replace_with,
            delete_before_replace=delete_before_replace,
            protect=protect,
            replace_on_changes=replace_on_changes,
            ignore_changes=ignore_changes,
            aliases=[pulumi.Alias(name=formerly)] if formerly else None,
            # Nothing else tells the engine of another subscription where all names stay: to it, another provider of
            # the same kind is no change.
            replacement_trigger=subscription,
            hooks=self.hooks,
        )

    async def look_up(self, read: Read[_Found], what: str) -> _Found:
        """Read an object that the stack has made. One that people have removed in Azure is named."""
        opts = pulumi.InvokeOptions(parent=self.parent, provider=self.providers.get(read.subscription))
        try:
            return await read.answer(opts)
        except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower for a failed look-up
            if "connection is closing" in str(error):
                # The update failed elsewhere, and the engine is gone already: that failure is the one to read.
                raise pulumi.RunError(f"{what} was not read: the update has stopped") from None
            if "NotFound" not in str(error):
                told = f"{what} could not be read: {error}\nNext: {next_step(str(error))}."
                raise pulumi.RunError(escaped(told)) from None
            raise pulumi.RunError(
                f"{what} is in the stack's state but no longer in Azure. Somebody has removed it: run "
                "`pulumi refresh`, then `pulumi up` makes it again."
            ) from None


def same_objects(opts: pulumi.ResourceOptions | None, inputs: list[str]) -> pulumi.ResourceOptions:
    """Options of a component whose inputs name the same objects as before: another spelling of an id is no change."""
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=inputs))


async def poll(look: Callable[[], Awaitable[_Found]], done: Callable[[_Found], bool], awaited: str) -> _Found:
    """
    Look until it is done, or until the time is over: the last answer tells which.

    A preview looks once: what is not there yet will be made by the update.
    """
    waited, delay = 0.0, 1.0
    while True:
        found = await look()
        if done(found) or pulumi.runtime.is_dry_run() or waited >= WAIT:
            return found
        pulumi.log.info(f"waiting for {awaited}")
        await asyncio.sleep(delay)
        waited, delay = waited + delay, min(delay * 2, 30)
