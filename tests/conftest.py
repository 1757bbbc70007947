"""What holds for all tests. `EXAMPLES=1000 make test` tries more random examples than the usual 25 of each."""

from __future__ import annotations

import gc
import logging
import os

import pytest
from hypothesis import HealthCheck, settings

from azure_sandbox.testing import restore_interrupts

# A misspelt property fails in every test, where the real provider would drop it silently.
os.environ.setdefault("AZURE_SANDBOX_STRICT", "1")

# What the program of this project and its commands import is imported once.
_COMMANDS = (f"adx_private_link.cli.commands.{command}" for command in ("access", "adopt", "release", "repair"))
os.environ.setdefault("AZURE_SANDBOX_IMPORTS", " ".join(["adx_private_link", "adx_private_link.stack", *_COMMANDS]))

# Commands of Pulumi end before it pays that Go collects their garbage often.
os.environ.setdefault("GOGC", "400")

# A suite in the background (`make test &`) ignores Ctrl-C; what it starts does not.
restore_interrupts()

# On a machine that is busy, how long one example takes says nothing.
settings.register_profile(
    "busy",
    max_examples=int(os.environ.get("EXAMPLES", "25")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("busy")

# What a failed program has left is collected at any time, in the middle of a parse as well. asyncio reports it, pytest
# formats the report, and that parses code: Python 3.11 fails then, in whatever test it is ("AST constructor recursion
# depth mismatch", python/cpython#106905).
logging.getLogger("asyncio").setLevel(logging.CRITICAL)

# Where the engine runs: these tests go first, so that no worker is left alone with a long one.
_LONG = ("tests/stack/", "tests/examples/", "tests/package/", "tests/workflows/", "tests/docs/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first."""
    items.sort(
        key=lambda item: next((rank for rank, name in enumerate(_LONG) if item.nodeid.startswith(name)), len(_LONG))
    )


def pytest_collection_finish() -> None:
    """What is imported by now stays: looking for garbage in it takes a fifth of the tests of graphs."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 1_000)
