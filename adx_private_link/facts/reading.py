"""
Reads the facts: everything that the settings refer to is looked up, concurrently or one after the other.

A look-up that fails is a fact, too: `Unreadable`. The topology decides whether it matters.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import pulumi

from ..next_steps import next_step
from ..settings import Settings
from . import lookups
from .batches import facts_in_batches
from .lookups import LookUp
from .records import Facts, Unreadable

Providers = Mapping[str, pulumi.ProviderResource]
"""azure-native providers by the subscription (lower case) that they work in."""


async def read_facts(settings: Settings, providers: Providers, opts: pulumi.InvokeOptions | None = None) -> Facts:
    """
    Read everything that the settings refer to, concurrently: for programs with `pulumi.run(main)`.

    Args:
        settings: The settings of the stack.
        providers: azure-native providers by subscription id.
        opts: Options of each look-up; their provider serves the rest. Default: the default provider.
    """
    rest = opts or pulumi.InvokeOptions()

    async def answer(look_up: LookUp[Any]) -> Any:
        provider = providers.get(look_up.subscription) or rest.provider
        try:
            return await look_up.answer(pulumi.InvokeOptions(parent=rest.parent, provider=provider))
        except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower for a failed look-up
            return _unreadable(str(error))

    batches = facts_in_batches(settings, lookups.this_stack(), has_outputs=True)
    try:
        batch = next(batches)
        while True:
            answers = await asyncio.gather(*(answer(look_up) for look_up in batch.values()))
            batch = batches.send(dict(zip(batch, answers, strict=True)))
    except StopIteration as end:
        return cast("Facts", end.value)


def read_facts_now(settings: Settings, providers: Providers, opts: pulumi.InvokeOptions) -> Facts:
    """Read the same one after the other: for a component in an ordinary program."""

    def answer(look_up: LookUp[Any]) -> Any:
        provider = providers.get(look_up.subscription) or opts.provider
        try:
            return look_up.answer_now(pulumi.InvokeOptions(parent=opts.parent, provider=provider))
        except Exception as error:  # noqa: BLE001 - Pulumi raises nothing narrower for a failed look-up
            return _unreadable(str(error))

    # The outputs of a user's own program are not about this component.
    batches = facts_in_batches(settings, lookups.this_stack(), has_outputs=False)
    try:
        batch = next(batches)
        while True:
            batch = batches.send({question: answer(look_up) for question, look_up in batch.items()})
    except StopIteration as end:
        return cast("Facts", end.value)


def _unreadable(error: str) -> Unreadable:
    reader = (
        "log in with an identity that has the Reader role there, or the role that `adx-private-link rights --for "
        "preview` prints"
    )
    return Unreadable(error, reader if "AuthorizationFailed" in error else next_step(error, reader))
