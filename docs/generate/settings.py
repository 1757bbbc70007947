"""`docs/reference/settings.md`: every setting, from the models, with an example of it from the folder `examples`."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from adx_private_link.resource_ids import ResourceId
from adx_private_link.settings import Settings

from .markdown import closed, sentences, slug

_EXAMPLES = Path(__file__).parents[2] / "examples"
_PREFIX = "adx-private-link:"
_PLAIN = {str: "string", int: "integer", bool: "`true` or `false`"}

_KEYS = {
    "clusters.KEY.services": "ROLE",
    "clusters.KEY.described.services": "ROLE",
    "consumers.KEY.endpoints": "CLUSTER.TARGET",
    "hand_overs.KEY.inline.services": "ROLE",
}
"""The placeholder for the keys of a mapping; elsewhere it is `KEY`, a key of the reader's choice."""

EXAMPLES: Mapping[str, object] = {
    "hand_overs.KEY.stack": "contoso/adx-private-link/prod",
    "hand_overs.KEY.cluster": "myadx",
    "hand_overs.KEY.formerly": "adx",
    "hand_overs.KEY.zone": "privatelink.chinaeast2.kusto.windows.net",
}
"""Examples of settings that no stack of the folder `examples` can have."""

REPLACES: Mapping[str, str] = {
    "clusters.KEY.zone": "A change replaces the zone, if this stack creates it, and the records.",
    "clusters.KEY.described.location": "A change replaces the services.",
    "clusters.KEY.described.subnet_id": "A change replaces the services, unless `nat.subnet_id` is set.",
    "clusters.KEY.described.services.ROLE.host": "A change replaces the record.",
    "consumers.KEY.dns.resource_group": "A change replaces the zones, their links, and their records and zone groups.",
    "consumers.KEY.dns.subscription": "A change replaces the zones, their links, and their records and zone groups.",
    "consumers.KEY.dns.zone_ids": "A change replaces the links of this stack, and the records and zone groups.",
    "consumers.KEY.dns.zones_in": "A change replaces the links of this stack, and the records and zone groups.",
    "consumers.KEY.request_message": "A change replaces the endpoints.",
    "hand_overs.KEY.inline.request_message": "A change replaces the endpoints, unless the consumer has its own.",
    "hand_overs.KEY.inline.services.ROLE.alias": "A change replaces the endpoints.",
    "hand_overs.KEY.zone": "A change replaces the zone, if this stack creates it, and the records.",
}
"""What a change replaces, where the description of a setting does not say it."""


_INTRODUCTION = """\
# Settings

This page is generated from the settings' models.
The examples are from the stack files in [`examples`](../../examples/README.md).

In a stack file, the sections are `adx-private-link:clusters`, `adx-private-link:consumers` and so on, below `config`.
The arguments of `AdxPrivateLink` are the same models, with the same names.

- `KEY` is a key of your choice.
  Keys are permanent, because resource names are derived from them.
  To rename one, put the old key in `formerly`, and leave it there.
- `CLUSTER` is the key of a cluster.
  `ROLE` is `engine` or `ingestion`.
  `TARGET` is one of these for an injected cluster, and `cluster` for a [native](../how-to/native-clusters.md) one.
- *A change replaces* an object: Pulumi deletes it in Azure and creates it again.
  The endpoints of a service are replaced with it, and records and zone groups are replaced with their endpoint.
  Where a setting does not say this, a change updates objects in place, or creates or deletes the objects it names.

A stack needs `clusters` or `hand_overs`, and `consumers` or `external_consumers`; or `zones` alone.
For services without consumers, write `consumers: {}`.

[`adx-private-link check`](commands.md#adx-private-link-check) reports problems in stack files.
[`adx-private-link schema`](commands.md#adx-private-link-schema) gives your editor completion."""


@dataclass(frozen=True)
class Heading:
    """One model of the settings, at one place."""

    path: str
    model: type[BaseModel]
    variant: str = ""
    """The setting that distinguishes this model from others at the same place."""
    field: FieldInfo | None = None
    """The setting that has the model as its value, where it stands at the same place."""

    @property
    def text(self) -> str:
        """The heading of its part of the page."""
        return f"`{self.path}`{f' with `{self.variant}`' if self.variant else ''}"


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    for heading in headings():
        yield from _section(heading)


@cache
def headings() -> list[Heading]:
    """Every model of the settings, where it stands."""
    all_headings = [heading for name, field in Settings.model_fields.items() for heading in _below(name, field)]
    return list({(heading.text, heading.model): heading for heading in all_headings}.values())


def _of(heading: Heading) -> Iterator[Heading]:
    yield heading
    for name, field in heading.model.model_fields.items():
        yield from _below(f"{heading.path}.{name}", field)


