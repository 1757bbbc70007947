"""Unsupported types: resource types and functions that the real SDK has and the sandbox lacks."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from .supported_types import RESOURCE_SPECS


def unsupported_type_message(token: str) -> str | None:
    """The message that the sandbox lacks a resource type; None for a token that the SDK lacks too."""
    if not _is_in_sdk(token):
        return None
    return f"The sandbox has no resource type {token}. It has: {', '.join(sorted(RESOURCE_SPECS))}."


def unsupported_function_message(token: str) -> str | None:
    """The message that the sandbox lacks a function; None for a token that the SDK lacks too."""
    if not _is_in_sdk(token):
        return None
    getters = sorted(":get".join(type.rsplit(":", 1)) for type in RESOURCE_SPECS)
    return f"The sandbox has no function {token}. It has: {', '.join(getters)}."


def _is_in_sdk(token: str) -> bool:
    """Whether the installed SDK has a type or function: a file of that name, apart from its underscores."""
    package, _, rest = token.partition(":")
    module, _, name = rest.rpartition(":")
    spec = find_spec("pulumi_azure_native") if package == "azure-native" else None
    if spec is None or not spec.submodule_search_locations:
        return False
    files = Path(spec.submodule_search_locations[0], *module.split("/")).glob("*.py")
    return name.lower() in {file.stem.replace("_", "") for file in files if not file.stem.startswith("_")}
