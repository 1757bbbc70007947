"""The sections of a stack's settings, read and written by `pulumi config`, which keeps the rest of the file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import BaseModel, Field, TypeAdapter

from ...problems import format_problems
from ...settings import Settings, parse_settings
from ...settings.secrets import secret_problems
from ...untrusted import InputError, decode, read_file
from ..errors import CommandError
from ..files import write_file
from ..tool_output import parse_output
from ..yaml.documents import MOST_BYTES, read_yaml
from ..yaml.dumping import dump_yaml
from .project import Project, project_file
from .run import run_pulumi
from .stack_files import PREFIX, parse_value

_LONGEST_ARGUMENT = 100_000
"""In characters; Linux allows 131,072 bytes in one argument (execve(2), MAX_ARG_STRLEN)."""


class _Value(BaseModel):
    """A value of `pulumi config --json`."""

    value: str = ""
    object_value: Any = Field(default=None, alias="objectValue")
    secret: bool = False

    @property
    def content(self) -> Any:
        """The value as the program gets it; the settings' own models reject text that is no object."""
        return parse_value(self.value) if self.object_value is None else self.object_value


def read_settings(stack: str) -> dict[str, Any]:
    """Read the sections of the settings as the program reads them."""
    output = run_pulumi("config", "--json", "--stack", stack)
    config = parse_output(TypeAdapter(dict[str, _Value]), output, "`pulumi config --json`")
    values = {name: config[f"{PREFIX}{name}"] for name in Settings.model_fields if f"{PREFIX}{name}" in config}
    if secrets := [f"{PREFIX}{name}" for name, value in values.items() if value.secret]:
        raise CommandError(format_problems(secret_problems(secrets, project_file().parent, stack)))
    return {name: value.content for name, value in values.items()}


def parse_stack_settings(stack: str) -> Settings:
    """
    Read and parse the settings of a stack.

    Raises:
        CommandError: They have problems; all of them are in the message.
    """
    return parse_sections(read_settings(stack))


def parse_sections(sections: Mapping[str, Any]) -> Settings:
    """Parse the sections of a stack's settings. Raises as `parse_stack_settings`."""
    settings = parse_settings(sections, PREFIX)
    if isinstance(settings, Settings):
        return settings
    raise CommandError(format_problems(settings))


def unknown_cluster(stack: str, settings: Settings, cluster: str) -> CommandError:
    """Return the error about a cluster that a stack's settings do not have."""
    known = ", ".join(sorted(settings.clusters)) or "none"
    return CommandError(f"The settings of stack {stack} have no cluster {cluster}. They have: {known}.")


def write_settings(stack: str, sections: Mapping[str, Any]) -> None:
    """Write sections into a stack's file in one step."""
    with TemporaryDirectory(prefix="adx-private-link-") as directory:
        copy = settings_copy(stack, sections, Path(directory))
        # The stack's file may be a link, which Pulumi follows.
        write_file(_stack_file(stack).resolve(), copy.read_text(encoding="utf-8"))


def settings_copy(stack: str, sections: Mapping[str, Any], directory: Path) -> Path:
    """Write a copy of a stack's file into a directory, with these sections in it, and return its path."""
    file = _stack_file(stack)
    copy = directory / file.name
    if file.exists():
        copy.write_bytes(_read_utf8(file))
    values = _config_values({f"{PREFIX}{name}": section for name, section in sections.items()})
    run_pulumi("config", "set-all", "--json", json.dumps(values), "--config-file", str(copy), "--stack", stack)
    text = decode(_read_utf8(copy))
    for key, value in values.items():
        if "objectValue" not in value:
            text = _replace_placeholder(text, key, str(value["value"]), sections[key.removeprefix(PREFIX)])
    copy.write_text(text, encoding="utf-8")
    return copy


def _read_utf8(file: Path) -> bytes:
    """Read a file that must be UTF-8."""
    try:
        content = read_file(file, MOST_BYTES)
        decode(content)
    except InputError as error:
        raise CommandError(f"{file} {error}") from None
    return content


def _stack_file(stack: str) -> Path:
    return Project(read_yaml(project_file())).stack_file(stack)


def _config_values(sections: Mapping[str, Any]) -> dict[str, dict[str, object]]:
    """Return the argument of `set-all`: as many sections as it can hold, and placeholders for the others."""
    texts = {key: json.dumps(section) for key, section in sections.items()}
    # All that Pulumi reads of `objectValue` is that it is an object.
    values: dict[str, dict[str, object]] = {
        key: {"value": text, "objectValue": {}, "secret": False} for key, text in texts.items()
    }
    for key in sorted(texts, key=lambda key: len(texts[key]), reverse=True):
        if len(json.dumps(values)) > _LONGEST_ARGUMENT:
            values[key] = {"value": f"placeholder-of-{key}".replace(":", "-"), "secret": False}
    return values


def _replace_placeholder(text: str, key: str, placeholder: str, section: Any) -> str:
    """Replace a placeholder in a file's text by its section: as YAML below its key, or as JSON in its line."""
    quote = "[\"']?"
    line = re.compile(rf"^( *){quote}{re.escape(key)}{quote}: {quote}{placeholder}{quote}\n", re.MULTILINE)
    if match := line.search(text):
        block = dump_yaml({key: section})
        indented = "".join(f"{match[1]}{block_line}\n" for block_line in block.splitlines())
        return text[: match.start()] + indented + text[match.end() :]
    return re.sub(f"{quote}{placeholder}{quote}", lambda _: json.dumps(section), text)
