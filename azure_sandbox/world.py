"""
World files: the resources that exist before anybody deploys anything.

    names:
      adx: /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/adx
    resources:
      - {id: $adx, location: westus}
      - {id: $adx/providers/Microsoft.Network/virtualNetworks/vnet, location: westus, properties: {…}}

Each resource is put as its owner would put it, in the order of the file: what Azure refuses is refused here too.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, cast

import yaml

from .azure import Json, ResourceId

DEFAULT_WORLD = "worlds/default.yaml"


class WorldError(ValueError):
    """A world file that cannot be read."""


def load(path: Path | None) -> list[Json]:
    """The resources of a world file; without one, those of the default world."""
    try:
        text = files("azure_sandbox").joinpath(DEFAULT_WORLD).read_text() if path is None else path.read_text()
        return _resources(yaml.safe_load(text))
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise WorldError(f"{path or DEFAULT_WORLD}: not a world file: {error}") from error


def _resources(world: Any) -> list[Json]:
    given = cast("Json", world) if isinstance(world, dict) else {}
    if not isinstance(given.get("resources"), list):
        raise ValueError("it needs a list `resources`")  # noqa: TRY004 - of the file, not of the caller
    if not isinstance(given.get("names") or {}, dict):
        raise ValueError("`names` must be a mapping")  # noqa: TRY004 - likewise
    names: dict[str, str] = {}
    for name, value in cast("Json", given.get("names") or {}).items():
        names[name] = _text(str(value), names)
    resources = [_substituted(each, names) for each in cast("list[Any]", given["resources"])]
    for each in resources:
        if not isinstance(each, dict) or "id" not in each:
            raise ValueError(f"a resource is a mapping with an `id`, not {each!r}")
        ResourceId.parse(str(cast("Json", each)["id"]))
    return resources


def _substituted(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        return _text(value, names)
    if isinstance(value, list):
        return [_substituted(each, names) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: _substituted(each, names) for name, each in cast("Json", value).items()}
    return value


def _text(value: str, names: dict[str, str]) -> str:
    try:
        return Template(value).substitute(names)
    except KeyError as error:
        raise ValueError(f"`{value}` uses the name {error}, which `names` does not have (yet)") from None
