"""Every setting is in an example, and every example is valid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast, get_args

import pytest
from pydantic import BaseModel

from adx_private_link import parse
from adx_private_link.settings import HandOverSource, ManagedEndpointSettings, Settings

from .repository import stack_files

_IN_TESTS_ONLY = {
    *((HandOverSource, name) for name in ("stack", "inline", "cluster", "formerly", "zone", "targets", "names")),
    *((ManagedEndpointSettings, name) for name in ("name", "region", "approve", "formerly")),
}
"""Sources of a hand-over other than a file (tests/stack/test_hand_over.py), a zone with another name than the cluster's
own (tests/facts/test_hostile_hand_overs.py), and a cluster that moves (tests/stack/test_hand_over_of_moves.py). Managed
private endpoints with other names, regions and owners (tests/settings/test_managed_endpoints.py)."""


@pytest.mark.parametrize("file", stack_files())
def test_the_settings_of_an_example_are_valid(file: str) -> None:
    """Readers copy stack files from the examples."""
    parse(stack_files()[file], f"{file}: ")


def test_every_setting_is_in_an_example() -> None:
    """The reference page shows each setting with its value in an example."""
    used = {setting for settings in stack_files().values() for setting in _list_settings(parse(settings))}
    known = {(model, name) for model in {model for model, _ in used} for name in model.model_fields}
    assert known - used == _IN_TESTS_ONLY


def _list_settings(value: object) -> Iterator[tuple[type[BaseModel], str]]:
    """List the settings that a value sets, each with its model."""
    match value:
        case BaseModel():
            for name in value.model_fields_set:
                yield type(value), name
                yield from _list_settings(getattr(value, name))
        case dict():
            for inner in cast("dict[str, Any]", value).values():
                yield from _list_settings(inner)
        case list():
            for inner in cast("list[Any]", value):
                yield from _list_settings(inner)
        case _:
            pass


def test_the_examples_use_every_model() -> None:
    """The test above knows only the settings of models that an example uses."""
    used = {model.__name__ for settings in stack_files().values() for model, _ in _list_settings(parse(settings))}
    sections = {model.__name__ for model in _find_sections(Settings)}
    assert used == sections - {"HandOver", "HandedRecord", "HandedService", "HandedTarget"}


def _find_sections(model: type[BaseModel]) -> set[type[BaseModel]]:
    """Return a model and all models below it."""
    sections = {model}
    for field in model.model_fields.values():
        for inner in _find_models(field.annotation):
            sections |= _find_sections(inner)
    return sections


def _find_models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _find_models(argument)
