"""Waiting for another process, which does not say when it has done what a test waits for."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until a condition holds; it fails after some seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)  # The other process needs the processor, and what is awaited may last less than a second.
