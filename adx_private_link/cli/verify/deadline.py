"""A time limit for work that takes none itself."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

_Result = TypeVar("_Result")


def within(seconds: float, work: Callable[[], _Result]) -> _Result:
    """
    The result of work, or what it raises.

    Raises `TimeoutError` where it takes longer; the work then goes on in the background until the program ends.
    """
    future: Future[_Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised by `result`
            future.set_exception(error)

    # A pool would wait for it at the end.
    Thread(target=run, daemon=True).start()
    return future.result(seconds)
