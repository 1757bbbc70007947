"""Writes `docs/settings.md` from the settings' own descriptions: `python docs/generate.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from adx_private_link.settings import (
    ClusterSettings,
    ConsumerSettings,
    DnsSettings,
    LinkSettings,
    NatSettings,
    ServiceSettings,
)

_PAGE = Path(__file__).with_name("settings.md")
_SECTIONS: dict[str, type[BaseModel]] = {
    "clusters.*KEY*": ClusterSettings,
    "clusters.*KEY*.nat": NatSettings,
    "clusters.*KEY*.services.engine` and `….ingestion": ServiceSettings,
    "consumers.*KEY*": ConsumerSettings,
    "consumers.*KEY*.dns": DnsSettings,
    "consumers.*KEY*.dns.links.*KEY*": LinkSettings,
}


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Settings"
    yield ""
    yield "Generated from the models by `python docs/generate.py`; a test keeps it true. In a stack file the two"
    yield "sections are `adx-private-link:clusters` and `adx-private-link:consumers`; `AdxPrivateLink` takes the same."
    for path, model in _SECTIONS.items():
        yield ""
        yield f"## `{path.replace('*', '')}`"
        yield ""
        yield " ".join((model.__doc__ or "").split())
        yield ""
        yield "| setting | type | |"
        yield "|---|---|---|"
        for name, field in model.model_fields.items():
            need = "Required." if field.is_required() else "Optional."
            yield f"| `{name}` | {_type(field)} | {need} {field.description}{_default(field)} |"


def _default(field: FieldInfo) -> str:
    """Plain defaults are told here; those that are derived tell themselves."""
    plain = isinstance(field.default, (int, str)) and "Default:" not in (field.description or "")
    return f" Default: `{field.default}`." if plain else ""


def _type(field: FieldInfo) -> str:
    """The type in words."""
    text = str(field.annotation)
    if "Settings" in text:
        return "mapping" if text.startswith("dict") else "object"
    if "Literal" in text and not text.startswith("dict"):
        return ", ".join(f"`{each}`" for each in get_args(field.annotation))
    for pattern, words in (
        (r"^dict", "mapping"),
        (r"list\[", "list"),
        (r"LoadBalancerId", "name or resource id"),
        (r"(Cluster|Subnet|Network)Id", "resource id"),
        (r"\bint\b", "integer"),
    ):
        if re.search(pattern, text):
            return words
    return "string"


if __name__ == "__main__":
    _PAGE.write_text(page())
