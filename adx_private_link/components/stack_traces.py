"""
Stack traces in the state: children of a component have the line that registers them, and not the whole stack.

The SDK sends the whole stack of calls with each resource, down to Python's event loop, and the engine writes it to the
state: 16 to 18 lines of absolute paths for a child, a third of the state. With each step of an update the engine writes
the whole state, so a first update pays for it with every resource (docs/benchmarks.md). The component itself
keeps its own: the way to it through the program that uses it.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator

_LIMIT = 7
"""The calls of the SDK from the constructor of a resource on, and one of this library."""


@contextlib.contextmanager
def short_stack_traces() -> Generator[None]:
    """
    Shorten the stack traces of the resources that are registered meanwhile.

    `traceback.extract_stack`, by which the SDK collects them, respects `sys.tracebacklimit`. An exception that leaves
    this context is printed in full.
    """
    before: int | None = getattr(sys, "tracebacklimit", None)
    sys.tracebacklimit = _LIMIT
    try:
        yield
    finally:
        if before is None:
            del sys.tracebacklimit
        else:
            sys.tracebacklimit = before
