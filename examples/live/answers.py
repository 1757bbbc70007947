"""Azure's answers: written to a file, and compared with the sandbox's answers to the same program."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

Answers = dict[str, Any]
"""The outputs of resources, by type and name."""

# Values that differ in every run, in Azure and in the sandbox.
_GENERATED = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|PT[\d.]+S", re.IGNORECASE)
_GENERATED_NAMES = {"correlationId", "duration", "etag", "linkIdentifier", "templateHash", "timestamp"}


def read_answers(deployment: Mapping[str, Any]) -> Answers:
    """Read Azure's answers from a state."""
    return {
        _mask(f"{resource['type'].rsplit(':', 1)[1]} {resource['urn'].rsplit('::', 1)[1]}"): _mask(resource["outputs"])
        for resource in deployment["resources"]
        if resource["custom"] and resource["type"].startswith("azure-native:")
    }


def write_answers(answers: Answers, file: Path) -> None:
    """Write answers as JSON."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(answers, indent=2, sort_keys=True))


def find_differences(azure: Answers, sandbox: Answers) -> Iterator[tuple[str, str, str, str]]:
    """Find where the sandbox differs: (resource, property, Azure's answer, the sandbox's answer)."""
    for resource in sorted(azure.keys() | sandbox.keys()):
        for path, azure_value, sandbox_value in _compare_values("", azure.get(resource), sandbox.get(resource)):
            yield resource, path, azure_value, sandbox_value


def _compare_values(path: str, azure: Any, sandbox: Any) -> Iterator[tuple[str, str, str]]:
    match azure, sandbox:
        case dict(), dict():
            left, right = cast("dict[str, Any]", azure), cast("dict[str, Any]", sandbox)
            for name in sorted(left.keys() | right.keys()):
                yield from _compare_values(f"{path}.{name}".lstrip("."), left.get(name), right.get(name))
        case list(), list() if len(cast("list[Any]", azure)) == len(cast("list[Any]", sandbox)):
            pairs = zip(cast("list[Any]", azure), cast("list[Any]", sandbox), strict=True)
            for index, pair in enumerate(pairs):
                yield from _compare_values(f"{path}[{index}]", *pair)
        case _:
            if azure != sandbox:
                yield path, _format(azure), _format(sandbox)


def _format(value: Any) -> str:
    return "(nothing)" if value is None else json.dumps(value)


def _mask(value: Any, name: str = "") -> Any:
    """Replace what differs in every run."""
    if name in _GENERATED_NAMES:
        return "…"
    match value:
        case str():
            return _GENERATED.sub("…", value)
        case dict():
            return {key: _mask(inner, key) for key, inner in cast("dict[str, Any]", value).items()}
        case list():
            return [_mask(inner) for inner in cast("list[Any]", value)]
        case _:
            return value
