"""Hand-overs where they are kept: in the outputs of an owner's stack, or in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..counts import plural
from ..plain_text import escaped_line
from ..settings import HandOver, HandOverSource
from ..settings.problems import without_consequences
from ..untrusted import InputError, parse_json, read_file
from .records import Unreadable

_MOST_BYTES = 16 * 2**20
"""A hand-over has some hundred bytes, and a file holds those of one stack."""


def hand_over_of_file(key: str, source: HandOverSource, directory: Path | None = None) -> HandOver | Unreadable:
    """Read the hand-over of a cluster from the file that its settings name, relative to the program's directory."""
    where = str(source.file)
    try:
        content = parse_json(read_file((directory or Path()) / where, _MOST_BYTES))
    except InputError as error:
        return Unreadable(f"{where} {error}", "write the name of a file with one hand-over or several as JSON")
    return hand_over_in(content, key, source, where)


def hand_over_in(content: Any, key: str, source: HandOverSource, where: str) -> HandOver | Unreadable:
    """Return the hand-over of a cluster, among several or alone."""
    if isinstance(content, dict) and not {"services", "targets"} & content.keys():
        content = cast("dict[str, Any]", content).get(source.cluster or key)
    try:
        return HandOver.model_validate(content)
    except ValidationError as error:
        if content is None:
            return Unreadable(
                f"no hand-over of {source.cluster or key} is in {where}",
                "write the cluster's key there as `cluster`, or ask its owner to declare you in `external_consumers`",
            )
        return Unreadable(f"{where} is no hand-over: {format_errors(error)}", "use it as the owner's stack exports it")


def format_errors(error: ValidationError) -> str:
    """Return what is wrong with the output of another program, and where."""
    problems = [_format_error(details) for details in without_consequences(error.errors())]
    more = [f"and {plural(len(problems) - _SHOWN, 'problem')} more"] if len(problems) > _SHOWN else []
    return "; ".join([*problems[:_SHOWN], *more])


_SHOWN = 5


def _format_error(error: ErrorDetails) -> str:
    path = [*map(str, error["loc"]), *filter(None, [str(error.get("ctx", {}).get("path") or "")])]
    value = error["input"]
    shown = f" ({_cut(repr(value))})" if isinstance(value, str | int | float) else ""
    return f"{escaped_line('.'.join(path)) or 'it'}{shown}: {escaped_line(error['msg'])}"


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:76]}…{text[-1]}"
