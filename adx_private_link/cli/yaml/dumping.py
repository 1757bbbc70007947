"""YAML text that every reader reads as the same values."""

from __future__ import annotations

import re
from typing import Any

import yaml


def dump_yaml(value: object) -> str:
    """Return a value as YAML, its keys in their order, and each line whole."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=float("inf"))


class _Dumper(yaml.SafeDumper):
    """Quotes text that any YAML reader may read as another type: `1e3` is text to PyYAML, and a number to Pulumi."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True

    def text(self, value: str) -> yaml.ScalarNode:
        is_plain = re.fullmatch(r"[A-Za-z/]([\w./:-]*\w)?", value) and not re.fullmatch(_WORDS, value, re.IGNORECASE)
        return yaml.ScalarNode("tag:yaml.org,2002:str", value, style=None if is_plain else '"')


_WORDS = "true|false|null|yes|no|on|off|y|n"
_Dumper.add_representer(str, _Dumper.text)
