"""Hand-overs where they are found: in an owner's outputs, as a program reads them, or in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..plain_text import escaped_line
from ..settings import HandOver, HandOverSource
from ..settings.validation import without_consequences
from ..untrusted import InputError, parse_json, read_file
from .records import Unreadable

_MOST_BYTES = 16 * 2**20
"""A hand-over has some hundred bytes, and a file holds those of one stack."""


def hand_over_of_file(key: str, source: HandOverSource, directory: Path | None = None) -> HandOver | Unreadable:
    """The hand-over of a cluster, from the file that its settings name; it lies in the program's directory."""
    where = str(source.file)
    try:
        given = parse_json(read_file((directory or Path()) / where, _MOST_BYTES))
    except InputError as error:
        return Unreadable(f"{where} {error}", "write a file that is there, with one hand-over or several as JSON")
    return hand_over_in(given, key, source, where)


def hand_over_in(given: Any, key: str, source: HandOverSource, where: str) -> HandOver | Unreadable:
    """The hand-over of a cluster, among several or alone."""
    if isinstance(given, dict) and "services" not in given:
        given = cast("dict[str, Any]", given).get(source.cluster or key)
    try:
        return HandOver.model_validate(given)
    except ValidationError as error:
        if given is None:
            return Unreadable(
                f"there is no hand-over of {source.cluster or key} in {where}",
                "write the cluster's key there as `cluster`, or ask its owner to declare you in `external_consumers`",
            )
        return Unreadable(f"{where} is no hand-over: {in_words(error)}", "take it as the owner's stack puts it out")


def in_words(error: ValidationError) -> str:
    """What is wrong with something that another program has put out, and where."""
    problems = [_in_words(each) for each in without_consequences(error.errors())]
    more = [f"and {len(problems) - _SHOWN} problems more"] if len(problems) > _SHOWN else []
    return "; ".join([*problems[:_SHOWN], *more])


_SHOWN = 5


def _in_words(error: ErrorDetails) -> str:
    path = [*map(str, error["loc"]), *filter(None, [str(error.get("ctx", {}).get("path") or "")])]
    value = error["input"]
    shown = f" ({_cut(repr(value))})" if isinstance(value, str | int | float) else ""
    return f"{escaped_line('.'.join(path)) or 'it'}{shown}: {escaped_line(error['msg'])}"


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:76]}…{text[-1]}"
