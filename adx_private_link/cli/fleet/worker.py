"""What a process of a worker does first. Dask loads this module in each of them."""

from __future__ import annotations

import signal


def dask_setup(_: object) -> None:
    """
    Leave Ctrl-C to Pulumi, which ends its operation, so that the worker can write the result.

    The signal is not ignored, because Pulumi would inherit that.
    """
    signal.signal(signal.SIGINT, _leave)


def _leave(*_: object) -> None:
    """Do nothing."""
