"""What the real provider's SDK has and the sandbox lacks: told apart from what nobody has."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from .resource_types import RESOURCES


def missing_type(token: str) -> str | None:
    """Why the sandbox does not know a resource type of the SDK; None for a token that the SDK lacks too."""
    if not _has(token):
        return None
    return f"The sandbox has no resource type {token}. It has: {', '.join(sorted(RESOURCES))}."


def missing_function(token: str) -> str | None:
    """The same for a function."""
    if not _has(token):
        return None
    getters = sorted(":get".join(each.rsplit(":", 1)) for each in RESOURCES)
    return f"The sandbox has no function {token}. It has: {', '.join(getters)}."


def _has(token: str) -> bool:
    """Whether the installed SDK has a type or function: a file of that name, apart from its underscores."""
    package, _, rest = token.partition(":")
    module, _, name = rest.rpartition(":")
    spec = find_spec("pulumi_azure_native") if package == "azure-native" else None
    if spec is None or not spec.submodule_search_locations:
        return False
    files = Path(spec.submodule_search_locations[0], *module.split("/")).glob("*.py")
    return name.lower() in {each.stem.replace("_", "") for each in files if not each.stem.startswith("_")}
