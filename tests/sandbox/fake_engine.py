"""The calls of the Pulumi engine in the provider protocol, over a real gRPC connection."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import grpc
import pytest
from google.protobuf import empty_pb2
from google.rpc import status_pb2  # pyright: ignore[reportMissingTypeStubs] - googleapis-common-protos ships none
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc

from azure_sandbox.azure import Azure, Json
from azure_sandbox.provider.protobuf_structs import from_struct, to_struct
from azure_sandbox.provider.protocol import AzureNativeProvider

from .small_world import CONSUMER_SUBSCRIPTION

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@dataclass(frozen=True)
class Difference:
    """The answer to a Diff."""

    changed: bool
    kinds: dict[str, str]
    properties: list[str]
    replaces: list[str]
    delete_first: bool
    of_inputs: list[str]
    """The paths that the engine shows as differences of inputs."""


@dataclass(frozen=True)
class Kept:
    """A resource whose operation failed after Azure accepted it, as the engine keeps it (`ErrorResourceInitFailed`)."""

    id: str
    inputs: Json
    outputs: Json
    reasons: list[str]


class ReturnedError(Exception):
    """An error that the provider returned."""

    def __init__(self, error: grpc.RpcError) -> None:
        super().__init__(cast("grpc.Call", error).details())
        self.code = cast("grpc.Call", error).code()
        self._trailing: dict[str, bytes] = dict(cast("Any", error).trailing_metadata() or ())

    def kept(self) -> Kept:
        """The resource that the engine keeps in its state."""
        status = status_pb2.Status.FromString(self._trailing["grpc-status-details-bin"])
        detail = provider_pb2.ErrorResourceInitFailed()
        assert status.details[0].Unpack(detail)
        return Kept(detail.id, from_struct(detail.inputs), from_struct(detail.properties), list(detail.reasons))


class Engine:
    """An engine that calls a provider with plain JSON, and with tokens without `azure-native:`."""

    def __init__(self, channel: grpc.Channel) -> None:
        # pulumi's stubs have no types for the results of calls.
        self._stub: Any = provider_pb2_grpc.ResourceProviderStub(channel)

    def configure(
        self,
        config: Mapping[str, str | None] | None = None,
        *,
        sends_old: bool = True,
        sends_old_to_delete: bool = True,
        **variables: str,
    ) -> provider_pb2.ConfigureResponse:
        """Configure the provider, by default for the consumer's subscription; `None` leaves a setting out."""
        values = {"subscriptionId": CONSUMER_SUBSCRIPTION, **(config or {}), **variables}
        return self._call(
            self._stub.Configure,
            provider_pb2.ConfigureRequest(
                variables={f"azure-native:config:{name}": value for name, value in values.items() if value is not None},
                sends_old_inputs=sends_old,
                sends_old_inputs_to_delete=sends_old_to_delete,
            ),
        )

    def check(
        self,
        type: str,
        inputs: Json,
        olds: Json | None = None,
        *,
        name: str = "thing",
        seed: bytes = b"seed",
        **more: Any,
    ) -> tuple[Json, list[str]]:
        response = self._call(
            self._stub.Check,
            provider_pb2.CheckRequest(
                urn=urn(type, name), olds=to_struct(olds or {}), news=to_struct(inputs), randomSeed=seed, **more
            ),
        )
        return from_struct(response.inputs), [failure.reason for failure in response.failures]

    def diff(self, type: str, old: Json, new: Json, outputs: Json | None = None) -> Difference:
        response = self._call(
            self._stub.Diff,
            provider_pb2.DiffRequest(
                urn=urn(type), id="id", olds=to_struct(outputs or {}), old_inputs=to_struct(old), news=to_struct(new)
            ),
        )
        kinds = {
            path: provider_pb2.PropertyDiff.Kind.Name(difference.kind)
            for path, difference in response.detailedDiff.items()
        }
        return Difference(
            response.changes == provider_pb2.DiffResponse.DIFF_SOME,
            kinds,
            list(response.diffs),
            list(response.replaces),
            response.deleteBeforeReplace,
            sorted(path for path, difference in response.detailedDiff.items() if difference.inputDiff),
        )

    def check_config(self, news: Json) -> Json:
        request = provider_pb2.CheckRequest(urn="provider", news=to_struct(news))
        return from_struct(self._call(self._stub.CheckConfig, request).inputs)

    def diff_config(self, old: Json, new: Json) -> provider_pb2.DiffResponse:
        request = provider_pb2.DiffRequest(urn="provider", old_inputs=to_struct(old), news=to_struct(new))
        return self._call(self._stub.DiffConfig, request)

    def create(self, type: str, inputs: Json, *, preview: bool = False, timeout: float = 0) -> tuple[str, Json]:
        request = provider_pb2.CreateRequest(
            urn=urn(type), properties=to_struct(inputs), preview=preview, timeout=timeout
        )
        response = self._call(self._stub.Create, request)
        return response.id, from_struct(response.properties)

    def update(self, type: str, id: str, old: Json, new: Json, *, preview: bool = False) -> Json:
        request = provider_pb2.UpdateRequest(
            urn=urn(type), id=id, olds=to_struct(old), news=to_struct(new), preview=preview
        )
        return from_struct(self._call(self._stub.Update, request).properties)

    def read(
        self, type: str, id: str, inputs: Json | None = None, outputs: Json | None = None
    ) -> tuple[str, Json, Json]:
        """The id, the outputs and the inputs. Without inputs, the read is an import."""
        request = provider_pb2.ReadRequest(
            urn=urn(type), id=id, inputs=to_struct(inputs or {}), properties=to_struct(outputs or {})
        )
        response = self._call(self._stub.Read, request)
        return response.id, from_struct(response.properties), from_struct(response.inputs)

    def delete(self, type: str, id: str) -> None:
        self._call(self._stub.Delete, provider_pb2.DeleteRequest(urn=urn(type), id=id))

    def invoke(self, function: str, **arguments: Any) -> Json:
        request = provider_pb2.InvokeRequest(tok=f"azure-native:{function}", args=to_struct(arguments))
        return from_struct(getattr(self._call(self._stub.Invoke, request), "return"))

    def version(self) -> str:
        return self._call(self._stub.GetPluginInfo, empty_pb2.Empty()).version

    def schema(self, version: int = 0) -> Json:
        return json.loads(self._call(self._stub.GetSchema, provider_pb2.GetSchemaRequest(version=version)).schema)

    def attach(self, address: str) -> None:
        self._call(self._stub.Attach, plugin_pb2.PluginAttach(address=address))

    def cancel(self) -> None:
        self._call(self._stub.Cancel, empty_pb2.Empty())

    def mapping(self) -> bytes:
        return self._call(self._stub.GetMapping, provider_pb2.GetMappingRequest(key="terraform")).data

    def call_unimplemented(self, method: str, request: Any) -> grpc.StatusCode:
        """The status of a call that the provider does not implement."""
        with pytest.raises(ReturnedError) as caught:
            self._call(getattr(self._stub, method), request)
        return caught.value.code

    @contextmanager
    def fails_with(self, text: str) -> Generator[ReturnedError]:
        """The block must end with an error of the provider that has exactly this text."""
        with pytest.raises(ReturnedError) as caught:
            yield cast("ReturnedError", caught)
        assert str(caught.value) == text

    @staticmethod
    def _call(method: Any, request: Any) -> Any:
        try:
            return method(request, timeout=20)
        except grpc.RpcError as error:
            raise ReturnedError(error) from None


def urn(type: str, name: str = "thing") -> str:
    return f"urn:pulumi:test::project::my:component:Parent$azure-native:{type}::{name}"


@contextmanager
def engine_listening() -> Generator[tuple[str, list[tuple[int, str, str]]]]:
    """The engine's own server: its address, and the log that a provider writes (severity, URN and message)."""
    logged: list[tuple[int, str, str]] = []

    class Log(engine_pb2_grpc.EngineServicer):
        def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: ARG002, N802
            logged.append((request.severity, request.urn, request.message))
            return empty_pb2.Empty()

    server = grpc.server(ThreadPoolExecutor(max_workers=1))
    engine_pb2_grpc.add_EngineServicer_to_server(Log(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}", logged
    server.stop(None)


@contextmanager
def served(azure: Azure, *, strict: bool = True) -> Generator[Engine]:
    """An engine that is connected to a provider."""
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(
        AzureNativeProvider(azure, "3.29.0", strict=strict), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Engine(channel)
    server.stop(None)
