"""Create, read, update and delete: the requests to Azure for each, and the state that the engine gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from ..azure import AzureError, Json, OperationFailed
from ..rules import OWN_CHOICE, Rule
from .azure_client import AzureClient, GivenUp, TimedOut
from .conversion import inputs_of_outputs, outputs_of_body, request_body
from .drift import apply_drift
from .provider_errors import InitFailed, NoAnswer, ProviderError, error_text, raw_body
from .resource_paths import build_path, parse_path
from .resource_spec import ResourceSpec

_PROVIDER = "pulumi-azure-native provider/pkg/provider/provider.go"
_CRUD = "pulumi-azure-native provider/pkg/provider/crud/crud.go"
_CLIENT = "pulumi-azure-native provider/pkg/azure/client_azcore.go"

CREATE_REJECTS_EXISTING = Rule(
    says="Create reads first, and rejects a resource that exists: `cannot create already existing resource`",
    source=f"{_CLIENT}, CanCreate; issue #808",
)
EXISTENCE_UNKNOWN = Rule(
    says="When Azure rejects the read before a create with another status than 404, the create fails with the status "
    "and the whole answer",
    source=f"{_CLIENT}, CanCreate",
)
UNSET_IS_EMPTY = Rule(
    says="Create sends a network's subnets and peerings, and a balancer's pools and inbound rules, as empty lists "
    "where the program sets none",
    source=f"{_CRUD}, SetUnsetSubresourcePropertiesToDefaults; gen_vnet_test.snap",
)
UNSET_IS_KEPT = Rule(
    says="An update that does not set one of these lists (subnets, peerings, pools, inbound rules) reads it first and "
    "sends it back unchanged; if the read fails, so does the update",
    source=f"{_CRUD}, MaintainSubResourcePropertiesIfNotSet",
)
FULL_PUT = Rule(
    says="An update is a PUT of all inputs, whether or not the resource exists: a property that the program no longer "
    "sets is removed",
    source=f"{_PROVIDER}, defaultUpdate",
)
READ_AFTER_WRITE = Rule(
    says="The state is the answer to a GET after the PUT, with the API version; the id of a new resource is the one in "
    "Azure's answer",
    source=f"{_PROVIDER}, defaultCreate and readAfterWrite; recorded gRPC traffic of TestProviderUpgrade",
)
READ_AFTER_WRITE_FAILS = Rule(
    says="When the GET after a PUT fails, the operation still succeeds: the provider logs a warning, and the state is "
    "the raw answer to the PUT. So it is when the GET is turned off (`ARM_SKIP_READ_ON_UPDATE=true`)",
    source=f"{_PROVIDER}, readAfterWrite; that the answer is kept raw is not verified for 3.29.0 ({OWN_CHOICE})",
)
PLAIN_REJECTION = Rule(
    says="A rejected PUT is a plain error, and leaves nothing in the state",
    source=f"{_PROVIDER}, defaultCreate",
)
PARTIAL_FAILURE = Rule(
    says="A PUT that Azure accepted and that failed afterwards leaves the resource in the state, with the answer to a "
    "GET as outputs, and the reason; if that GET fails, without outputs",
    source=f"{_CRUD}, HandleErrorWithCheckpoint",
)
GIVEN_UP_AFTER_ACCEPTANCE = Rule(
    says="A PUT that the provider gave up leaves the resource in the state, as a failed one does, if its type has "
    "long-running operations: every type but record sets, resource groups and a service's connections",
    source=f"{_CRUD}, HandleErrorWithCheckpoint; gen_vnet_test.snap, azure-rest-api-specs "
    f"(`x-ms-long-running-operation`); that Azure has accepted it by then is an {OWN_CHOICE}",
)
GONE_IS_DELETED = Rule(
    says="A DELETE that is answered with 404 succeeds",
    source=f"{_CLIENT}, Delete",
)
GONE_HAS_NO_ID = Rule(
    says="A read that is answered with 404 returns no id: the resource is gone. Any other rejection is an error",
    source=f"{_PROVIDER}, Read",
)
ID_AS_REQUESTED = Rule(
    says="A read returns the id as requested, and ignores `provisioningState`",
    source=f"{_PROVIDER}, Read",
)
IMPORT_TAKES_ALL = Rule(
    says="The inputs of an import are the path and all writable properties in the answer, except the id, the API "
    "version, and empty lists and objects",
    source=f"{_PROVIDER}, Read; provider/pkg/convert (ResponseToSdkInputs)",
)
REFRESH_LEAVES_OTHERS = Rule(
    says="A refresh never adds sub-resources to the inputs if the program does not set any",
    source=f"{_PROVIDER}, removeUnsetSubResourceProperties",
)
OLD_SUBSCRIPTION = Rule(
    says="Read and delete use the id in the state; an update uses the provider's subscription, even if it has changed",
    source=f"{_PROVIDER}, Read, Delete and Update",
)

_READ_FAILED = (
    "Failed to read resource after {operation}. Please report this issue.\n"
    "Verbose logs contain more information, see https://www.pulumi.com/docs/support/troubleshooting/#verbose-logging."
)


class Crud:
    """The operations on resources."""

    def __init__(
        self, client: AzureClient, subscription: str, *, reads_after_write: bool, warn: Callable[[str, str], None]
    ) -> None:
        self._client = client
        self._subscription = subscription
        self._reads_after_write = reads_after_write
        self._warn = warn

    def create(self, spec: ResourceSpec, urn: str, inputs: Json, timeout: float) -> tuple[str, Json]:
        """The id and the outputs of the new resource."""
        id = build_path(spec, self._subscription, inputs)
        body = request_body(spec, inputs, id)
        try:
            existing = self._client.get_if_exists(id)
        except AzureError as error:
            raise ProviderError(
                f"cannot check existence of resource '{id}': status code {error.status}, {raw_body(error)}"
            ) from error
        if existing is not None:
            raise ProviderError(f"cannot create already existing resource '{id}'")
        _add_properties(body, {name: [] for name in _unset_arrays(spec, inputs)})
        answer = self._put(spec, id, inputs, body, timeout)
        return answer["id"], self._outputs_after_write(spec, answer["id"], answer, urn, "Create")

    def update(self, spec: ResourceSpec, urn: str, inputs: Json, timeout: float) -> Json:
        """The outputs after the update."""
        id = build_path(spec, self._subscription, inputs)
        body = request_body(spec, inputs, id)
        if unset := _unset_arrays(spec, inputs):
            try:
                current = self._client.get(id)["properties"]
            except (AzureError, NoAnswer) as error:
                raise ProviderError(
                    f"failed maintaining unset sub-resource properties: reading cloud state: {error_text(error)}"
                ) from error
            _add_properties(body, {name: current[name] for name in unset if name in current})
        answer = self._put(spec, id, inputs, body, timeout)
        return self._outputs_after_write(spec, id, answer, urn, "Update")

    def delete(self, id: str, timeout: float) -> None:
        try:
            self._client.delete(id, timeout)
        except AzureError as error:
            if error.status != 404:
                raise

    def refresh(self, spec: ResourceSpec, id: str, old_inputs: Json, old_outputs: Json) -> tuple[Json, Json] | None:
        """The outputs and inputs after a refresh; None when the resource is gone."""
        body = self._client.get_if_exists(id)
        if body is None:
            return None
        new_outputs = outputs_of_body(spec, body)
        before, after = inputs_of_outputs(spec, old_outputs), inputs_of_outputs(spec, new_outputs)
        for name in _unset_arrays(spec, old_inputs):
            before.pop(name, None)
            after.pop(name, None)
        return new_outputs, apply_drift(before, after, old_inputs)

    def import_resource(self, spec: ResourceSpec, id: str) -> tuple[Json, Json] | None:
        """The outputs and inputs of a resource that no program created; None when it does not exist."""
        body = self._client.get_if_exists(id)
        if body is None:
            return None
        outputs = outputs_of_body(spec, body)
        return outputs, {**_without_empty(inputs_of_outputs(spec, outputs)), **parse_path(spec, id)}

    def _put(self, spec: ResourceSpec, id: str, inputs: Json, body: Json, timeout: float) -> Json:
        try:
            return self._client.put(id, body, timeout)
        except OperationFailed as error:
            raise self._init_failed(spec, id, inputs, error_text(error)) from error
        except GivenUp as error:
            if not spec.long_running:
                raise
            if isinstance(error, TimedOut):
                # No time is left to read the resource.
                raise InitFailed(id, inputs, {}, error_text(error)) from error
            raise self._init_failed(spec, id, inputs, error_text(error)) from error

    def _init_failed(self, spec: ResourceSpec, id: str, inputs: Json, reason: str) -> InitFailed:
        """The error for an operation that Azure accepted, with the outputs that the engine keeps."""
        try:
            outputs = outputs_of_body(spec, self._client.get(id))
        except (AzureError, NoAnswer) as error:
            return InitFailed(id, inputs, {}, f"resource created but read failed {error_text(error)}: {reason}")
        del outputs["azureApiVersion"]
        return InitFailed(id, inputs, outputs, reason)

    def _outputs_after_write(self, spec: ResourceSpec, id: str, answer: Json, urn: str, operation: str) -> Json:
        if self._reads_after_write:
            try:
                return outputs_of_body(spec, self._client.get(id))
            except (AzureError, NoAnswer):
                self._warn(urn, _READ_FAILED.format(operation=operation))
        return {**answer, "azureApiVersion": spec.api_version}


def _unset_arrays(spec: ResourceSpec, inputs: Json) -> list[str]:
    """The sub-resource arrays that the program does not set."""
    return [name for name in spec.kept_when_unset if name not in inputs]


def _add_properties(body: Json, properties: Json) -> None:
    if properties:
        body["properties"] = {**body.get("properties", {}), **properties}


def _without_empty(value: Any) -> Any:
    """The value without nulls, empty lists and empty objects as properties, at any depth."""
    if isinstance(value, dict):
        properties = {name: _without_empty(item) for name, item in cast("Json", value).items()}
        return {name: item for name, item in properties.items() if item not in ({}, [], None)}
    if isinstance(value, list):
        return [_without_empty(item) for item in cast("list[Any]", value)]
    return value
