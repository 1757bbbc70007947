"""
World files: what exists in Azure before anything is deployed, in Azure's own JSON.

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
    switches: {manual-record: refuse}
    trouble:
      - {kind: throttled, on: "PUT */privateEndpoints/*", times: 2}

Each resource is sent as a PUT of its owner, in the order of the file, so Azure's rules apply to it. With
`extends: default`, the names and resources of the default world come first. `alias of ID` stands for the alias of a
private link service.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from .azure import Json, ResourceId, World
from .azure.switches import find_switch

# The provider reads no world files and starts quicker without a model, so the model is here.
_WORLD = TypeAdapter(World)
DEFAULT_WORLD = "worlds/default.yaml"


class WorldError(ValueError):
    """A world file that cannot be read."""


def load_world(path: Path | None) -> World:
    """The world in a file; without one, the default world."""
    try:
        return _parse(_read_yaml(_default_text() if path is None else path.read_text()))
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}" for detail in error.errors())
        raise WorldError(f"{path or DEFAULT_WORLD}: not a world file: {problems}") from error
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise WorldError(f"{path or DEFAULT_WORLD}: not a world file: {error}") from error


def _read_yaml(text: str) -> Any:
    # PyYAML's loader in C takes an eighth of the time, but some builds of PyYAML lack it.
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both loaders are safe


def _parse(content: Any) -> World:
    if not isinstance(content, dict):
        raise ValueError("the list `resources` is missing")  # noqa: TRY004 - the file is wrong, not the caller
    fields = dict(cast("Json", content))
    extended: Any = fields.pop("extends", None)
    if extended not in (None, "default"):
        raise ValueError("`extends` must be `default`")
    base: Json = _read_yaml(_default_text()) if extended else {"names": {}, "resources": []}
    own_names: Any = fields.pop("names", None) or {}
    if not isinstance(own_names, dict):
        raise ValueError("`names` must be a mapping")  # noqa: TRY004 - likewise
    if isinstance(fields.get("resources"), list):
        fields["resources"] = [*base["resources"], *fields["resources"]]
    names: dict[str, str] = {}
    for name, value in cast("Json", {**base["names"], **own_names}).items():
        names[name] = _substitute_text(str(value), names)
    world = _WORLD.validate_python(_substitute(fields, names))
    _check_tenants(world)
    _check_ids(world)
    _check_switches(world)
    return world


def _check_tenants(world: World) -> None:
    ids = [subscription.lower() for subscriptions in world.tenants.values() for subscription in subscriptions]
    if repeated := {id for id in ids if ids.count(id) > 1}:
        raise ValueError(f"tenants: the subscription {min(repeated)} is in two of them")


def _check_ids(world: World) -> None:
    for index, resource in enumerate(world.resources):
        if "id" not in resource:
            raise ValueError(f"resources.{index}: the `id` is missing")
        ResourceId.parse(str(resource["id"]))


def _check_switches(world: World) -> None:
    for name, value in world.switches.items():
        find_switch(name).check(value)


def _default_text() -> str:
    return files("azure_sandbox").joinpath(DEFAULT_WORLD).read_text()


def _substitute(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, str):
        return _substitute_text(value, names)
    if isinstance(value, list):
        return [_substitute(item, names) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {name: _substitute(item, names) for name, item in cast("Json", value).items()}
    return value


def _substitute_text(value: str, names: dict[str, str]) -> str:
    try:
        return Template(value).substitute(names)
    except KeyError as error:
        raise ValueError(f"`{value}` uses the name {error}, which `names` does not define before it") from None
