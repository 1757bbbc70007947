"""The Pulumi provider protocol over gRPC: one process for each provider that the engine starts."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeVar, cast

import grpc
from google.protobuf import any_pb2, empty_pb2, json_format, struct_pb2
from google.rpc import status_pb2  # pyright: ignore[reportMissingTypeStubs] - googleapis-common-protos ships none
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from ..azure import Azure, AzureError, Json, StateError, StoreFile
from ..rules import OWN_CHOICE, Rule
from . import check, defaults, diff, login, package, shapes
from .client import Client
from .crud import Crud
from .engine_log import EngineLog
from .errors import InitFailed, ProviderError, in_words
from .lookups import Lookups
from .resource_types import RESOURCES
from .schema import ResourceSpec
from .sdk import missing_type

_T = TypeVar("_T")
AT_ONCE = 128
"""The real provider serves whatever the engine asks at once."""
UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
_CONFIG = "azure-native:config:"
_PROVIDER = "pulumi-azure-native provider/pkg/provider/provider.go"

CONFIG_IS_NOT_CHECKED = Rule(says="CheckConfig gives back what it got", source=f"{_PROVIDER}, CheckConfig")
CONFIG_NEVER_REPLACES = Rule(
    says="DiffConfig knows of no difference: whatever changes about a provider, its resources stay",
    source=f"{_PROVIDER}, DiffConfig",
)
OLD_ENGINES = Rule(
    says="An engine that does not send old inputs is refused", source=f"{_PROVIDER}, Configure; issue #2686"
)
CAPABILITIES = Rule(
    says="The provider supports previews and `pulumi:autonaming`, and takes neither secrets nor resources as such",
    source=f"{_PROVIDER}, Configure; recorded gRPC traffic of TestProviderUpgrade",
)
CANCEL_IS_ACKNOWLEDGED = Rule(
    says="Cancel is always answered with success: the engine sends it before it ends a plugin, configured or not, and "
    "reports any plugin that does not acknowledge it as one that exited prematurely",
    source=f"{_PROVIDER}, Cancel; pulumi/pulumi pkg/resource/plugin/plugin.go (`shutdownAcknowledged`) and "
    "pkg/host/host.go, Close; pulumi/pulumi#22662",
)
IDENTITY = Rule(
    says="Azure is told the client id that the provider is configured with; without one, that of the Azure CLI",
    source="pulumi-azure-native provider/pkg/provider/auth_azidentity.go; MicrosoftDocs/azure-docs-cli on the CLI's "
    "application id",
)
UNKNOWN_TYPE = Rule(
    says="A type that there is not is told by its token. Of a type that the sandbox lacks and the SDK has, the sandbox "
    "says so, with a list of what it has",
    source=f"{_PROVIDER}, lookupResourceFromURN; that the SDK is asked is an {OWN_CHOICE}",
)
SCHEMA = Rule(
    says="GetSchema gives the types of the sandbox for version 0, and refuses others",
    source=f"{_PROVIDER}, GetSchema; the real one gives all of Azure's types",
)
NOT_IMPLEMENTED = Rule(
    says="Construct, Call and Handshake are not implemented, GetMapping is empty",
    source=f"{_PROVIDER}; that Handshake is not, is not verified for 3.29.0",
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

    def __init__(
        self,
        azure: Azure,
        version: str,
        *,
        strict: bool,
        engine: str | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._azure = azure
        self._version = version
        self._strict = strict
        self._environ = environ
        self._log = EngineLog(engine)
        self._cancelled: Future[None] = Future()
        self._crud: Crud
        self._lookups: Lookups
        self._location: str | None = None
        self._groups: defaults.GroupLocations

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self._version)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        if request.version:
            _abort(context, ProviderError(f"unsupported schema version {request.version}"))
        return provider_pb2.GetSchemaResponse(schema=package.package_schema(self._version))

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> empty_pb2.Empty:
        self._log.attach(request.address)
        return empty_pb2.Empty()

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
        settings = login.Settings(config, self._environ)
        account = _answered(context, lambda: login.log_in(settings, self._azure.tenant_of))
        azure = self._azure.acting_as(account.client, account.tenant, settings.cloud)
        self._crud = Crud(
            Client(azure, self._cancelled),
            account.subscription,
            reads_after_write=settings["skipReadOnUpdate"] != "true",
            warn=self._log.warn,
        )
        # What is asked for a preview is not given up when the engine cancels.
        reads = Client(azure)
        self._lookups = Lookups(reads, account)
        self._groups = defaults.GroupLocations(reads, account.subscription)
        self._location = settings.location
        return provider_pb2.ConfigureResponse(supportsPreview=True, supports_autonaming_configuration=True)

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        spec = _spec(request.urn, context)
        inputs = defaults.with_defaults(
            spec,
            request.name or request.urn.rsplit("::", 1)[1],
            from_struct(request.olds),
            from_struct(request.news),
            _naming(request),
            self._location,
            self._groups.of,
        )
        reasons = check.failures(spec, inputs)
        if self._strict:
            reasons += check.unknown_properties(spec, inputs)
        return provider_pb2.CheckResponse(
            inputs=to_struct(inputs), failures=[provider_pb2.CheckFailure(reason=reason) for reason in reasons]
        )

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        old_inputs = from_struct(request.old_inputs)
        found = diff.changes(
            _spec(request.urn, context), old_inputs, from_struct(request.news), from_struct(request.olds)
        )
        if not found:
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
        counted = [each for each in found if each.counts]
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if counted else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=[each.property for each in counted],
            replaces=[each.path for each in counted if each.replaces],
            deleteBeforeReplace=diff.deletes_first(old_inputs, found),
            hasDetailedDiff=True,
            detailedDiff={
                each.path: provider_pb2.PropertyDiff(
                    kind=provider_pb2.PropertyDiff.Kind.Value(f"{each.kind}_REPLACE" if each.replaces else each.kind),
                    inputDiff=each.counts and each.of_inputs,
                )
                for each in found
            },
        )

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        spec, inputs = _spec(request.urn, context), from_struct(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=to_struct(shapes.preview_outputs(spec, inputs)))
        id, outputs = _answered(context, lambda: self._crud.create(spec, request.urn, inputs, request.timeout))
        return provider_pb2.CreateResponse(id=id, properties=to_struct(outputs))

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        spec, inputs = _spec(request.urn, context), from_struct(request.inputs)
        found = _answered(
            context,
            lambda: (
                self._crud.refresh(spec, request.id, inputs, from_struct(request.properties))
                if inputs
                else self._crud.import_(spec, request.id)
            ),
        )
        if found is None:
            return provider_pb2.ReadResponse()
        outputs, inputs = found
        return provider_pb2.ReadResponse(id=request.id, properties=to_struct(outputs), inputs=to_struct(inputs))

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        spec, inputs, old = _spec(request.urn, context), from_struct(request.news), from_struct(request.olds)
        if request.preview:
            kept = {name: old[name] for name in ("name", "location") if name in old}
            return provider_pb2.UpdateResponse(properties=to_struct({**shapes.preview_outputs(spec, inputs), **kept}))
        outputs = _answered(context, lambda: self._crud.update(spec, request.urn, inputs, request.timeout))
        return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        _spec(request.urn, context)
        _answered(context, lambda: self._crud.delete(request.id, request.timeout))
        return empty_pb2.Empty()

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        result = _answered(context, lambda: self._lookups.answer(request.tok, from_struct(request.args)))
        response = provider_pb2.InvokeResponse()
        # The field is named by a Python keyword.
        getattr(response, "return").CopyFrom(to_struct(result))
        return response

    def GetMapping(
        self, request: provider_pb2.GetMappingRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetMappingResponse:
        return provider_pb2.GetMappingResponse()

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        # Before every end of a plugin, and more than once; also of one that was never configured.
        if not self._cancelled.done():
            self._cancelled.set_result(None)
        return empty_pb2.Empty()


def _naming(request: provider_pb2.CheckRequest) -> defaults.Naming:
    if not request.HasField("autonaming"):
        return defaults.Naming(request.randomSeed)
    mode: Literal["disable", "propose"] = (
        "disable" if request.autonaming.mode == provider_pb2.CheckRequest.AutonamingOptions.DISABLE else "propose"
    )
    return defaults.Naming(request.randomSeed, mode, request.autonaming.proposed_name)


def _spec(urn: str, context: grpc.ServicerContext) -> ResourceSpec:
    token = urn.split("::")[2].rsplit("$", maxsplit=1)[-1]
    spec = RESOURCES.get(token)
    if spec is None:
        _abort(context, ProviderError(missing_type(token) or f"Resource type {token} not found"))
    return spec


def _answered(context: grpc.ServicerContext, work: Callable[[], _T]) -> _T:
    try:
        return work()
    except (AzureError, ProviderError) as error:
        _abort(context, error)
    except StateError as error:
        _abort(context, ProviderError(str(error)))


def _abort(context: grpc.ServicerContext, error: AzureError | ProviderError) -> NoReturn:
    message = in_words(error)
    if isinstance(error, InitFailed):
        details = any_pb2.Any()
        details.Pack(
            provider_pb2.ErrorResourceInitFailed(
                id=error.id, inputs=to_struct(error.inputs), properties=to_struct(error.outputs), reasons=[message]
            )
        )
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message, details=[details])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, message)
    raise AssertionError("abort always raises")


def serve(state: Path, version: str, arguments: Sequence[str] = ()) -> None:
    """Serves until the engine that started this process is gone; the last argument is that engine's address."""
    try:
        azure = Azure(StoreFile(state))
    except StateError as error:
        sys.exit(str(error))
    server = grpc.server(ThreadPoolExecutor(max_workers=AT_ONCE), options=UNLIMITED)
    strict = os.environ.get("AZURE_SANDBOX_STRICT") == "1"
    provider = Provider(azure, version, strict=strict, engine=arguments[-1] if arguments else None)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    # Before the port is told: an engine that is gone by then has closed the pipe, and `print` ends this process.
    engine = os.getppid()
    # The engine reads the port from the first line.
    print(port, flush=True)
    # An engine that is killed takes nobody with it: its child finds itself with another parent. One that has done
    # its work interrupts its plugins, not before: a plugin that ends by itself is one that has crashed.
    while os.getppid() == engine:
        time.sleep(0.5)
