"""`docs/reference/fleet.md`: the inventory of a fleet, from its models."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from adx_private_link.cli.fleet.inventory import (
    ClusterEntry,
    ConsumerEntry,
    Defaults,
    Inventory,
    OperatorOptions,
    StackOptions,
    ZoneEntry,
)

from .markdown import table

_INTRODUCTION = """\
# The inventory of a fleet

This page is generated from the inventory's models.
[Fleets](../how-to/fleets.md) shows how to use `fleet.yaml`.

Clusters, consumers and zones have the [settings](settings.md) of a stack file, too."""

_MODELS: dict[str, type[BaseModel]] = {
    "The inventory": Inventory,
    "`clusters.KEY`": ClusterEntry,
    "`consumers.KEY` and `external_consumers.KEY`": ConsumerEntry,
    "`zones.KEY`": ZoneEntry,
    "`stacks.STACK`, `stacks.GROUP` and `defaults.stack`": StackOptions,
    "`defaults`": Defaults,
    "`operator`": OperatorOptions,
}


def page() -> str:
    """The whole page."""
    lines = [_INTRODUCTION]
    for heading, model in _MODELS.items():
        lines += ["", f"## {heading}", "", *table(("Setting", "Meaning", "Default"), [*_rows(model)])]
    return "\n".join(lines) + "\n"


def _rows(model: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    for name, field in model.model_fields.items():
        is_shown = isinstance(field.default, int | str)
        default = "required" if field.is_required() else f"`{field.default}`" if is_shown else ""
        yield f"`{name}`", field.description or "", default
