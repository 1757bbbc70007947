"""The context of a component: the options of its children, and look-ups of what Azure computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import pulumi

from ..facts.lookups import LookUp
from ..facts.reading import Providers
from ..next_steps import next_step
from ..plain_text import escaped

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Context:
    """The component that resources belong to, and the providers that create them."""

    parent: pulumi.ComponentResource
    providers: Providers
    hooks: pulumi.ResourceHookBinding
    """What happens when Azure rejects an operation."""

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
        """Return the options of a child: parent, the provider of its subscription, its own; nothing merged in."""
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
            # Another provider of the same kind is no change to the engine, so the subscription itself has to replace.
            replacement_trigger=subscription,
            hooks=self.hooks,
        )

    async def look_up(self, look_up: LookUp[_Result], what: str) -> _Result:
        """
        Read an object of the stack back from Azure: aliases, connections, addresses.

        A resource's own outputs become unknown in the preview of any update of it, and a preview that follows them
        announces replacements that never come. What is looked up by the object's id stays known as long as the object
        stays.

        Args:
            look_up: The look-up.
            what: The object, as messages name it.

        Raises:
            RunError: Azure does not answer, or no longer has the object.
        """
        result = await self.find(look_up, what)
        if result is None:
            raise pulumi.RunError(
                f"{what} is in the stack's state but no longer in Azure. It was removed outside this stack: run "
                "`pulumi refresh`, then `pulumi up` recreates it."
            )
        return result

    async def find(self, look_up: LookUp[_Result], what: str) -> _Result | None:
        """Read an object that may not exist; None where it does not. The arguments are those of `look_up`."""
        opts = pulumi.InvokeOptions(parent=self.parent, provider=self.providers.get(look_up.subscription))
        try:
            return await look_up.answer(opts)
        except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower for a failed look-up
            if "connection is closing" in str(error):
                # The update failed elsewhere, and the engine is gone already: that failure is the one to read.
                raise pulumi.RunError(f"{what} was not read, because the update has stopped.") from None
            if "NotFound" in str(error):
                return None
            message = f"{what} could not be read: {error}\nNext: {next_step(str(error))}."
            raise pulumi.RunError(escaped(message)) from None


def same_objects(opts: pulumi.ResourceOptions | None, inputs: list[str]) -> pulumi.ResourceOptions:
    """Return options of a component whose inputs name the same objects as before, in any spelling."""
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=inputs))
