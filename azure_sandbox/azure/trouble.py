"""
Trouble on demand: a request is slow, rejected, fails after it was accepted, shows late, or kills a process.

Only requests of clients meet trouble; the sandbox's own commands never do.
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
from .errors import AzureError, OperationFailed, Rejection
from .resource_ids import ResourceId

Method = Literal["GET", "PUT", "PATCH", "DELETE"]
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
    "maintenance",
    "failed",
    "lagging",
    "kills-sandbox",
    "kills-engine",
]
KILLS: tuple[Kind, ...] = ("kills-engine", "kills-sandbox")

THROTTLED = Rejection(
    says="A subscription with too many requests is throttled (`trouble throttled`)",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/request-limits-and-throttling.md",
    status=429,
    code="SubscriptionRequestsThrottled",
    message="Number of requests for subscription '{subscription}' exceeded. Please try again after '5' seconds after "
    "additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.",
)
OPERATION_IN_PROGRESS = Rejection(
    says="A request conflicts with another operation on the same or a dependent resource (`trouble conflict`)",
    source="hashicorp/terraform-provider-azurerm#16182, #26005",
    status=409,
    code="AnotherOperationInProgress",
    message="Another operation on this or dependent resource is in progress. To retrieve status of the operation use "
    "uri: https://management.azure.com/subscriptions/{subscription}/providers/Microsoft.Network/locations/westus/"
    "operations/{operation}?api-version=2024-05-01.",
)
UNAVAILABLE = Rejection(
    says="The service is unavailable for a moment (`trouble unavailable`)",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/troubleshooting",
    status=503,
    code="ServiceUnavailable",
    message="The service is unavailable.",
)
DISALLOWED = Rejection(
    says="A policy of the organisation forbids a resource (`trouble refused`, PUT)",
    source="MicrosoftDocs/azure-docs, error-policy-requestdisallowedbypolicy.md",
    status=403,
    code="RequestDisallowedByPolicy",
    message="Resource '{name}' was disallowed by policy.",
)
UNREADABLE = Rejection(
    says="The caller has lost a right (`trouble refused`, GET)",
    source="MicrosoftDocs/azure-docs, articles/role-based-access-control/troubleshooting.md",
    status=403,
    code="AuthorizationFailed",
    message="The client does not have authorization to perform action '{type}/read' over scope '{id}' or the scope is "
    "invalid. If access was recently granted, please refresh your credentials.",
)
DELETION_LOCKED = Rejection(
    says="A lock forbids the deletion (`trouble refused`, DELETE)",
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
UPDATING = Rejection(
    says="A request refers to a resource with an update in progress (`trouble updating`)",
    source="hashicorp/terraform#7153; hashicorp/terraform-provider-azurerm#21293; Azure/azure-libraries-for-net#1001",
    status=429,
    code="RetryableError",
    message="A retryable error occurred.",
    detail=(
        "ReferencedResourceNotProvisioned",
        _NOT_PROVISIONED,
    ),
)
RETRYABLE = Rejection(
    says="An accepted operation fails because a resource that it needs is being updated (`trouble retryable`)",
    source="hashicorp/terraform-provider-azurerm#21293, #30197",
    status=200,
    code="RetryableError",
    message="A retryable error occurred.",
)
PARALLEL = Rejection(
    says="An accepted operation fails because another operation is still updating a resource that it refers to "
    "(`trouble parallel`)",
    source="hashicorp/terraform-provider-azurerm#30197, #32095; Azure-Samples/azuresandbox#267; "
    "alan-turing-institute/data-safe-haven#2269",
    status=200,
    code="ReferencedResourceNotProvisioned",
    message=_NOT_PROVISIONED,
)
FAILED = Rejection(
    says="An accepted operation fails permanently (`trouble failed`)",
    source="MicrosoftDocs/azure-docs, articles/azure-resource-manager/management/async-operations.md; the text is an "
    "own choice",
    status=200,
    code="InternalServerError",
    message="An error occurred.",
)

_GUID = re.compile(r"(?<=[.-])[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A trouble, and which requests meet it."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    kind: Kind
    on: str = "*"
    """A pattern of requests, such as `PUT */privateEndpoints/*`, compared without case."""
    skip: Annotated[int, Ge(0)] = 0
    """The number of matching requests before the first that meets it."""
    times: Annotated[int, Ge(0)] | None = 1
    """The number of requests that meet it; None for all."""
    each: bool = False
    """Whether `skip` and `times` count for every call separately, so that each call meets it."""
    seconds: Annotated[float, Ge(0)] = 1.0
    """The duration of a slow request."""
    looks: Annotated[int, Ge(1)] = 2
    """The number of looks that do not find a lagging object."""
    chance: Annotated[float, Gt(0), Le(1)] = 1.0
    """The probability that a matching request meets it. With the same `seed`, the same requests do."""
    seed: int = 0

    @property
    def only_delays(self) -> bool:
        """Whether the request only takes longer, so that it can meet another trouble."""
        return self.kind == "slow"

    @property
    def kills(self) -> bool:
        """Whether it kills a process."""
        return self.kind in KILLS

    def selects(self, call: str, occurrence: int) -> bool:
        """Whether the pattern and the chance select a request: the `occurrence`th one of this call."""
        if not fnmatch(call.lower(), self.on.lower()):
            return False
        return self.chance >= 1 or random.Random(f"{self.seed} {call} {occurrence}").random() < self.chance  # noqa: S311 - no secret

    def meets(self, occurrence: int, seen: int, met: int) -> bool:
        """Whether a selected request meets it, after `seen` selected ones, `met` of which have met it."""
        if self.each:
            return occurrence > self.skip and (self.times is None or occurrence <= self.skip + self.times)
        return seen >= self.skip and (self.times is None or met < self.times)

    def delay_or_reject(self, method: Method, id: ResourceId) -> None:
        """Delay or reject the request before Azure looks at it."""
        match self.kind:
            case "slow":
                time.sleep(self.seconds)
            case "throttled":
                raise THROTTLED(subscription=id.subscription)
            case "conflict":
                raise OPERATION_IN_PROGRESS(subscription=id.subscription, operation=uuid.uuid4())
            case "unavailable":
                raise UNAVAILABLE()
            case "no-version":
                raise NO_SUCH_VERSION(version="2024-05-01", type=id.type.partition("/")[2], location="westus")
            case "updating" if method in ("PUT", "PATCH"):
                raise UPDATING(id=id.text)
            case "refused":
                raise _reject(method, id)
            case _:
                pass

    def operation_error(self, id: ResourceId) -> OperationFailed | None:
        """The error of an operation that Azure accepted; None if this trouble does not fail it."""
        match self.kind:
            case "retryable":
                return _failed(RETRYABLE)
            case "parallel":
                return _failed(PARALLEL, id=id.text)
            case "failed":
                return _failed(FAILED)
            case _:
                return None

    def kill_process(self) -> None:
        """Kill the process that this trouble kills, once the request is done and not yet answered."""
        match self.kind:
            case "kills-sandbox":
                os.kill(os.getpid(), signal.SIGKILL)
            case "kills-engine":
                # The engine is this process's parent, unless this process is a fork of a warm interpreter.
                os.kill(int(os.environ.get("AZURE_SANDBOX_ENGINE") or os.getppid()), signal.SIGKILL)
            case _:
                pass


def call_of(method: Method, id: ResourceId) -> str:
    """The request as text, `GET /subscriptions/…`. A GUID of Azure's is a `*`: the text is the same in every run."""
    return f"{method} {_GUID.sub('*', id.key)}"


def _reject(method: Method, id: ResourceId) -> AzureError:
    match method:
        case "PUT" | "PATCH":
            return DISALLOWED(name=id.name)
        case "GET":
            return UNREADABLE(type=id.type, id=id.text)
        case "DELETE":
            return DELETION_LOCKED(id=id.text)


def _failed(rejection: Rejection, **values: str) -> OperationFailed:
    error = rejection(**values)
    return OperationFailed(error.status, error.code, error.message)
