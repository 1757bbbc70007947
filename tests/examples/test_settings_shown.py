"""No setting without an example of it, and no example with settings that there are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast, get_args

import pytest
from pydantic import BaseModel

from adx_private_link import parse
from adx_private_link.settings import HandOverSource, Settings

from .repository import stack_files

_IN_TESTS_ONLY = {(HandOverSource, name) for name in ("stack", "inline", "cluster", "formerly", "zone")}
"""What an owner's stack of the same backend, or its text, says instead of a file (tests/stack/test_hand_over.py); and a
zone of another name than the cluster's own (tests/facts/test_hostile_hand_overs.py)."""


@pytest.mark.parametrize("file", stack_files())
def test_the_settings_of_an_example_are_right(file: str) -> None:
    parse(stack_files()[file], f"{file}: ")


def test_every_setting_is_in_an_example() -> None:
    used = {each for given in stack_files().values() for each in _used(parse(given))}
    wanted = {(model, name) for model in {each for each, _ in used} for name in model.model_fields}
    assert wanted - used == _IN_TESTS_ONLY


def _used(given: object) -> Iterator[tuple[type[BaseModel], str]]:
    """The fields that were written, and by their models those that might have been."""
    match given:
        case BaseModel():
            for name in given.model_fields_set:
                yield type(given), name
                yield from _used(getattr(given, name))
        case dict():
            for each in cast("dict[str, Any]", given).values():
                yield from _used(each)
        case _:
            pass


def test_the_models_are_all_there() -> None:
    """So that the test above has not overlooked a whole section."""
    used = {model.__name__ for given in stack_files().values() for model, _ in _used(parse(given))}
    sections = {each.__name__ for each in _sections(Settings)}
    assert used == sections - {"HandOver", "HandedService", "HandedRecord"}


def _sections(model: type[BaseModel]) -> set[type[BaseModel]]:
    found = {model}
    for field in model.model_fields.values():
        for inner in _models(field.annotation):
            found |= _sections(inner)
    return found


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models(each)
