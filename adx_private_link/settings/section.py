"""What all settings have in common."""

from __future__ import annotations

from typing import NoReturn

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    """A part of the settings: nothing is in it that is not known, and nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def there(name: str) -> JsonDict:
    """For editors: a setting is there, with something behind it."""
    return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}


def wrong(path: str, message: str, remedy: str, *, is_missing: bool = False) -> NoReturn:
    """Refuse what no single setting is to blame for; `path` leads on from the section that is checked."""
    context = {"message": message, "remedy": remedy, "path": path, "is_missing": is_missing}
    raise PydanticCustomError("section", "{message}", context)
