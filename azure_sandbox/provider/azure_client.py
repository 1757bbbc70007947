"""The provider's client for Azure: which requests it retries, how long it waits, and when it gives up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import unquote

from ..azure import Azure, AzureError, Json, OperationFailed, ResourceId
from ..azure.errors import Rejection
from ..rules import OWN_CHOICE, Rule
from .provider_errors import NoAnswer

_T = TypeVar("_T")
_CLIENT = "pulumi-azure-native provider/pkg/azure/client_azcore.go"
_RETRIED_STATUSES = frozenset([408, 429, 500, 502, 503, 504])
_ATTEMPTS = 4
_DEFAULT_TIMEOUT = 120 * 60.0

RETRIES = Rule(
    says="A request that Azure answers with 408, 429, 500, 502, 503 or 504, or that does not reach Azure, is sent "
    "up to three more times (here without the pauses of 20, 60 and 120 seconds)",
    source=f"{_CLIENT}, initPipelineOpts; azcore policy_retry.go (MaxRetries 3)",
)
CONFLICT_RETRIES = Rule(
    says="A 409 is retried for the code `AnotherOperationInProgress` only",
    source=f"{_CLIENT}, shouldRetryConflict",
)
NO_RETRIES = Rule(
    says="No other rejection is retried, and neither is an accepted operation that failed",
    source=f"{_CLIENT}, initPipelineOpts (ShouldRetry)",
)
CANCELLED = Rule(
    says="When the engine cancels (Ctrl-C), the provider gives up its pending requests and sends no more; Azure may "
    "still complete them",
    source="pulumi-azure-native provider/pkg/provider/provider.go, Cancel; the text is Go's `context canceled` without "
    "the URL",
)
TIMED_OUT = Rule(
    says="An operation that takes longer than its `customTimeouts`, or two hours, ends with `operation timed out`",
    source="pulumi-azure-native provider/pkg/provider/provider.go, azureContext; provider/pkg/azure/azure.go, "
    "AzureError",
)
NO_RESOURCE = Rejection(
    says="An id that is no resource's path is not found",
    source="the answer of management.azure.com to such a path; that it is the same for all such paths is an "
    f"{OWN_CHOICE}",
    status=404,
    code="MissingSubscription",
    message="The request did not have a subscription or a valid tenant level resource provider.",
)


class GivenUp(NoAnswer):
    """A request whose answer the provider no longer waits for; Azure may still complete it."""


class TimedOut(GivenUp):
    """A request that took longer than its timeout."""


class AzureClient:
    """Requests to Azure, by ids as the provider builds them."""

    def __init__(self, azure: Azure, cancelled: Future[None] | None = None) -> None:
        """Sends requests to `azure` until `cancelled` is done."""
        self._azure = azure
        self._cancelled: Future[None] = cancelled or Future()

    def get(self, id: str, timeout: float = 0) -> Json:
        return self._send_with_retries(lambda: self._azure.get(_parse_id(id)), timeout)

    def put(self, id: str, body: Json, timeout: float = 0) -> Json:
        return self._send_with_retries(lambda: self._azure.put(_parse_id(id), body), timeout)

    def delete(self, id: str, timeout: float = 0) -> None:
        self._send_with_retries(lambda: self._azure.delete(_parse_id(id)), timeout)

    def get_if_exists(self, id: str) -> Json | None:
        """The resource; None for a 404."""
        try:
            return self.get(id)
        except AzureError as error:
            if error.status == 404:
                return None
            raise

    def _send_with_retries(self, request: Callable[[], _T], timeout: float) -> _T:
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._send(request, timeout)
            except AzureError as error:
                if not _is_retried(error):
                    raise
            except ConnectionError:
                pass
        try:
            return self._send(request, timeout)
        except ConnectionError as error:
            raise NoAnswer(str(error)) from error

    def _send(self, request: Callable[[], _T], timeout: float) -> _T:
        if self._cancelled.done():
            raise GivenUp("context canceled")
        answer: Future[_T] = Future()
        # A daemon thread: nothing waits for a request that was given up, not even the end of this process.
        Thread(target=_complete, args=(answer, request), daemon=True).start()
        either: list[Future[Any]] = [answer, self._cancelled]
        wait(either, timeout or _DEFAULT_TIMEOUT, FIRST_COMPLETED)
        if answer.done():
            return answer.result()
        raise GivenUp("context canceled") if self._cancelled.done() else TimedOut("operation timed out")


def _complete(answer: Future[_T], request: Callable[[], _T]) -> None:
    try:
        answer.set_result(request())
    except BaseException as error:  # noqa: BLE001 - the thread that waits for the answer raises it
        answer.set_exception(error)


def _is_retried(error: AzureError) -> bool:
    if isinstance(error, OperationFailed):
        return False
    return error.status in _RETRIED_STATUSES or (error.status == 409 and error.code == "AnotherOperationInProgress")


def _parse_id(id: str) -> ResourceId:
    try:
        return ResourceId.parse(unquote(id.replace("%2F", "%252F")))
    except ValueError:
        raise NO_RESOURCE() from None  # noqa: RSE102 - calling a refusal creates the error
