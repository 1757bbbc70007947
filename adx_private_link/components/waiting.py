"""Waiting: Azure shows a change on one side of a connection later than on the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pulumi

_Answer = TypeVar("_Answer")

WAIT = 300.0
"""Seconds that Azure gets to show on one side of a connection what was done on the other."""


async def poll(look: Callable[[], Awaitable[_Answer]], is_done: Callable[[_Answer], bool], awaited: str) -> _Answer:
    """
    Look until an answer is final, or until `WAIT` is over, and return the last answer.

    A preview looks once: the update creates what does not exist yet.

    Args:
        look: Looks once.
        is_done: Whether an answer is final.
        awaited: What progress messages say is waited for.
    """
    waited, delay = 0.0, 1.0
    while True:
        answer = await look()
        if is_done(answer) or pulumi.runtime.is_dry_run() or waited >= WAIT:
            return answer
        pulumi.log.info(f"waiting for {awaited}")
        await asyncio.sleep(delay)
        waited, delay = waited + delay, min(delay * 2, 30)
