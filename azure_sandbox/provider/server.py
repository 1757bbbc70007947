"""The Pulumi provider protocol over gRPC: one process for each provider that the engine starts."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast
from urllib.parse import quote

import grpc
from google.protobuf import any_pb2, empty_pb2, json_format, struct_pb2
from google.rpc import status_pb2  # pyright: ignore[reportMissingTypeStubs] - googleapis-common-protos ships none
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from ..azure import Azure, AzureError, Json, OperationFailed, ResourceId, StoreFile
from . import check, diff, shapes
from .schema import RESOURCES, ResourceSpec, getter

_T = TypeVar("_T")
_CONFIG = "azure-native:config:"
_NO_SUBSCRIPTION = (
    "A Subscription ID must be configured when authenticating as a Service Principal using a Client Secret."
)


class ProviderError(Exception):
    """Anything that the provider answers to the engine as an error."""


class InitFailed(ProviderError):
    """An accepted operation failed: the engine keeps the resource, with this as the reason."""

    def __init__(self, id: str, inputs: Json, outputs: Json, reason: str) -> None:
        super().__init__(reason)
        self.details = provider_pb2.ErrorResourceInitFailed(
            id=id, inputs=to_struct(inputs), properties=to_struct(outputs), reasons=[reason]
        )


def to_struct(value: Json) -> struct_pb2.Struct:
    return json_format.ParseDict(value, struct_pb2.Struct())


def from_struct(struct: struct_pb2.Struct) -> Json:
    return {name: _whole(value) for name, value in json_format.MessageToDict(struct).items()}


def _whole(value: Any) -> Any:
    """Numbers travel as doubles; Azure's are mostly integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(each) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in cast("Json", value).items()}
    return value


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """The azure-native provider with the sandbox as its Azure."""

    def __init__(self, azure: Azure, version: str) -> None:
        self._azure = azure
        self._version = version
        self._subscription = ""
        self._location: str | None = None

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self._version)

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        return provider_pb2.DiffResponse()

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        if not (request.sends_old_inputs and request.sends_old_inputs_to_delete):
            _abort(context, ProviderError("Azure Native provider requires Pulumi CLI v3.74.0 or later"))
        config = {name.removeprefix(_CONFIG): value for name, value in request.variables.items()}
        self._subscription = config.get("subscriptionId") or os.environ.get("ARM_SUBSCRIPTION_ID", "")
        self._location = config.get("location")
        if not self._subscription:
            _abort(context, ProviderError(_NO_SUBSCRIPTION))
        return provider_pb2.ConfigureResponse(supportsPreview=True, supports_autonaming_configuration=True)

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        spec = _spec(request.urn, context)
        inputs = check.with_defaults(
            spec,
            request.name or request.urn.rsplit("::", 1)[1],
            from_struct(request.olds),
            from_struct(request.news),
            check.Naming(
                request.randomSeed,
                request.autonaming.proposed_name,
                disabled=request.autonaming.mode == provider_pb2.CheckRequest.AutonamingOptions.DISABLE,
            ),
            self._location,
            self._group_location,
        )
        return provider_pb2.CheckResponse(
            inputs=to_struct(inputs),
            failures=[provider_pb2.CheckFailure(reason=reason) for reason in check.failures(spec, inputs)],
        )

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        old_inputs = from_struct(request.old_inputs)
        found = diff.changes(
            _spec(request.urn, context), old_inputs, from_struct(request.news), from_struct(request.olds)
        )
        if not found:
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
        replaces = [each.path for each in found if each.replaces]
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME,
            diffs=[each.property for each in found],
            replaces=replaces,
            deleteBeforeReplace=bool(replaces) and not old_inputs.get("__createBeforeDelete", False),
            hasDetailedDiff=True,
            detailedDiff={
                each.path: provider_pb2.PropertyDiff(
                    kind=provider_pb2.PropertyDiff.Kind.Value(f"{each.kind}_REPLACE" if each.replaces else each.kind),
                    inputDiff=True,
                )
                for each in found
            },
        )

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        spec, inputs = _spec(request.urn, context), from_struct(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=to_struct(shapes.preview_outputs(spec, inputs)))
        outputs = _answered(context, lambda: self._create(spec, inputs))
        return provider_pb2.CreateResponse(id=outputs["id"], properties=to_struct(outputs))

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        spec = _spec(request.urn, context)
        found = _answered(context, lambda: self._find(_id(request.id)))
        if found is None:
            return provider_pb2.ReadResponse()
        outputs = shapes.to_outputs(spec, found)
        writable = shapes.to_inputs(spec, outputs)
        if request.HasField("inputs") and request.inputs.fields:
            given = from_struct(request.inputs)
            before = shapes.to_inputs(spec, from_struct(request.properties))
            # Sub-resources that the program leaves to others never become its inputs.
            for name in spec.kept_when_unset:
                if name not in given:
                    writable.pop(name, None)
                    before.pop(name, None)
            inputs = diff.carry_over(before, writable, given)
        else:
            inputs = _answered(context, lambda: _imported(spec, request.id, writable))
        return provider_pb2.ReadResponse(id=request.id, properties=to_struct(outputs), inputs=to_struct(inputs))

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        spec, inputs, old = _spec(request.urn, context), from_struct(request.news), from_struct(request.olds)
        if request.preview:
            kept = {name: old[name] for name in ("name", "location") if name in old}
            return provider_pb2.UpdateResponse(
                properties=to_struct({**shapes.preview_outputs(spec, inputs), **kept, "id": request.id})
            )
        outputs = _answered(context, lambda: self._update(spec, inputs))
        return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        _answered(context, lambda: self._azure.delete(_id(request.id)))
        return empty_pb2.Empty()

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        result = _answered(context, lambda: self._invoke(request.tok, from_struct(request.args)))
        response = provider_pb2.InvokeResponse()
        # The field is named by a Python keyword.
        getattr(response, "return").CopyFrom(to_struct(result))
        return response

    def GetMapping(
        self, request: provider_pb2.GetMappingRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetMappingResponse:
        return provider_pb2.GetMappingResponse()

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def _create(self, spec: ResourceSpec, inputs: Json) -> Json:
        id = self._path(spec, inputs)
        # The real provider reads first as well: its create never takes over what exists.
        if self._find(id) is not None:
            raise ProviderError(f"cannot create already existing resource '{id.text}'")
        return self._put(spec, id, inputs, shapes.to_azure(spec, inputs))

    def _update(self, spec: ResourceSpec, inputs: Json) -> Json:
        id = self._path(spec, inputs)
        body = shapes.to_azure(spec, inputs)
        if unset := [name for name in spec.kept_when_unset if name not in inputs]:
            try:
                current = self._azure.get(id)["properties"]
            except AzureError as error:
                raise ProviderError(
                    f"failed maintaining unset sub-resource properties: reading cloud state: {error}"
                ) from error
            body["properties"] = {
                **body.get("properties", {}),
                **{name: current[name] for name in unset if name in current},
            }
        return self._put(spec, id, inputs, body)

    def _put(self, spec: ResourceSpec, id: ResourceId, inputs: Json, body: Json) -> Json:
        try:
            self._azure.put(id, body)
        except OperationFailed as error:
            kept = shapes.to_outputs(spec, self._azure.get(id))
            raise InitFailed(kept["id"], inputs, kept, str(error)) from error
        return shapes.to_outputs(spec, self._azure.get(id))

    def _find(self, id: ResourceId) -> Json | None:
        try:
            return self._azure.get(id)
        except AzureError as error:
            if error.status == 404:
                return None
            raise

    def _invoke(self, function: str, arguments: Json) -> Json:
        if function == "azure-native:authorization:getClientConfig":
            nobody = "00000000-0000-0000-0000-000000000000"
            return {"clientId": nobody, "objectId": nobody, "tenantId": nobody, "subscriptionId": self._subscription}
        spec = getter(function)
        if spec is None:
            raise ProviderError(f"Invoke type {function} not found")
        id = self._path(spec, arguments)
        try:
            return shapes.to_outputs(spec, self._azure.get(id))
        except AzureError as error:
            raise ProviderError(f"request failed {id.text}: {error}") from error

    def _path(self, spec: ResourceSpec, values: Json) -> ResourceId:
        def value(match: re.Match[str]) -> str:
            given = self._subscription if match[1] == "subscriptionId" else values.get(match[1])
            if not isinstance(given, str):
                raise ProviderError(
                    f"expected string value for path parameter '{match[1]}', got {type(given).__name__}"
                )
            return quote(given, safe="@$&+:=()!*',; ")

        return _id(re.sub(r"\{(\w+)\}", value, spec.path))

    def _group_location(self, group: str) -> str | None:
        if shapes.is_unknown(group):
            return shapes.UNKNOWN
        found = self._find(ResourceId.parse(f"/subscriptions/{self._subscription}/resourceGroups/{group}"))
        return found["location"] if found else None


def _id(text: str) -> ResourceId:
    try:
        return ResourceId.parse(text)
    except ValueError as error:
        raise ProviderError(str(error)) from error


def _imported(spec: ResourceSpec, id: str, writable: Json) -> Json:
    """Inputs of an import: path parameters from the id's text, and all that is writable in the answer."""
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(spec.path))
    match = re.fullmatch(pattern, id, re.IGNORECASE)
    if match is None:
        raise ProviderError(f"failed to parse '{id}' against the path '{spec.path}'")
    path = {name: value for name, value in match.groupdict().items() if name != "subscriptionId"}
    return {**_without_empty(writable), **path}


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: _without_empty(each) for name, each in cast("Json", value).items()}
        return {name: each for name, each in kept.items() if each not in ({}, [], None)}
    if isinstance(value, list):
        return [_without_empty(each) for each in cast("list[Any]", value)]
    return value


