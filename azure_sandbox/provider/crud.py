"""What the provider asks of Azure to create, read, update and delete a resource."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from ..azure import AzureError, Json, OperationFailed
from ..rules import OWN_CHOICE, Rule
from . import shapes
from .client import Client, GivenUp, TimedOut
from .diff import carry_over
from .errors import InitFailed, NoAnswer, ProviderError, in_words, raw_body
from .paths import path, path_inputs
from .schema import ResourceSpec

_PROVIDER = "pulumi-azure-native provider/pkg/provider/provider.go"
_CRUD = "pulumi-azure-native provider/pkg/provider/crud/crud.go"
_CLIENT = "pulumi-azure-native provider/pkg/azure/client_azcore.go"

NEVER_TAKES_OVER = Rule(
    says="Create reads first, and refuses what exists: `cannot create already existing resource`",
    source=f"{_CLIENT}, CanCreate; issue #808",
)
EXISTENCE_UNKNOWN = Rule(
    says="When that read is refused with another status than 404, create stops, with the status and the whole answer",
    source=f"{_CLIENT}, CanCreate",
)
UNSET_IS_EMPTY = Rule(
    says="A network's subnets and peerings, and a balancer's pools and inbound rules, are sent as empty lists by a "
    "create that does not say any",
    source=f"{_CRUD}, SetUnsetSubresourcePropertiesToDefaults; gen_vnet_test.snap",
)
UNSET_IS_KEPT = Rule(
    says="An update that does not say them reads them first, and sends them back as they are; when that fails, so does "
    "it",
    source=f"{_CRUD}, MaintainSubResourcePropertiesIfNotSet",
)
FULL_PUT = Rule(
    says="An update is a PUT of all inputs, without asking whether anything is there: what the program no longer says "
    "is gone",
    source=f"{_PROVIDER}, defaultUpdate",
)
READ_AFTER_WRITE = Rule(
    says="The state is what a GET answers after the PUT, with the API version; the id of a new resource is that of "
    "Azure's answer",
    source=f"{_PROVIDER}, defaultCreate and readAfterWrite; recorded gRPC traffic of TestProviderUpgrade",
)
READ_AFTER_WRITE_FAILS = Rule(
    says="When that GET fails, the operation has still succeeded; a warning is logged, and the state is the PUT's "
    "answer as it came. So it is without the GET (`ARM_SKIP_READ_ON_UPDATE=true`)",
    source=f"{_PROVIDER}, readAfterWrite; that the answer is kept as it came is not verified for 3.29.0 ({OWN_CHOICE})",
)
PLAIN_REFUSAL = Rule(
    says="A PUT that is refused is a plain error, and leaves nothing in the state",
    source=f"{_PROVIDER}, defaultCreate",
)
PARTIAL_FAILURE = Rule(
    says="A PUT that was accepted and failed afterwards leaves the resource in the state, as a GET shows it, and the "
    "reason; without an answer to that GET, with no outputs",
    source=f"{_CRUD}, HandleErrorWithCheckpoint",
)
GIVEN_UP_AFTER_ACCEPTANCE = Rule(
    says="So does a PUT that the provider stopped waiting for, of a type whose operations it waits for; that is every "
    "type but record sets, resource groups and a service's connections",
    source=f"{_CRUD}, HandleErrorWithCheckpoint; gen_vnet_test.snap, azure-rest-api-specs "
    f"(`x-ms-long-running-operation`); that Azure has accepted it by then is an {OWN_CHOICE}",
)
GONE_IS_DELETED = Rule(
    says="A DELETE that is answered with 404 has succeeded",
    source=f"{_CLIENT}, Delete",
)
GONE_HAS_NO_ID = Rule(
    says="A read that is answered with 404 tells the engine that the resource is gone; any other refusal is an error",
    source=f"{_PROVIDER}, Read",
)
ID_AS_ASKED = Rule(
    says="A read keeps the id as it was asked for, and does not look at `provisioningState`",
    source=f"{_PROVIDER}, Read",
)
IMPORT_TAKES_ALL = Rule(
    says="The inputs of an import are the path and all that is writable in the answer, but for the id, the API version "
    "and empty lists and objects",
    source=f"{_PROVIDER}, Read; provider/pkg/convert (ResponseToSdkInputs)",
)
REFRESH_LEAVES_OTHERS = Rule(
    says="Sub-resources that the program leaves to others never become its inputs",
    source=f"{_PROVIDER}, removeUnsetSubResourceProperties",
)
OLD_SUBSCRIPTION = Rule(
    says="Read and delete go to the id in the state; an update goes to the provider's subscription, even if that has "
    "changed",
    source=f"{_PROVIDER}, Read, Delete and Update",
)

_READ_FAILED = (
    "Failed to read resource after {operation}. Please report this issue.\n"
    "Verbose logs contain more information, see https://www.pulumi.com/docs/support/troubleshooting/#verbose-logging."
)


class Crud:
    """The operations on resources."""

    def __init__(
        self, client: Client, subscription: str, *, reads_after_write: bool, warn: Callable[[str, str], None]
    ) -> None:
        self._client = client
        self._subscription = subscription
        self._reads_after_write = reads_after_write
        self._warn = warn

    def create(self, spec: ResourceSpec, urn: str, inputs: Json, timeout: float) -> tuple[str, Json]:
        id = path(spec, self._subscription, inputs)
        body = shapes.to_azure(spec, inputs, id)
        try:
            found = self._client.find(id)
        except AzureError as error:
            raise ProviderError(
                f"cannot check existence of resource '{id}': status code {error.status}, {raw_body(error)}"
            ) from error
        if found is not None:
            raise ProviderError(f"cannot create already existing resource '{id}'")
        _keep(body, {name: [] for name in _unset(spec, inputs)})
        answer = self._put(spec, id, inputs, body, timeout)
        return answer["id"], self._state(spec, answer["id"], answer, urn, "Create")

    def update(self, spec: ResourceSpec, urn: str, inputs: Json, timeout: float) -> Json:
        id = path(spec, self._subscription, inputs)
        body = shapes.to_azure(spec, inputs, id)
        if unset := _unset(spec, inputs):
            try:
                current = self._client.get(id)["properties"]
            except (AzureError, NoAnswer) as error:
                raise ProviderError(
                    f"failed maintaining unset sub-resource properties: reading cloud state: {in_words(error)}"
                ) from error
            _keep(body, {name: current[name] for name in unset if name in current})
        return self._state(spec, id, self._put(spec, id, inputs, body, timeout), urn, "Update")

    def delete(self, id: str, timeout: float) -> None:
        try:
            self._client.delete(id, timeout)
        except AzureError as error:
            if error.status != 404:
                raise

    def refresh(self, spec: ResourceSpec, id: str, inputs: Json, outputs: Json) -> tuple[Json, Json] | None:
        """Outputs and inputs as they are now; None when it is gone."""
        found = self._client.find(id)
        if found is None:
            return None
        now = shapes.to_outputs(spec, found)
        before, after = (shapes.to_inputs(spec, each) for each in (outputs, now))
        for name in _unset(spec, inputs):
            before.pop(name, None)
            after.pop(name, None)
        return now, carry_over(before, after, inputs)

    def import_(self, spec: ResourceSpec, id: str) -> tuple[Json, Json] | None:
        """Outputs and inputs of something that no program made; None when there is no such thing."""
        found = self._client.find(id)
        if found is None:
            return None
        outputs = shapes.to_outputs(spec, found)
        return outputs, {**_without_empty(shapes.to_inputs(spec, outputs)), **path_inputs(spec, id)}

    def _put(self, spec: ResourceSpec, id: str, inputs: Json, body: Json, timeout: float) -> Json:
        try:
            return self._client.put(id, body, timeout)
        except OperationFailed as error:
            raise self._failed(spec, id, inputs, in_words(error)) from error
        except GivenUp as error:
            if not spec.long_running:
                raise
            if isinstance(error, TimedOut):
                # No time is left to look at what there is.
                raise InitFailed(id, inputs, {}, in_words(error)) from error
            raise self._failed(spec, id, inputs, in_words(error)) from error

    def _failed(self, spec: ResourceSpec, id: str, inputs: Json, reason: str) -> InitFailed:
        """What the engine is told of a resource whose operation was accepted."""
        try:
            kept = shapes.to_outputs(spec, self._client.get(id))
        except (AzureError, NoAnswer) as error:
            return InitFailed(id, inputs, {}, f"resource created but read failed {in_words(error)}: {reason}")
        return InitFailed(id, inputs, {name: each for name, each in kept.items() if name != "azureApiVersion"}, reason)

    def _state(self, spec: ResourceSpec, id: str, answer: Json, urn: str, operation: str) -> Json:
        if self._reads_after_write:
            try:
                return shapes.to_outputs(spec, self._client.get(id))
            except (AzureError, NoAnswer):
                self._warn(urn, _READ_FAILED.format(operation=operation))
        return {**answer, "azureApiVersion": spec.api_version}


def _unset(spec: ResourceSpec, inputs: Json) -> list[str]:
    """The sub-resource arrays that the program does not speak of."""
    return [name for name in spec.kept_when_unset if name not in inputs]


def _keep(body: Json, unset: Json) -> None:
    if unset:
        body["properties"] = {**body.get("properties", {}), **unset}


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: _without_empty(each) for name, each in cast("Json", value).items()}
        return {name: each for name, each in kept.items() if each not in ({}, [], None)}
    if isinstance(value, list):
        return [_without_empty(each) for each in cast("list[Any]", value)]
    return value
