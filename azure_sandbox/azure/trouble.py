"""
Trouble on demand: chosen requests become slow, are refused, fail afterwards, show late, or end a process.

Only requests of providers meet trouble; what the sandbox's own command does never.
"""

from __future__ import annotations

import os
import random
import re
import signal
import time
import uuid
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Gt, Le

from .api_versions import NO_SUCH_VERSION
from .errors import AzureError, OperationFailed, Refusal
from .resource_ids import ResourceId

Method = Literal["GET", "PUT", "DELETE"]
Kind = Literal[
    "slow",
    "throttled",
    "conflict",
    "unavailable",
    "refused",
    "no-version",
    "updating",
    "retryable",
    "parallel",
    "failed",
    "lagging",
    "kills-sandbox",
    "kills-engine",
]
KILLS: tuple[Kind, ...] = ("kills-engine", "kills-sandbox")

THROTTLED = Refusal(
    says="Too many requests are throttled (`trouble throttled`)",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/request-limits-and-throttling.md",
    status=429,
    code="SubscriptionRequestsThrottled",
    message="Number of requests for subscription '{subscription}' exceeded. Please try again after '5' seconds after "
    "additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.",
)
CONFLICT = Refusal(
    says="A request meets another operation on the same or a dependent resource (`trouble conflict`)",
    source="hashicorp/terraform-provider-azurerm#16182, #26005",
    status=409,
    code="AnotherOperationInProgress",
    message="Another operation on this or dependent resource is in progress. To retrieve status of the operation use "
    "uri: https://management.azure.com/subscriptions/{subscription}/providers/Microsoft.Network/locations/westus/"
    "operations/{operation}?api-version=2024-05-01.",
)
UNAVAILABLE = Refusal(
    says="The service is not available for a moment (`trouble unavailable`)",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting",
    status=503,
    code="ServiceUnavailable",
    message="The service is unavailable.",
)
DISALLOWED = Refusal(
    says="A policy of the organisation forbids a resource (`trouble refused`, PUT)",
    source="MicrosoftDocs/azure-docs, error-policy-requestdisallowedbypolicy.md",
    status=403,
    code="RequestDisallowedByPolicy",
    message="Resource '{name}' was disallowed by policy.",
)
UNREADABLE = Refusal(
    says="A right was taken away (`trouble refused`, GET)",
    source="MicrosoftDocs/azure-docs, articles/role-based-access-control/troubleshooting.md",
    status=403,
    code="AuthorizationFailed",
    message="The client does not have authorization to perform action '{type}/read' over scope '{id}' or the scope is "
    "invalid. If access was recently granted, please refresh your credentials.",
)
LOCKED = Refusal(
    says="A lock forbids to delete (`trouble refused`, DELETE)",
    source="MicrosoftDocs/SupportArticles-docs, support/azure/private-link; error-lock.md",
    status=409,
    code="ScopeLocked",
    message="The scope '{id}' cannot perform delete operation because following scope(s) are locked: '{id}'. Please "
    "remove the lock and try again.",
)
_NOT_PROVISIONED = (
    "Cannot proceed with operation because a resource used by resource {id} is not in Succeeded state. Resource is in "
    "Updating state and the last operation that updated/is updating the resource is PutSubnetOperation."
)
UPDATING = Refusal(
    says="A request refers to a resource that is still being updated (`trouble updating`)",
    source="hashicorp/terraform#7153; hashicorp/terraform-provider-azurerm#21293; Azure/azure-libraries-for-net#1001",
    status=429,
    code="RetryableError",
    message="A retryable error occurred.",
    detail=(
        "ReferencedResourceNotProvisioned",
        _NOT_PROVISIONED,
    ),
)
RETRYABLE = Refusal(
    says="An accepted operation fails since something it needs is being updated (`trouble retryable`)",
    source="hashicorp/terraform-provider-azurerm#21293, #30197",
    status=200,
    code="RetryableError",
    message="A retryable error occurred.",
)
PARALLEL = Refusal(
    says="An accepted operation fails since another one, at the same time, has not ended with what it refers to "
    "(`trouble parallel`)",
    source="hashicorp/terraform-provider-azurerm#30197, #32095; Azure-Samples/azuresandbox#267; "
    "alan-turing-institute/data-safe-haven#2269",
    status=200,
    code="ReferencedResourceNotProvisioned",
    message=_NOT_PROVISIONED,
)
FAILED = Refusal(
    says="An accepted operation fails for good (`trouble failed`)",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/async-operations.md; the text is an "
    "own choice",
    status=200,
    code="InternalServerError",
    message="An error occurred.",
)

