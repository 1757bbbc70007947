"""What Azure answered: kept in a file, and compared with what the sandbox answers to the same program."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

Answers = dict[str, Any]
"""The outputs of resources, by type and name."""

# What is another one each time, in Azure as in the sandbox.
_MADE_UP = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|PT[\d.]+S", re.IGNORECASE)
_ANYTHING = {"correlationId", "duration", "etag", "linkIdentifier", "templateHash", "timestamp"}


def answers_of(deployment: Mapping[str, Any]) -> Answers:
    """What a state has of Azure's answers."""
    return {
        _stable(f"{each['type'].rsplit(':', 1)[1]} {each['urn'].rsplit('::', 1)[1]}"): _stable(each["outputs"])
        for each in deployment["resources"]
        if each["custom"] and each["type"].startswith("azure-native:")
    }


def write(answers: Answers, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(answers, indent=2, sort_keys=True))


def differences(azure: Answers, sandbox: Answers) -> Iterator[tuple[str, str, str, str]]:
    """Where the sandbox answers otherwise: (resource, property, Azure's answer, the sandbox's)."""
    for resource in sorted(azure.keys() | sandbox.keys()):
        for path, ours, theirs in _differences("", azure.get(resource), sandbox.get(resource)):
            yield resource, path, ours, theirs


def _differences(path: str, azure: Any, sandbox: Any) -> Iterator[tuple[str, str, str]]:
    match azure, sandbox:
        case dict(), dict():
            ours, theirs = cast("dict[str, Any]", azure), cast("dict[str, Any]", sandbox)
            for name in sorted(ours.keys() | theirs.keys()):
                yield from _differences(f"{path}.{name}".lstrip("."), ours.get(name), theirs.get(name))
        case list(), list() if len(cast("list[Any]", azure)) == len(cast("list[Any]", sandbox)):
            pairs = zip(cast("list[Any]", azure), cast("list[Any]", sandbox), strict=True)
            for index, pair in enumerate(pairs):
                yield from _differences(f"{path}[{index}]", *pair)
        case _:
            if azure != sandbox:
                yield path, _shown(azure), _shown(sandbox)


def _shown(value: Any) -> str:
    return "(nothing)" if value is None else json.dumps(value)


def _stable(value: Any, name: str = "") -> Any:
    if name in _ANYTHING:
        return "…"
    match value:
        case str():
            return _MADE_UP.sub("…", value)
        case dict():
            return {key: _stable(each, key) for key, each in cast("dict[str, Any]", value).items()}
        case list():
            return [_stable(each) for each in cast("list[Any]", value)]
        case _:
            return value
