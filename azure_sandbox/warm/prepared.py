"""What a warm interpreter has before anybody asks: modules, and what programs would make of them at first use."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_args, get_type_hints

import pulumi

# The SDK keeps what these functions have resolved, and has no public ones that fill what it keeps.
from pulumi import _types as sdk_types  # pyright: ignore[reportPrivateUsage]
from pydantic import BaseModel

_OF_SANDBOX = ("azure_sandbox.portal", "azure_sandbox.provider.server", "click", "grpc._channel", "grpc._server")
"""What its provider and its `az` import."""

_OF_SDK = {
    "pulumi_azure_native": ("Provider",),
    "pulumi_azure_native.authorization": ("ManagementLockByScope", "RoleAssignment"),
    "pulumi_azure_native.kusto": ("get_cluster",),
    "pulumi_azure_native.network": ("PrivateEndpoint", "PrivateLinkService", "get_network_interface", "get_subnet"),
    "pulumi_azure_native.privatedns": ("PrivateRecordSet", "PrivateZone", "VirtualNetworkLink"),
    "pulumi_azure_native.resources": ("Deployment",),
}
"""What programs use of pulumi-azure-native again and again: a type is imported when it is looked up."""


def prepare(modules: list[str]) -> None:
    """Import these modules and those of every program, build their models, and resolve the SDK's types."""
    for module in map(import_module, (*_OF_SANDBOX, *modules)):
        for name in getattr(module, "__all__", ()):
            getattr(module, name)  # it may be one that comes when it is asked for
    resolved: set[object] = set()
    for module, names in _OF_SDK.items():
        for name in names:
            found = getattr(import_module(module), name)
            _resolve(found if isinstance(found, type) else get_type_hints(found)["return"], resolved)
    for model in _models(BaseModel):
        model.model_rebuild(raise_errors=False)


def _resolve(hint: Any, resolved: set[object]) -> None:
    """The types of all properties, a sixth of what a program takes; the SDK keeps what it has resolved."""
    if hint in resolved:
        return
    resolved.add(hint)
    for each in (*get_args(hint), *_types_in(hint)):
        _resolve(each, resolved)


def _types_in(kind: Any) -> list[Any]:
    if not isinstance(kind, type):
        return []
    if sdk_types.is_output_type(kind):
        return [*sdk_types.output_type_types(kind).values()]
    if sdk_types.is_input_type(kind):
        return [*sdk_types.input_type_types(kind).values()]
    if issubclass(kind, pulumi.Resource):
        arguments = getattr(sys.modules[kind.__module__], f"{kind.__name__}Args")
        return [arguments, *sdk_types.resource_types(kind).values()]
    return []


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)
