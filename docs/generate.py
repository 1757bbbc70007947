"""Writes `docs/settings.md` from the settings' own descriptions: `python docs/generate.py`."""

from __future__ import annotations

import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from adx_private_link.resource_ids import ResourceId
from adx_private_link.settings import (
    ClusterSettings,
    ConsumerSettings,
    DescribedCluster,
    DescribedService,
    DnsSettings,
    EndpointSettings,
    ExistingZones,
    ExternalConsumerSettings,
    HandedRecord,
    HandedService,
    HandOver,
    HandOverSource,
    LinkSettings,
    NatSettings,
    ServiceSettings,
)

_PAGE = Path(__file__).with_name("settings.md")
_SECTIONS: dict[str, type[BaseModel]] = {
    "`clusters.KEY`": ClusterSettings,
    "`clusters.KEY.nat`": NatSettings,
    "`clusters.KEY.services.ROLE`": ServiceSettings,
    "`clusters.KEY.described`": DescribedCluster,
    "`clusters.KEY.described.services.ROLE`": DescribedService,
    "`consumers.KEY`": ConsumerSettings,
    "`consumers.KEY.endpoints.CLUSTER.ROLE`": EndpointSettings,
    "`consumers.KEY.dns`, for a zone that is made here": DnsSettings,
    "`consumers.KEY.dns`, for zones that exist": ExistingZones,
    "`consumers.KEY.dns.links.KEY`": LinkSettings,
    "`external_consumers.KEY`": ExternalConsumerSettings,
    "`hand_overs.KEY`": HandOverSource,
    "A hand-over": HandOver,
    "A hand-over's `services.ROLE`": HandedService,
    "A hand-over's `services.ROLE.records`": HandedRecord,
}
_PLAIN = {str: "string", int: "integer", bool: "`true` or `false`"}


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Settings"
    yield ""
    yield "Generated from the models by `python docs/generate.py`; a test keeps it true. In a stack file the sections"
    yield "are `adx-private-link:clusters`, `adx-private-link:consumers` and so on; `AdxPrivateLink` takes the same."
    yield "`ROLE` is `engine` or `ingestion`, `KEY` a name of your choice that stays. `adx-private-link check` tells"
    yield "what is wrong with a stack file, `adx-private-link schema` tells editors what may be in it."
    for heading, model in _SECTIONS.items():
        yield ""
        yield f"## {heading}"
        yield ""
        yield " ".join((model.__doc__ or "").split())
        yield ""
        yield "| setting | type | |"
        yield "|---|---|---|"
        for name, field in model.model_fields.items():
            need = "Required." if field.is_required() else "Optional."
            yield f"| `{name}` | {_words(field.annotation)} | {need} {field.description}{_default(field)} |"


def _default(field: FieldInfo) -> str:
    """Plain defaults are told here; those that are derived tell themselves, and a switch is off."""
    told = "Default:" in (field.description or "") or isinstance(field.default, bool)
    plain = isinstance(field.default, (int, str)) and not told
    return f" Default: `{field.default}`." if plain else ""


def _words(annotation: object) -> str:
    """A type in words."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _words(arguments[0])
    if origin is Literal:
        return ", ".join(f"`{each}`" for each in arguments)
    if origin in (Union, types.UnionType):
        variants = dict.fromkeys(_words(each) for each in arguments if each is not type(None))
        return " or ".join(variants)
    if origin in (list, tuple):
        return f"list of {_words(arguments[0])}s" if _words(arguments[0]) in ("string", "resource id") else "list"
    if isinstance(annotation, type) and issubclass(annotation, ResourceId):
        return "resource id"
    return next((word for plain, word in _PLAIN.items() if annotation is plain), "mapping")


if __name__ == "__main__":
    _PAGE.write_text(page())
