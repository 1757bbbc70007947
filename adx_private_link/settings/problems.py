"""What pydantic finds wrong with settings, in words: where, which value, and what to write instead."""

from __future__ import annotations

import difflib
import types
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ..problems import Problem


def problem(error: ErrorDetails, settings: type[BaseModel], prefix: str) -> Problem:
    """One of pydantic's errors about settings; paths begin with `prefix`."""
    location = list(error["loc"])
    if location[-1:] == ["[key]"] and error["type"] != "extra_forbidden":
        location.pop()  # pydantic's own word for a key that is wrong itself
    found = _Place(settings, location)
    context = error.get("ctx", {})
    # What a whole section is wrong about names the setting in it.
    path = prefix + ".".join([*found.path, *filter(None, [str(context.get("path") or "")])])
    # A whole section would bury what is wrong with it.
    value = None if isinstance(error["input"], dict) else error["input"]
    match error["type"]:
        case "extra_forbidden":
            return _unknown_setting(path, location[-1], _fields(_Place(settings, location[:-1]).type))
        case "missing":
            return Problem(path, "is missing", f"write it: {found.description}")
        case "dict_type" | "model_type":
            known = ", ".join(_fields(found.type))
            remedy = f"write its settings below it, each indented: {known or found.description}"
            return Problem(path, "is not a mapping", remedy, value)
        case _ if "remedy" in context:
            return Problem(path, error["msg"], str(context["remedy"]), value)
        case _:
            message = error["msg"][0].lower() + error["msg"][1:]
            return Problem(path, f"is wrong: {message}", found.description, value)


def _unknown_setting(path: str, name: object, fields: dict[str, FieldInfo]) -> Problem:
    known = sorted(fields)
    near = difflib.get_close_matches(str(name), known, n=1)
    meant = f"did you mean `{near[0]}`? " if near else ""
    return Problem(path, "is not a setting", f"{meant}Known here: {', '.join(known)}")


class _Place:
    """What a path of pydantic's leads to."""

    def __init__(self, settings: type[BaseModel], location: list[int | str]) -> None:
        self.type: object = settings
        self.path: list[str] = []
        self.description = "see the settings in the README"
        """What the innermost setting of the path says of itself."""
        for part in location:
            variants = _variants(self.type)
            if part in variants:  # pydantic's own word for which of the variants it took
                self.type = variants[part]
                continue
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
