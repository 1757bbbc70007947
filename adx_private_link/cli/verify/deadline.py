"""A time limit for work that has none of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

_Result = TypeVar("_Result")


def run_within(seconds: float, work: Callable[[], _Result]) -> _Result:
    """
    Return the result of work, or raise its error.

    Raises `TimeoutError` if the work takes longer; it then continues in the background until the program ends.
    """
    future: Future[_Result] = Future()

    def complete() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised by `result`
            future.set_exception(error)

    # A pool would wait for the thread when the program ends.
    Thread(target=complete, daemon=True).start()
    return future.result(seconds)
