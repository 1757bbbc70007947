"""Operations that Azure has accepted: how long they run, and what their URLs answer."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import quote

from ..rules import OWN_CHOICE, Rule
from .bodies import Json
from .clouds import cloud_of
from .errors import AzureError, Rejection
from .resource_ids import ResourceId
from .store import Store

_SCENARIO = "Azure/azure-cli-extensions, src/kusto/azext_kusto/tests/latest/recordings/test_kusto_Scenario.yaml"
LOOKS = 2

PATCHED = Rule(
    says="A PATCH that changes a cluster is answered with 202, the whole cluster with the state `Accepted`, and the "
    "URLs of the operation in `Azure-AsyncOperation` and `Location`. The change takes effect when the operation ends",
    source=f"{_SCENARIO}; that a PATCH replaces each property that it names and is not null, and a sku in part, is an "
    f"{OWN_CHOICE} (Update-AzKustoCluster.Recording.json of Azure/azure-powershell leaves out the capacity)",
)
UNCHANGED = Rule(
    says="A PATCH that changes nothing is answered with 200 and the cluster; its etag stays, and there is no operation",
    source="Azure/azure-powershell, src/Kusto/Kusto.Autorest/test/Update-AzKustoCluster.Recording.json",
)
RUNNING = Rule(
    says="While an operation runs, the cluster is Running, its provisioning state too, and its identity lacks the "
    "principal",
    source=f"{_SCENARIO}; that its properties are still the old ones, and that an operation runs for {LOOKS} looks of "
    f"clients at it or at the cluster, instead of about six minutes, is an {OWN_CHOICE}",
)
POLLED = Rule(
    says="The URL in `Azure-AsyncOperation` answers 200 with the status `Running`, then `Succeeded` or `Failed` with "
    "the error. The URL in `Location` answers with an empty body, 200 at the end",
    source=f"{_SCENARIO}; hashicorp/terraform-provider-azurerm#18454 (Failed); that `Location` answers 202 before "
    f"the end is an {OWN_CHOICE}",
)
FAILED = Rule(
    says="A cluster whose operation failed has the provisioning state `Failed` and its old properties",
    source=OWN_CHOICE,
)
NOT_TERMINAL = Rejection(
    says="While an operation runs on a cluster, and before it is created, it cannot be changed or deleted",
    source="Azure/azure-rest-api-specs#7984; the status is an own choice",
    status=409,
    code="RequestConflict",
    message="Cannot modify resource with id '{id}' because the resource entity provisioning state is not terminal. "
    "Please wait for the provisioning state to become terminal and then retry the request.",
)
OPERATION_NOT_FOUND = Rejection(
    says="An operation that does not exist is not found",
    source=OWN_CHOICE,
    status=404,
    code="ResourceNotFound",
    message="The resource with identifier '{name}' is not found.",
)

_URL = re.compile(
    r"/subscriptions/[^/]+/providers/Microsoft\.Kusto/locations/[^/]+/operationResults/(?P<name>[^/]+)", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to a request, where its status and headers matter."""

    status: int
    body: Json | None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A change of a resource that Azure has accepted."""

    name: str
    """A GUID."""
    target: str
    """The id of the resource."""
    location: str
    request: Json
    """The body of the PUT that is the same change."""
    started: str
    looks: int = LOOKS
    """How many more looks find it running."""
    status: str = "Running"
    error: Mapping[str, str] | None = None
    """Code and message, if it fails."""

    @property
    def id(self) -> str:
        """The path of its URLs, with the region's display name as Azure has it."""
        subscription = ResourceId.parse(self.target).subscription
        region = cloud_of(self.location).regions[self.location]
        return (
            f"/subscriptions/{subscription}/providers/Microsoft.Kusto/locations/{region}/operationResults/{self.name}"
        )

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the answer that starts it."""
        url = f"https://management.azure.com{quote(self.id)}?api-version=2024-04-13"
        return {"Azure-AsyncOperation": url, "Location": f"{url}&operationResultResponseType=Location"}

    @property
    def body(self) -> Json:
        """The answer of its URL in `Azure-AsyncOperation`."""
        is_running = self.status == "Running"
        return {
            "id": self.id.replace("operationResults", "operationresults"),
            "name": self.name,
            "status": self.status,
            "startTime": self.started,
            "endTime": self.started,
            "percentComplete": 0.5 if is_running else 1.0,
            "properties": {
                "operationKind": "ServiceConfigurationAlter",
                "provisioningState": self.status,
                "operationState": "InProgress" if is_running else _OPERATION_STATES[self.status],
            },
            **({} if is_running or self.error is None else {"error": dict(self.error)}),
        }

    def fail(self, error: AzureError) -> Operation:
        """The same operation, which fails with an error."""
        return replace(self, error={"code": error.code, "message": error.message})


_OPERATION_STATES = {"Succeeded": "Completed", "Failed": "Failed"}


def start_operation(store: Store, target: ResourceId, location: str, request: Json) -> Operation:
    """Let an operation run on a resource."""
    started = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"
    operation = Operation(
        name=str(uuid.uuid4()), target=target.text, location=location, request=request, started=started
    )
    save_operation(store, operation)
    return operation


def save_operation(store: Store, operation: Operation) -> None:
    store.put_operation(operation.name, operation.target, json.dumps(asdict(operation)))


def running_operation(store: Store, target: str) -> Operation | None:
    """The operation that runs on a resource."""
    operations = (Operation(**json.loads(stored)) for stored in store.operations_on(target))
    return next((operation for operation in operations if operation.status == "Running"), None)


def operation_name(path: str) -> str | None:
    """The name in the path of an operation's URL; None for another path."""
    match = _URL.fullmatch(path)
    return match["name"] if match else None


def find_operation(store: Store, name: str) -> Operation:
    """The operation of a name. Raises `AzureError` 404 if it does not exist."""
    stored = store.operation(name)
    if stored is None:
        raise OPERATION_NOT_FOUND(name=name)
    return Operation(**json.loads(stored))