def _below(path: str, field: FieldInfo) -> Iterator[Heading]:
    models = list(dict.fromkeys(_models(field.annotation)))
    keyed = f"{path}.{_KEYS.get(path, 'KEY')}" if _is_mapping(field.annotation) else path
    for model in models:
        if len(models) > 1:
            variant = next(name for name, setting in model.model_fields.items() if setting.is_required())
            yield from _of(Heading(keyed, model, variant))
        else:
            yield from _of(Heading(keyed, model, field=field if keyed == path else None))


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _is_mapping(annotation: object) -> bool:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _is_mapping(arguments[0])
    if origin in (Union, types.UnionType):
        return any(_is_mapping(argument) for argument in arguments)
    return origin is dict


def _section(heading: Heading) -> Iterator[str]:
    yield ""
    yield f"## {heading.text}"
    yield ""
    for paragraph in (heading.model.__doc__ or "").strip().split("\n\n"):
        yield from sentences(paragraph)
    if heading.field:
        yield f"{'Required' if heading.field.is_required() else 'Optional'}."
    own_headings = {below.path for below in headings() if below.field}
    for name, field in heading.model.model_fields.items():
        if f"{heading.path}.{name}" not in own_headings:
            yield from _setting(heading, name, field)


def _setting(heading: Heading, name: str, field: FieldInfo) -> Iterator[str]:
    path = f"{heading.path}.{name}"
    description, default, replaces = _parts(path, field)
    yield ""
    yield f"### `{path}`{f' (with `{heading.variant}`)' if heading.variant else ''}"
    yield ""
    yield from description
    yield ""
    yield f"- Type: {_type(path, field)}"
    yield f"- {'Required' if field.is_required() else f'Default: {default}'}"
    if replaces:
        yield f"- {replaces}"
    example = example_of(heading, name)
    if example is not None:
        text = yaml.safe_dump({name: example}, sort_keys=False, width=1000, default_flow_style=None).rstrip()
        yield ""
        yield "```yaml"
        yield text.strip("{}") if text.startswith("{") else text
        yield "```"


def _type(path: str, field: FieldInfo) -> str:
    """A type in words, with links to the sections that describe it."""
    models = {*_models(field.annotation)}
    links = [
        f"[{heading.text}](#{slug(heading.text)})"
        for heading in headings()
        if heading.model in models and heading.path.startswith(path)
    ]
    return f"{_words(field.annotation)} (see {' and '.join(links)})" if links else _words(field.annotation)


def _parts(path: str, field: FieldInfo) -> tuple[list[str], str, str]:
    """The description without what it says of the default and of replacements; the default; what is replaced."""
    description: list[str] = []
    default, replaces = _default(field), REPLACES.get(path, "")
    for sentence in sentences(field.description or ""):
        if sentence.startswith("Default: "):
            default = sentence.removeprefix("Default: ")
        elif sentence.startswith("A change replaces "):
            replaces = sentence
        else:
            description.append(closed(sentence))
    return description, default, replaces


def _default(field: FieldInfo) -> str:
    """A plain default; those that are derived stand in the description."""
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{field.default}`" if isinstance(field.default, (int, str)) else "none"


def _words(annotation: object) -> str:
    """A type in words."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _words(arguments[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin in (Union, types.UnionType):
        variants = dict.fromkeys(_words(variant) for variant in arguments if variant is not type(None))
        return " or ".join(variants)
    if origin in (list, tuple):
        element = _words(arguments[0])
        return f"list of {element}s" if element in ("string", "resource id") else f"list of {element}"
    if isinstance(annotation, type) and issubclass(annotation, ResourceId):
        return "resource id"
    return next((word for plain, word in _PLAIN.items() if annotation is plain), "mapping")


# Examples


def example_of(heading: Heading, name: str) -> object:
    """The value of a setting in the first example that has it, for settings that are no sections; else None."""
    path = f"{heading.path}.{name}"
    if path in EXAMPLES:
        return EXAMPLES[path]
    field = heading.model.model_fields[name]
    if any(_models(field.annotation)):
        return None
    return next((section[name] for section in _sections(heading) if name in section), None)


def _sections(heading: Heading) -> Iterator[Mapping[str, Any]]:
    """The sections of all stack files that stand where a heading says."""
    for settings in _stack_files():
        for section in _at(settings, heading.path.split(".")):
            if not heading.variant or heading.variant in section:
                yield section


def _at(value: object, path: list[str]) -> Iterator[Mapping[str, Any]]:
    if not isinstance(value, dict):
        return
    mapping = cast("dict[str, Any]", value)
    if not path:
        yield mapping
    elif path[0].isupper():
        for inner in mapping.values():
            yield from _at(inner, path[1:])
    elif path[0] in mapping:
        yield from _at(mapping[path[0]], path[1:])


@cache
def _stack_files() -> list[dict[str, Any]]:
    """The settings of the examples; those of `everything`, which has each setting, first."""
    files = sorted(_EXAMPLES.rglob("Pulumi.*.yaml"), key=lambda file: ("everything" not in file.parts, file))
    return [
        {key.removeprefix(_PREFIX): value for key, value in yaml.safe_load(file.read_text())["config"].items()}
        for file in files
        if ".sandbox" not in file.parts
    ]
