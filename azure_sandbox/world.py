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
from typing import Any

import yaml

from .azure import Json

DEFAULT_WORLD = "worlds/default.yaml"


class WorldError(ValueError):
    """A world file that cannot be read."""


def load(path: Path | None) -> list[Json]:
    """The resources of a world file; without one, those of the default world."""
    text = files("azure_sandbox").joinpath(DEFAULT_WORLD).read_text() if path is None else path.read_text()
    try:
        world: Any = yaml.safe_load(text)
        given: dict[str, str] = world.get("names", {})
        names: dict[str, str] = {}
        for name, value in given.items():
            names[name] = Template(value).substitute(names)
        resources: list[Json] = world["resources"]
        return [_substituted(each, names) for each in resources]
    except (yaml.YAMLError, KeyError, AttributeError, ValueError) as error:
        raise WorldError(f"{path or DEFAULT_WORLD}: not a world file ({error}); it needs a list `resources`") from error


def _substituted(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        return Template(value).substitute(names)
    if isinstance(value, list):
        return [_substituted(each, names) for each in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {name: _substituted(each, names) for name, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value
