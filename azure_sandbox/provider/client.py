"""The provider's HTTP client: what it tries again, how long it waits, and when it gives up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import unquote

from ..azure import Azure, AzureError, Json, OperationFailed, ResourceId
from ..azure.errors import Refusal
from ..rules import OWN_CHOICE, Rule
from .errors import NoAnswer

_T = TypeVar("_T")
_CLIENT = "pulumi-azure-native provider/pkg/azure/client_azcore.go"
_RETRIED = frozenset([408, 429, 500, 502, 503, 504])
_TRIES = 4
_TWO_HOURS = 120 * 60.0

TRIED_AGAIN = Rule(
    says="A request that Azure answers with 408, 429, 500, 502, 503 or 504, or that does not reach it, is sent up to "
    "three times more (here without the pauses of 20, 60 and 120 seconds)",
    source=f"{_CLIENT}, initPipelineOpts; azcore policy_retry.go (MaxRetries 3)",
)
CONFLICT_TRIED_AGAIN = Rule(
    says="409 is tried again with the code `AnotherOperationInProgress`, and with no other",
    source=f"{_CLIENT}, shouldRetryConflict",
)
NOT_TRIED_AGAIN = Rule(
    says="Any other refusal is final at once, and so is the end of an accepted operation that failed",
    source=f"{_CLIENT}, initPipelineOpts (ShouldRetry)",
)
CANCELLED = Rule(
    says="When the engine cancels (Ctrl-C), the provider gives up requests on their way, and sends no more; Azure may "
    "go on with them",
    source="pulumi-azure-native provider/pkg/provider/provider.go, Cancel; the text is Go's `context canceled` without "
    "the URL",
)
TIMED_OUT = Rule(
    says="An operation that takes longer than its `customTimeouts`, or two hours, ends with `operation timed out`",
    source="pulumi-azure-native provider/pkg/provider/provider.go, azureContext; provider/pkg/azure/azure.go, "
    "AzureError",
)
NO_RESOURCE = Refusal(
    says="An id that is the path of no resource is not found",
    source="the answer of management.azure.com to such a path; that it is the same for all such paths is an "
    f"{OWN_CHOICE}",
    status=404,
    code="MissingSubscription",
    message="The request did not have a subscription or a valid tenant level resource provider.",
)


class GivenUp(NoAnswer):
    """The provider stopped waiting for an answer; Azure may go on."""


class TimedOut(GivenUp):
    """It waited for as long as it may."""


class Client:
    """Requests to Azure, by the text of ids as the provider builds them."""

    def __init__(self, azure: Azure, cancelled: Future[None] | None = None) -> None:
        """Requests to `azure`, until `cancelled` is done."""
        self._azure = azure
        self._cancelled: Future[None] = cancelled or Future()

    def get(self, id: str, timeout: float = 0) -> Json:
        return self._answer(lambda: self._azure.get(_parsed(id)), timeout)

    def put(self, id: str, body: Json, timeout: float = 0) -> Json:
        return self._answer(lambda: self._azure.put(_parsed(id), body), timeout)

    def delete(self, id: str, timeout: float = 0) -> None:
        self._answer(lambda: self._azure.delete(_parsed(id)), timeout)

    def find(self, id: str) -> Json | None:
        """What is there, if anything is."""
        try:
            return self.get(id)
        except AzureError as error:
            if error.status == 404:
                return None
            raise

    def _answer(self, request: Callable[[], _T], timeout: float) -> _T:
        for _ in range(_TRIES - 1):
            try:
                return self._waited_for(request, timeout)
            except AzureError as error:
                if not _is_retried(error):
                    raise
            except ConnectionError:
                pass
        try:
            return self._waited_for(request, timeout)
        except ConnectionError as error:
            raise NoAnswer(str(error)) from error

    def _waited_for(self, request: Callable[[], _T], timeout: float) -> _T:
        if self._cancelled.done():
            raise GivenUp("context canceled")
        answer: Future[_T] = Future()
        # Nobody waits for the end of a request that was given up, not even the end of this process.
        Thread(target=_answered, args=(request, answer), daemon=True).start()
        either: list[Future[Any]] = [answer, self._cancelled]
        wait(either, timeout or _TWO_HOURS, FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        raise GivenUp("context canceled") if self._cancelled.done() else TimedOut("operation timed out")


def _answered(request: Callable[[], _T], answer: Future[_T]) -> None:
    try:
        answer.set_result(request())
    except BaseException as error:  # noqa: BLE001 - who waits for the answer gets it
        answer.set_exception(error)


def _is_retried(error: AzureError) -> bool:
    if isinstance(error, OperationFailed):
        return False
    return error.status in _RETRIED or (error.status == 409 and error.code == "AnotherOperationInProgress")


def _parsed(id: str) -> ResourceId:
    try:
        return ResourceId.parse(unquote(id.replace("%2F", "%252F")))
    except ValueError:
        raise NO_RESOURCE() from None  # noqa: RSE102 - a refusal is made by calling it
