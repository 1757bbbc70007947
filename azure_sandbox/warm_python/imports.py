"""The imports of the warm interpreter: modules, and what programs build from them at first use."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_args, get_type_hints

import pulumi

# The SDK caches the results of these functions, and has no public ones that fill its caches.
from pulumi import _types as sdk_types  # pyright: ignore[reportPrivateUsage]
from pydantic import BaseModel

_SANDBOX_MODULES = (
    "azure_sandbox.portal_changes",
    "azure_sandbox.provider.server",
    "click",
    "grpc._channel",
    "grpc._server",
)
"""The imports of the sandbox's provider and of its `az`."""

_SDK_NAMES = {
    "pulumi_azure_native": ("Provider",),
    "pulumi_azure_native.authorization": ("ManagementLockByScope", "RoleAssignment"),
    "pulumi_azure_native.kusto": ("get_cluster",),
    "pulumi_azure_native.network": ("PrivateEndpoint", "PrivateLinkService", "get_network_interface", "get_subnet"),
    "pulumi_azure_native.privatedns": ("PrivateRecordSet", "PrivateZone", "VirtualNetworkLink"),
    "pulumi_azure_native.resources": ("Deployment",),
}
"""What most programs use of pulumi-azure-native, which imports a type when it is first accessed."""


def import_everything(modules: list[str]) -> None:
    """Import these modules and those of every program, build their models, and resolve the SDK's types."""
    for module in map(import_module, (*_SANDBOX_MODULES, *modules)):
        for name in getattr(module, "__all__", ()):
            getattr(module, name)  # a module may import a name when it is first accessed
    resolved: set[object] = set()
    for module, names in _SDK_NAMES.items():
        for name in names:
            type_or_function = getattr(import_module(module), name)
            _resolve(
                type_or_function if isinstance(type_or_function, type) else get_type_hints(type_or_function)["return"],
                resolved,
            )
    for model in _models(BaseModel):
        model.model_rebuild(raise_errors=False)


def _resolve(hint: Any, resolved: set[object]) -> None:
    """Resolves a type and those of its properties, which takes a sixth of a program's time; the SDK caches them."""
    if hint in resolved:
        return
    resolved.add(hint)
    for inner in (*get_args(hint), *_property_types(hint)):
        _resolve(inner, resolved)


def _property_types(type_: Any) -> list[Any]:
    if not isinstance(type_, type):
        return []
    if sdk_types.is_output_type(type_):
        return [*sdk_types.output_type_types(type_).values()]
    if sdk_types.is_input_type(type_):
        return [*sdk_types.input_type_types(type_).values()]
    if issubclass(type_, pulumi.Resource):
        arguments = getattr(sys.modules[type_.__module__], f"{type_.__name__}Args")
        return [arguments, *sdk_types.resource_types(type_).values()]
    return []


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)
