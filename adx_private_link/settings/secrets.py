"""Encrypted settings: none is a secret, and the graph would write them in plain into the state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from ..problems import Problem

IS_ENCRYPTED = "is encrypted"
WRITE_IN_PLAIN = "no setting is a secret: write it in plain"


def encrypted_paths(value: object, path: str) -> Iterator[str]:
    """Yield the paths of values that `pulumi config set --secret` has written."""
    match value:
        case {"secure": str()} if len(cast("dict[str, object]", value)) == 1:
            yield path
        case dict():
            for key, item in cast("dict[str, object]", value).items():
                yield from encrypted_paths(item, f"{path}.{key}")
        case list():
            for number, item in enumerate(cast("list[object]", value)):
                yield from encrypted_paths(item, f"{path}.{number}")
        case _:
            pass


def secret_problems(keys: Iterable[str], project: Path, stack: str) -> list[Problem]:
    """
    Return the problems of encrypted settings, each with its path.

    Pulumi gives a program decrypted values and the keys (`adx-private-link:consumers`) that hold a secret somewhere;
    the paths are in the stack's file. Without that file, as in an automation program, the key has to do.

    Args:
        keys: Configuration keys with a secret in them.
        project: The directory of Pulumi.yaml.
        stack: The stack's name.
    """
    config = _stored_config(project, stack)
    return [
        Problem(path, IS_ENCRYPTED if paths else "has an encrypted value", WRITE_IN_PLAIN)
        for key in keys
        for paths in [[*encrypted_paths(config.get(key), key)]]
        for path in paths or [key]
    ]


def _stored_config(project: Path, stack: str) -> Mapping[str, object]:
    content = _yaml(project / "Pulumi.yaml")
    # `stackConfigDir` was called `config` before, and a text there still means it.
    named = content.get("stackConfigDir") or content.get("config")
    directory = project / (named if isinstance(named, str) else "")
    config = _yaml(directory / f"Pulumi.{stack.rpartition('/')[2]}.yaml").get("config")
    return cast("Mapping[str, object]", config) if isinstance(config, dict) else {}


def _yaml(file: Path) -> Mapping[str, Any]:
    import yaml  # comes with Pulumi, and is needed only here

    try:
        content: object = yaml.safe_load(file.read_bytes())
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}  # Pulumi has read the file, and has reported what is wrong with it
    return cast("Mapping[str, Any]", content) if isinstance(content, dict) else {}
