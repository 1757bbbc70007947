"""The Pulumi provider protocol: the answers of the azure-native provider to the engine's calls."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Literal, NoReturn, TypeVar

import grpc
from google.protobuf import any_pb2, empty_pb2
from google.rpc import status_pb2  # pyright: ignore[reportMissingTypeStubs] - googleapis-common-protos ships none
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from ..azure import Azure, AzureError, StateError
from ..rules import OWN_CHOICE, Rule
from .autonaming import Autonaming
from .azure_client import AzureClient
from .conversion import preview_outputs
from .crud import Crud
from .diff import deletes_before_replace, find_changes
from .engine_log import EngineLog
from .functions import ProviderFunctions
from .group_locations import GroupLocations
from .input_defaults import fill_in_defaults
from .input_validation import validation_failures
from .login import log_in
from .package_schema import package_schema
from .protobuf_structs import from_struct, to_struct
from .provider_config import ProviderConfig
from .provider_errors import InitFailed, ProviderError, error_text
from .resource_spec import ResourceSpec
from .strict_mode import strict_failures
from .supported_types import RESOURCE_SPECS
from .unsupported_types import unsupported_type_message

_T = TypeVar("_T")
_CONFIG_PREFIX = "azure-native:config:"
_PROVIDER = "pulumi-azure-native provider/pkg/provider/provider.go"

CONFIG_IS_NOT_CHECKED = Rule(says="CheckConfig returns its inputs unchanged", source=f"{_PROVIDER}, CheckConfig")
CONFIG_NEVER_REPLACES = Rule(
    says="DiffConfig never finds a difference: no change of a provider replaces its resources",
    source=f"{_PROVIDER}, DiffConfig",
)
OLD_ENGINES = Rule(
    says="An engine that does not send old inputs is rejected", source=f"{_PROVIDER}, Configure; issue #2686"
)
CAPABILITIES = Rule(
    says="The provider supports previews and `pulumi:autonaming`, and accepts neither secrets nor resources as values",
    source=f"{_PROVIDER}, Configure; recorded gRPC traffic of TestProviderUpgrade",
)
CANCEL_IS_ACKNOWLEDGED = Rule(
    says="Cancel always succeeds: the engine sends it before it ends a plugin, configured or not, and reports a plugin "
    "that does not acknowledge it as exited prematurely",
    source=f"{_PROVIDER}, Cancel; pulumi/pulumi pkg/resource/plugin/plugin.go (`shutdownAcknowledged`) and "
    "pkg/host/host.go, Close; pulumi/pulumi#22662",
)
IDENTITY = Rule(
    says="The provider acts with its configured client id; without one, with that of the Azure CLI",
    source="pulumi-azure-native provider/pkg/provider/auth_azidentity.go; MicrosoftDocs/azure-docs-cli on the CLI's "
    "application id",
)
UNKNOWN_TYPE = Rule(
    says="The error for an unknown type has its token. For a type that the SDK has and the sandbox lacks, it lists the "
    "types of the sandbox",
    source=f"{_PROVIDER}, lookupResourceFromURN; that the SDK is asked is an {OWN_CHOICE}",
)
SCHEMA = Rule(
    says="GetSchema returns the types of the sandbox for version 0, and rejects other versions",
    source=f"{_PROVIDER}, GetSchema; the real one returns all of Azure's types",
)
NOT_IMPLEMENTED = Rule(
    says="Construct, Call and Handshake are not implemented, GetMapping is empty",
    source=f"{_PROVIDER}; that Handshake is not, is not verified for 3.29.0",
)


class AzureNativeProvider(provider_pb2_grpc.ResourceProviderServicer):
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
        self._functions: ProviderFunctions
        self._location: str | None = None
        self._group_locations: GroupLocations

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=self._version)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        if request.version:
            _abort(context, ProviderError(f"unsupported schema version {request.version}"))
        return provider_pb2.GetSchemaResponse(schema=package_schema(self._version))

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
        configured = {name.removeprefix(_CONFIG_PREFIX): value for name, value in request.variables.items()}
        config = ProviderConfig(configured, self._environ)
        account = _run_or_abort(context, lambda: log_in(config, self._azure.tenant_of))
        azure = self._azure.acting_as(account.client, account.tenant, config.cloud)
        self._crud = Crud(
            AzureClient(azure, self._cancelled),
            account.subscription,
            reads_after_write=config["skipReadOnUpdate"] != "true",
            warn=self._log.warn,
        )
        # Reads for a preview go on when the engine cancels.
        uncancelled = AzureClient(azure)
        self._functions = ProviderFunctions(uncancelled, account)
        self._group_locations = GroupLocations(uncancelled, account.subscription)
        self._location = config.location
        return provider_pb2.ConfigureResponse(supportsPreview=True, supports_autonaming_configuration=True)

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        spec = _spec(request.urn, context)
        inputs = fill_in_defaults(
            spec,
            request.name or request.urn.rsplit("::", 1)[1],
            from_struct(request.olds),
            from_struct(request.news),
            _autonaming(request),
            self._location,
            self._group_locations.location_of,
        )
        failures = validation_failures(spec, inputs)
        if self._strict:
            failures += strict_failures(spec, inputs)
        return provider_pb2.CheckResponse(
            inputs=to_struct(inputs), failures=[provider_pb2.CheckFailure(reason=failure) for failure in failures]
        )

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        old_inputs = from_struct(request.old_inputs)
        changes = find_changes(
            _spec(request.urn, context), old_inputs, from_struct(request.news), from_struct(request.olds)
        )
        if not changes:
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
        effective = [change for change in changes if change.is_effective]
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if effective else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=[change.property for change in effective],
            replaces=[change.path for change in effective if change.replaces],
            deleteBeforeReplace=deletes_before_replace(old_inputs, changes),
            hasDetailedDiff=True,
            detailedDiff={
                change.path: provider_pb2.PropertyDiff(
                    kind=provider_pb2.PropertyDiff.Kind.Value(
                        f"{change.kind}_REPLACE" if change.replaces else change.kind
                    ),
                    inputDiff=change.is_effective and change.of_inputs,
                )
                for change in changes
            },
        )

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        spec, inputs = _spec(request.urn, context), from_struct(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=to_struct(preview_outputs(spec, inputs)))
        id, outputs = _run_or_abort(context, lambda: self._crud.create(spec, request.urn, inputs, request.timeout))
        return provider_pb2.CreateResponse(id=id, properties=to_struct(outputs))

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        spec, old_inputs = _spec(request.urn, context), from_struct(request.inputs)
        outputs_and_inputs = _run_or_abort(
            context,
            lambda: (
                self._crud.refresh(spec, request.id, old_inputs, from_struct(request.properties))
                if old_inputs
                else self._crud.import_resource(spec, request.id)
            ),
        )
        if outputs_and_inputs is None:
            return provider_pb2.ReadResponse()
        outputs, inputs = outputs_and_inputs
        return provider_pb2.ReadResponse(id=request.id, properties=to_struct(outputs), inputs=to_struct(inputs))

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        spec, inputs, old = _spec(request.urn, context), from_struct(request.news), from_struct(request.olds)
        if request.preview:
            stable = {name: old[name] for name in ("name", "location") if name in old}
            return provider_pb2.UpdateResponse(properties=to_struct({**preview_outputs(spec, inputs), **stable}))
        outputs = _run_or_abort(context, lambda: self._crud.update(spec, request.urn, inputs, request.timeout))
        return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        _spec(request.urn, context)
        _run_or_abort(context, lambda: self._crud.delete(request.id, request.timeout))
        return empty_pb2.Empty()

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        result = _run_or_abort(context, lambda: self._functions.call(request.tok, from_struct(request.args)))
        response = provider_pb2.InvokeResponse()
        # The field's name is a Python keyword.
        getattr(response, "return").CopyFrom(to_struct(result))
        return response

    def GetMapping(
        self, request: provider_pb2.GetMappingRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetMappingResponse:
        return provider_pb2.GetMappingResponse()

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        # The engine may cancel several times, and also a provider that it never configured.
        if not self._cancelled.done():
            self._cancelled.set_result(None)
        return empty_pb2.Empty()


def _autonaming(request: provider_pb2.CheckRequest) -> Autonaming:
    if not request.HasField("autonaming"):
        return Autonaming(request.randomSeed)
    mode: Literal["disable", "propose"] = (
        "disable" if request.autonaming.mode == provider_pb2.CheckRequest.AutonamingOptions.DISABLE else "propose"
    )
    return Autonaming(request.randomSeed, mode, request.autonaming.proposed_name)


def _spec(urn: str, context: grpc.ServicerContext) -> ResourceSpec:
    token = urn.split("::")[2].rsplit("$", maxsplit=1)[-1]
    spec = RESOURCE_SPECS.get(token)
    if spec is None:
        _abort(context, ProviderError(unsupported_type_message(token) or f"Resource type {token} not found"))
    return spec


def _run_or_abort(context: grpc.ServicerContext, operation: Callable[[], _T]) -> _T:
    try:
        return operation()
    except (AzureError, ProviderError) as error:
        _abort(context, error)
    except StateError as error:
        _abort(context, ProviderError(str(error)))


def _abort(context: grpc.ServicerContext, error: AzureError | ProviderError) -> NoReturn:
    message = error_text(error)
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