_GUID = re.compile(r"\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Which requests meet which trouble."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    kind: Kind
    on: str = "*"
    """A pattern of requests, such as `PUT */privateEndpoints/*`; case does not count."""
    skip: Annotated[int, Ge(0)] = 0
    """How many requests that match are left alone at first."""
    times: Annotated[int, Ge(0)] | None = 1
    """How many requests meet it; None for all of them."""
    each: bool = False
    """Whether `skip` and `times` count for every call by itself: each of them meets it, sooner or later."""
    seconds: Annotated[float, Ge(0)] = 1.0
    """How long a slow request takes."""
    looks: Annotated[int, Ge(1)] = 2
    """How many looks a lagging object stays invisible for."""
    chance: Annotated[float, Gt(0), Le(1)] = 1.0
    """How likely a request meets it. The same requests do each time: `seed` decides."""
    seed: int = 0

    @property
    def only_delays(self) -> bool:
        """Whether the request goes on as if nothing had been, so that it meets other trouble too."""
        return self.kind == "slow"

    @property
    def kills(self) -> bool:
        """Whether a process dies of it."""
        return self.kind in KILLS

    def concerns(self, call: str, occurrence: int) -> bool:
        """Whether it is one of the requests in question: the `occurrence`th one of this call."""
        if not fnmatch(call.lower(), self.on.lower()):
            return False
        return self.chance >= 1 or random.Random(f"{self.seed} {call} {occurrence}").random() < self.chance  # noqa: S311 - no secret

    def meets(self, occurrence: int, seen: int, met: int) -> bool:
        """Whether a request in question meets it, after so many others."""
        if self.each:
            return occurrence > self.skip and (self.times is None or occurrence <= self.skip + self.times)
        return seen >= self.skip and (self.times is None or met < self.times)

    def before(self, method: Method, id: ResourceId) -> None:
        """What happens before the request is looked at: a wait, or a refusal."""
        match self.kind:
            case "slow":
                time.sleep(self.seconds)
            case "throttled":
                raise THROTTLED(subscription=id.subscription)
            case "conflict":
                raise CONFLICT(subscription=id.subscription, operation=uuid.uuid4())
            case "unavailable":
                raise UNAVAILABLE()
            case "no-version":
                raise NO_SUCH_VERSION(version="2024-05-01", type=id.type.partition("/")[2], location="westus")
            case "updating" if method == "PUT":
                raise UPDATING(id=id.text)
            case "refused":
                raise _refusal(method, id)
            case _:
                pass

    def failure(self, id: ResourceId) -> OperationFailed | None:
        """How an accepted operation ends that this has befallen."""
        match self.kind:
            case "retryable":
                return _failure(RETRYABLE)
            case "parallel":
                return _failure(PARALLEL, id=id.text)
            case "failed":
                return _failure(FAILED)
            case _:
                return None

    def after(self) -> None:
        """What happens when all is done and nobody knows yet: a process dies."""
        match self.kind:
            case "kills-sandbox":
                os.kill(os.getpid(), signal.SIGKILL)
            case "kills-engine":
                # The engine has started this process, or would have if it were not a fork of a warm interpreter.
                os.kill(int(os.environ.get("AZURE_SANDBOX_ENGINE") or os.getppid()), signal.SIGKILL)
            case _:
                pass


def call_of(method: Method, id: ResourceId) -> str:
    """`GET /subscriptions/…`, the same in every run: what Azure makes up is a `*`, so that it is a pattern too."""
    return f"{method} {_GUID.sub('.*', id.key)}"


def _refusal(method: Method, id: ResourceId) -> AzureError:
    match method:
        case "PUT":
            return DISALLOWED(name=id.name)
        case "GET":
            return UNREADABLE(type=id.type, id=id.text)
        case "DELETE":
            return LOCKED(id=id.text)


def _failure(refusal: Refusal, **values: str) -> OperationFailed:
    error = refusal(**values)
    return OperationFailed(error.status, error.code, error.message)
