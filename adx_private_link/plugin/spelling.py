"""How programs in other languages spell settings: `subnetId` for `subnet_id`, as in all packages of Pulumi."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from ..problems import Problem
from ..settings import Settings
from ..settings.section import Section


def property_name(setting: str) -> str:
    """Return the name of a setting's property."""
    return to_camel(setting)


def read_properties(properties: object, annotation: object, path: str, problems: list[Problem]) -> Any:
    """
    Return the content of settings that a program wrote as properties.

    Keys of clusters, consumers and other objects stay as they are. A property with its default counts as not written,
    because generated SDKs send the defaults of the schema, and some settings are rejected where they have no effect.

    Args:
        properties: The properties, as Pulumi hands them over: all numbers are floats.
        annotation: The type of the settings, such as `ClusterSettings` or `dict[str, ClusterSettings]`.
        path: The property itself, by which problems name it.
        problems: Gets a problem for each property that is spelt like a setting in Python.
    """
    match properties:
        case float() if properties.is_integer():
            return int(properties)
        case list():
            items = cast("list[object]", properties)
            inner = _inner(annotation, list)
            return [read_properties(item, inner, f"{path}[{number}]", problems) for number, item in enumerate(items)]
        case dict():
            content = cast("dict[str, object]", properties)
            if fields := _fields(annotation):
                return dict(_read_section(content, fields, path, problems))
            inner = _inner(annotation, dict)
            return {key: read_properties(value, inner, f"{path}.{key}", problems) for key, value in content.items()}
        case _:
            return properties


def _read_section(
    properties: Mapping[str, object], fields: Mapping[str, FieldInfo], path: str, problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    settings = {property_name(setting): setting for setting in fields}
    for name, value in properties.items():
        setting = settings.get(name, name)
        if setting == name and name in fields and name not in settings:
            remedy = f"did you mean `{property_name(name)}`?"
            problems.append(Problem(f"{path}.{name}", "is not a property", remedy))
            continue
        field = fields.get(setting)
        content = read_properties(value, field and field.annotation, f"{path}.{name}", problems)
        if field is None or field.is_required() or isinstance(content, dict | list) or content != field.default:
            yield setting, content


def spell_path(path: str, annotation: object) -> str:
    """Return the path of a property, from that of a setting: `clusters.adx.nat.subnet_id`."""
    return "".join(name for name, _ in _walk(path, annotation)).removeprefix(".")


def spell_problem(problem: Problem, annotation: object) -> Problem:
    """Return a problem of settings as one of properties."""
    steps = [*_walk(problem.path, annotation)]
    literals = _literals(steps[-1][1]) if steps else frozenset[str]()
    return Problem(
        "".join(name for name, _ in steps).removeprefix("."),
        spell_words(problem.message, literals),
        spell_words(problem.remedy, literals),
        problem.value,
        problem.is_missing,
    )


def spell_words(text: str, values: frozenset[str] = frozenset()) -> str:
    """Return a text that names properties instead of settings; `values` are no settings here, and stay."""
    return _SNAKE_CASE.sub(
        lambda word: property_name(word[0]) if word[0] in _SETTINGS and word[0] not in values else word[0], text
    )


def literals_of(field: FieldInfo) -> frozenset[str]:
    """Return the words that a setting takes as its value, or as a part of it."""
    return _literals(field.annotation)


def _walk(path: str, annotation: object) -> Iterator[tuple[str, object]]:
    """Yield each part of a path as paths of properties have it (`.nat`, `[0]`), with its type."""
    for part in path.split("."):
        if field := _fields(annotation).get(part):
            annotation = field.annotation
            yield f".{property_name(part)}", annotation
        elif item := _inner(annotation, list):
            annotation = item
            yield f"[{part}]", annotation
        else:
            annotation = _inner(annotation, dict)
            yield f".{part}", annotation


def variants_of(annotation: object) -> Sequence[object]:
    """The types of a union, without `None` and annotations."""
    if get_origin(annotation) is Annotated:
        return variants_of(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [variant for argument in get_args(annotation) for variant in variants_of(argument)]
    return [] if annotation is types.NoneType else [annotation]


def _fields(annotation: object) -> dict[str, FieldInfo]:
    """The settings of all sections that a value may be."""
    sections = (
        variant for variant in variants_of(annotation) if isinstance(variant, type) and issubclass(variant, Section)
    )
    return {name: field for section in sections for name, field in section.model_fields.items()}


def _inner(annotation: object, kind: type) -> object:
    """The type of the items of a list, or of the values of a mapping."""
    return next((get_args(variant)[-1] for variant in variants_of(annotation) if get_origin(variant) is kind), None)


def _literals(annotation: object) -> frozenset[str]:
    found: set[str] = set()
    for variant in variants_of(annotation):
        if get_origin(variant) is Literal:
            found |= {str(word) for word in get_args(variant)}
        elif get_origin(variant) is list:
            found |= _literals(get_args(variant)[0])
    return frozenset(found)


def _all_settings(annotation: object) -> set[str]:
    names = {*_fields(annotation)}
    parts = (
        part
        for variant in variants_of(annotation)
        for part in (*get_args(variant), *(field.annotation for field in _fields(variant).values()))
    )
    return names.union(*(_all_settings(part) for part in parts))


_SNAKE_CASE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_SETTINGS = _all_settings(Settings)
