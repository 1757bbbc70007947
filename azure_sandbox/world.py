"""
World files: what exists before anybody deploys anything, in Azure's own JSON.

    names:
      adx: /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/adx
    resources:
      - {id: $adx, location: westus}
      - {id: $adx/providers/Microsoft.Network/virtualNetworks/vnet, location: westus, properties: {…}}
    decisions:
      - {endpoint: $adx/providers/Microsoft.Network/privateEndpoints/pe, status: Approved}
    tenants:
      99999999-9999-9999-9999-999999999999: [00000000-0000-0000-0000-000000000000]
    rights:
      - {who: 00000000-0000-0000-0000-00000000c11e, scope: $adx, actions: ["*/read"]}
    trouble:
      - {kind: throttled, on: "PUT */privateEndpoints/*", times: 2}

Each resource is put as its owner would put it, in the order of the file: what Azure refuses is refused here too. With
`extends: default` the default world comes first, names and resources. `alias of ID` is the alias of a private link
service.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from .azure import Json, ResourceId, World

# Models are for whoever writes a world: the provider starts quicker without.
_WORLD = TypeAdapter(World)
DEFAULT_WORLD = "worlds/default.yaml"


class WorldError(ValueError):
    """A world file that cannot be read."""


def load(path: Path | None) -> World:
    """A world file; without one, the default world."""
    try:
        return _world(_read(_default() if path is None else path.read_text()))
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise WorldError(f"{path or DEFAULT_WORLD}: not a world file: {told}") from error
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise WorldError(f"{path or DEFAULT_WORLD}: not a world file: {error}") from error


def _read(text: str) -> Any:
    # PyYAML may be built without its loader in C, which takes an eighth of the time.
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe; C's is quicker


def _world(given: Any) -> World:
    if not isinstance(given, dict):
        raise ValueError("it needs a list `resources`")  # noqa: TRY004 - of the file, not of the caller
    world = dict(cast("Json", given))
    extended: Any = world.pop("extends", None)
    if extended not in (None, "default"):
        raise ValueError("`extends` is `default`, or not there")
    base: Json = _read(_default()) if extended else {"names": {}, "resources": []}
    named: Any = world.pop("names", None) or {}
    if not isinstance(named, dict):
        raise ValueError("`names` must be a mapping")  # noqa: TRY004 - likewise
    names: dict[str, str] = {}
    if isinstance(world.get("resources"), list):
        world["resources"] = [*base["resources"], *world["resources"]]
    for name, value in cast("Json", {**base["names"], **named}).items():
        names[name] = _text(str(value), names)
    found = _WORLD.validate_python(_substituted(world, names))
    given = [each.lower() for subscriptions in found.tenants.values() for each in subscriptions]
    if twice := {each for each in given if given.count(each) > 1}:
        raise ValueError(f"tenants: the subscription {min(twice)} has two of them")
    for number, each in enumerate(found.resources):
        if "id" not in each:
            raise ValueError(f"resources.{number}: a resource needs an `id`")
        ResourceId.parse(str(each["id"]))
    return found


def _default() -> str:
    return files("azure_sandbox").joinpath(DEFAULT_WORLD).read_text()


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
