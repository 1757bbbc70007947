"""What pydantic finds wrong with settings, in words: where, which value, and what to write instead."""

from __future__ import annotations

import re
import types
from collections.abc import Sequence, Sized
from typing import Annotated, Union, cast, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ..problems import Problem

_NO_SWITCH = ("is neither `true` nor `false`", "write one of the two, without quotes")
_NO_INTEGER = ("is not a whole number", "write it in digits, without quotes")
_NO_LIST = ("is not a list", "write it in brackets: [{it}]")
_PLAIN_WORDS = {
    "string_type": ("is not text", "write text; put quotes around text that looks like a number"),
    "bool_type": _NO_SWITCH,
    "int_type": _NO_INTEGER,
    "int_parsing": _NO_INTEGER,
    "int_from_float": _NO_INTEGER,
    "list_type": _NO_LIST,
    "tuple_type": _NO_LIST,
    "greater_than_equal": ("is too small", "write {ge} or more"),
    "less_than_equal": ("is too large", "write {le} or less"),
    "string_too_long": ("is too long", "write at most {max_length} characters"),
    "too_long": ("is too long: it has {actual_length} entries", "write at most {max_length}"),
    "too_short": ("is empty", "write at least one: {about}"),
}
"""What is wrong, and what to write instead, by pydantic's types of errors."""


def problems_of(errors: Sequence[ErrorDetails], settings: type[BaseModel], prefix: str) -> list[Problem]:
    """The errors of pydantic about settings; paths begin with `prefix`."""
    errors = without_consequences(errors)
    # Where a key is none of those that are known, what belongs to it is mostly right somewhere else.
    unknown = {error["loc"][:-1] for error in errors if _is_of_key(error) and error["type"] == "literal_error"}
    return [
        _problem(error, settings, prefix)
        for error in errors
        if _is_of_key(error) or not any(error["loc"][:end] in unknown for end in range(len(error["loc"]) + 1))
    ]


def without_consequences(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """The errors without those that follow from others: pydantic calls a list empty whose items are all invalid."""
    within = {error["loc"][:end] for error in errors for end in range(len(error["loc"]))}
    return [error for error in errors if error["type"] != "too_short" or error["loc"] not in within]


def _is_of_key(error: ErrorDetails) -> bool:
    return error["loc"][-1:] == ("[key]",) and error["type"] != "extra_forbidden"


def _problem(error: ErrorDetails, settings: type[BaseModel], prefix: str) -> Problem:
    is_key = _is_of_key(error)
    location = list(error["loc"])
    if is_key:
        location.pop()  # pydantic's own word for a key that is wrong itself
    found = _Place(settings, location)
    context = error.get("ctx", {})
    # What a whole section is wrong about names the setting in it.
    path = prefix + ".".join([*found.path, *filter(None, [str(context.get("path") or "")])])
    # A whole section would bury what is wrong with it.
    value = None if isinstance(error["input"], dict) else error["input"]
    match error["type"]:
        case "extra_forbidden":
            message, remedy = _unknown_setting(str(location[-1]), _Place(settings, location[:-1]))
        case "missing":
            message, remedy = "is missing", f"write it: {found.description}"
        case "dict_type" | "model_type":
            known = ", ".join(_fields(found.type)) or found.description
            message, remedy = "is not a mapping", f"write its settings below it, each indented: {known}"
        case "literal_error" if words := re.findall(r"'([^']*)'", str(context["expected"])):
            # A key, or the only word that is known, may belong somewhere else.
            more = f". {found.description}" if is_key or len(words) == 1 else ""
            message, remedy = "is not known", f"{_known(value, words)}{more}"
        case _ if "remedy" in context:
            message, remedy = error["msg"], str(context["remedy"])
        case kind if kind in _PLAIN_WORDS:
            words = {**context, "it": value if isinstance(value, str) else "…", "about": found.description}
            if kind == "too_long":  # pydantic does not count the entries of a mapping
                words["actual_length"] = len(cast("Sized", error["input"]))
            message, remedy = (each.format_map(words) for each in _PLAIN_WORDS[kind])
        case _:
            message, remedy = f"is wrong: {error['msg'][0].lower()}{error['msg'][1:]}", found.description
    is_told = error["type"] not in ("extra_forbidden", "missing")
    is_missing = error["type"] == "missing" or bool(context.get("is_missing"))
    return Problem(path, message, remedy, value if is_told else None, is_missing)


def _unknown_setting(name: str, place: _Place) -> tuple[str, str]:
    fields = _fields(place.type)
    if any(name in _fields(other) for other in place.variants):
        beside = next(name for name, field in fields.items() if field.is_required())
        return f"does not go with `{beside}`", f"remove one of the two: {place.description}"
    return "is not a setting", _known(name, sorted(fields))


def _known(given: object, known: Sequence[str]) -> str:
    import difflib  # slow to import, and mostly nothing is wrong

    near = difflib.get_close_matches(str(given)[:100].lower(), [each.lower() for each in known], n=1)
    meant = next((f"did you mean `{each}`? " for each in known if each.lower() in near), "")
    return f"{meant}Known: {', '.join(known)}"


class _Place:
    """What a path of pydantic's leads to."""

    def __init__(self, settings: type[BaseModel], location: list[int | str]) -> None:
        self.type: object = settings
        self.variants: Sequence[object] = ()
        """Those of which the type is one."""
        self.path: list[str] = []
        self.description = "see docs/reference/settings.md"
        """What the innermost setting of the path says of itself."""
        for part in location:
            variants = _variants(self.type)
            if part in variants:  # pydantic's own word for which of the variants it took
                self.type, self.variants = variants[part], [*variants.values()]
                continue
            self.variants = ()
            self.path.append(str(part))
            field = _fields(self.type).get(str(part))
            if field is not None and field.description:
                self.description = field.description
            # Within a list or a mapping, the path goes on with the type of its items.
            self.type = _plain(field.annotation if field else (get_args(self.type) or (None,))[-1])


def _fields(model: object) -> dict[str, FieldInfo]:
    return model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}


def _variants(annotation: object) -> dict[str | int, object]:
    """The types of a union by their tags."""
    if get_origin(annotation) not in (Union, types.UnionType):
        return {}
    return {
        tag.tag: get_args(each)[0]
        for each in get_args(annotation)
        for tag in get_args(each)[1:]
        if isinstance(tag, Tag)
    }


def _plain(annotation: object) -> object:
    """`X | None` and `Annotated[X, …]` -> X."""
    if get_origin(annotation) in (Union, types.UnionType) and not _variants(annotation):
        return _plain(next(each for each in get_args(annotation) if each is not type(None)))
    return _plain(get_args(annotation)[0]) if get_origin(annotation) is Annotated else annotation
