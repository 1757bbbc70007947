"""
Costs of Pulumi's Python SDK that a program of this library does not need.

They are left out by the program of this project only: they concern the whole process, so a program that imports the
component decides for itself. Figures: docs/benchmarks.md.
"""

from __future__ import annotations

import gc
import os

import pulumi

DEBUG_MESSAGES = "ADX_PRIVATE_LINK_DEBUG_MESSAGES"
"""The environment variable that keeps the SDK's debug messages, if it has any value."""


def leave_out_sdk_costs() -> None:
    """
    Leave out the SDK's debug messages, and rarely look for garbage.

    The SDK sends several debug messages for each resource, and the program waits for the engine's answer to each one,
    whether or not anyone reads them. `ADX_PRIVATE_LINK_DEBUG_MESSAGES=1 pulumi up --debug` shows them. Remove this when
    the SDK asks the engine first, or does not wait.

    A program creates objects that stay until its end, and Python looks for garbage among all of them again and again.
    """
    if not os.environ.get(DEBUG_MESSAGES):
        pulumi.log.debug = _ignore
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _ignore(*_: object, **__: object) -> None:
    """Ignore a debug message."""
