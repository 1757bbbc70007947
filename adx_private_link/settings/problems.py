"""The words for pydantic's errors about settings: which setting, which value, and what to write instead."""

from __future__ import annotations

import re
import types
from collections.abc import Sequence, Sized
from typing import Annotated, Union, cast, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ..problems import Problem

_NOT_BOOLEAN = ("is neither `true` nor `false`", "write one of the two, without quotes")
_NOT_INTEGER = ("is not a whole number", "write it in digits, without quotes")
_NOT_LIST = ("is not a list", "write it in brackets: [{it}]")
_WORDS_BY_ERROR = {
    "string_type": ("is not text", "write text; put quotes around text that looks like a number"),
    "bool_type": _NOT_BOOLEAN,
    "int_type": _NOT_INTEGER,
    "int_parsing": _NOT_INTEGER,
    "int_from_float": _NOT_INTEGER,
    "list_type": _NOT_LIST,
    "tuple_type": _NOT_LIST,
    "greater_than_equal": ("is too small", "write {ge} or more"),
    "less_than_equal": ("is too large", "write {le} or less"),
    "string_too_long": ("is too long", "write at most {max_length} characters"),
    "too_long": ("is too long: it has {actual_length} entries", "write at most {max_length}"),
    "too_short": ("is empty", "write at least one: {about}"),
}
"""The message and the remedy for each of pydantic's types of errors."""


def describe_errors(errors: Sequence[ErrorDetails], settings: type[BaseModel], prefix: str) -> list[Problem]:
    """Return pydantic's errors about settings as problems, whose paths begin with `prefix`."""
    errors = without_consequences(errors)
    # The settings below an unknown key are usually valid below another one.
    unknown_keys = {error["loc"][:-1] for error in errors if _is_of_key(error) and error["type"] == "literal_error"}
    return [
        _describe(error, settings, prefix)
        for error in errors
        if _is_of_key(error) or not any(error["loc"][:end] in unknown_keys for end in range(len(error["loc"]) + 1))
    ]


def without_consequences(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Return the errors without those that follow from others: to pydantic, a list of invalid items only is empty."""
    outer_locations = {error["loc"][:end] for error in errors for end in range(len(error["loc"]))}
    return [error for error in errors if error["type"] != "too_short" or error["loc"] not in outer_locations]


def _is_of_key(error: ErrorDetails) -> bool:
    return error["loc"][-1:] == ("[key]",) and error["type"] != "extra_forbidden"


def _describe(error: ErrorDetails, settings: type[BaseModel], prefix: str) -> Problem:
    is_key = _is_of_key(error)
    location = list(error["loc"])
    if is_key:
        location.pop()  # `[key]`, with which pydantic marks an error about a key itself
    setting = _Setting(settings, location)
    context = error.get("ctx", {})
    # An error of a whole section names the setting in it.
    path = prefix + ".".join([*setting.path, *filter(None, [str(context.get("path") or "")])])
    # The value of a whole section would bury the message.
    value = None if isinstance(error["input"], dict) else error["input"]
    match error["type"]:
        case "extra_forbidden":
            message, remedy = _describe_unknown_setting(str(location[-1]), _Setting(settings, location[:-1]))
        case "missing":
            message, remedy = "is missing", f"write it. {setting.description}"
        case "dict_type" | "model_type":
            known = ", ".join(_fields(setting.type)) or setting.description
            message, remedy = "is not a mapping", f"write its settings below it, each indented: {known}"
        case "literal_error" if words := re.findall(r"'([^']*)'", str(context["expected"])):
            # A key, the only known word, or a word in place of something else: the description names the other forms.
            is_part = is_key or len(words) == 1 or setting.variants
            description = f". {setting.description}" if is_part else ""
            message, remedy = "is not known", f"{_list_known(value, words)}{description}"
        case _ if "remedy" in context:
            message, remedy = error["msg"], str(context["remedy"])
        case kind if kind in _WORDS_BY_ERROR:
            details = {**context, "it": value if isinstance(value, str) else "…", "about": setting.description}
            if kind == "too_long":  # pydantic does not count the entries of a mapping
                details["actual_length"] = len(cast("Sized", error["input"]))
            message, remedy = (template.format_map(details) for template in _WORDS_BY_ERROR[kind])
        case _:
            message, remedy = f"is invalid: {error['msg'][0].lower()}{error['msg'][1:]}", setting.description
    has_value = error["type"] not in ("extra_forbidden", "missing")
    is_missing = error["type"] == "missing" or bool(context.get("is_missing"))
    return Problem(path, message, remedy, value if has_value else None, is_missing)


def _describe_unknown_setting(name: str, section: _Setting) -> tuple[str, str]:
    fields = _fields(section.type)
    if any(name in _fields(variant) for variant in section.variants):
        required = next(name for name, field in fields.items() if field.is_required())
        return f"conflicts with `{required}`", f"remove one of the two: {section.description}"
    return "is not a setting", _list_known(name, sorted(fields))


def _list_known(written: object, known: Sequence[str]) -> str:
    """Return the remedy for an unknown name: the most similar known one, and all of them."""
    import difflib  # slow to import, and needed only for errors

    similar = difflib.get_close_matches(str(written)[:100].lower(), [name.lower() for name in known], n=1)
    question = next((f"did you mean `{name}`? " for name in known if name.lower() in similar), "")
    return f"{question}Known: {', '.join(known)}"


class _Setting:
    """The setting at a location of pydantic's."""

    def __init__(self, settings: type[BaseModel], location: list[int | str]) -> None:
        self.type: object = settings
        self.variants: Sequence[object] = ()
        """The alternatives of a union, of which the type is one."""
        self.path: list[str] = []
        self.description = "see docs/reference/settings.md"
        """The description of the innermost setting that has one."""
        for part in location:
            variants = _variants(self.type)
            if part in variants:  # the tag of the alternative that pydantic chose
                self.type, self.variants = variants[part], [*variants.values()]
                continue
            self.variants = ()
            self.path.append(str(part))
            field = _fields(self.type).get(str(part))
            if field is not None and field.description:
                self.description = field.description
            # Within a list or a mapping, the next part belongs to the type of its items.
            self.type = _plain(field.annotation if field else (get_args(self.type) or (None,))[-1])


def _fields(model: object) -> dict[str, FieldInfo]:
    return model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}


def _variants(annotation: object) -> dict[str | int, object]:
    """Return the types of a union by their tags."""
    if get_origin(annotation) not in (Union, types.UnionType):
        return {}
    return {
        tag.tag: get_args(variant)[0]
        for variant in get_args(annotation)
        for tag in get_args(variant)[1:]
        if isinstance(tag, Tag)
    }


def _plain(annotation: object) -> object:
    """Return X for `X | None` and `Annotated[X, …]`."""
    if get_origin(annotation) in (Union, types.UnionType) and not _variants(annotation):
        return _plain(next(variant for variant in get_args(annotation) if variant is not type(None)))
    return _plain(get_args(annotation)[0]) if get_origin(annotation) is Annotated else annotation
