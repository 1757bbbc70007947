"""The base of all settings."""

from __future__ import annotations

from typing import NoReturn

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    """A part of the settings: an unknown setting is an error, and nothing changes after parsing."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def schema_requiring(name: str, schema: JsonDict | None = None) -> JsonDict:
    """Return a JSON schema by which a setting has a value, of another schema if there is one."""
    return {"required": [name], "properties": {name: schema or {"not": {"type": "null"}}}}


def reject(path: str, message: str, remedy: str, *, is_missing: bool = False) -> NoReturn:
    """
    Reject settings that are wrong together.

    Args:
        path: The setting to name, from the section that is checked on.
        message: What is wrong, as the rest of a sentence that begins with the setting.
        remedy: What to write instead.
        is_missing: Whether the setting has to be added.
    """
    context = {"message": message, "remedy": remedy, "path": path, "is_missing": is_missing}
    raise PydanticCustomError("section", "{message}", context)