def _spec(urn: str, context: grpc.ServicerContext) -> ResourceSpec:
    token = urn.split("::")[2].rsplit("$", maxsplit=1)[-1]
    spec = RESOURCES.get(token)
    if spec is None:
        _abort(context, ProviderError(f"Resource type {token} not found"))
    return spec


def _answered(context: grpc.ServicerContext, work: Callable[[], _T]) -> _T:
    try:
        return work()
    except (AzureError, ProviderError) as error:
        _abort(context, error)


def _abort(context: grpc.ServicerContext, error: Exception) -> NoReturn:
    if isinstance(error, InitFailed):
        details = any_pb2.Any()
        details.Pack(error.details)
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error), details=[details])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, str(error))
    raise AssertionError("abort always raises")


def serve(state: Path, version: str) -> None:
    """Serves until the engine that started this process is gone."""
    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(ThreadPoolExecutor(max_workers=16), options=unlimited)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(Azure(StoreFile(state)), version), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    # Before the port is told: an engine that is gone by then has closed the pipe, and `print` ends this process.
    engine = os.getppid()
    # The engine reads the port from the first line.
    print(port, flush=True)
    # An engine that is killed takes nobody with it: its child finds itself with another parent.
    while os.getppid() == engine:
        time.sleep(0.5)
