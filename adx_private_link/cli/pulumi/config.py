"""The sections of a stack's settings, read and written by `pulumi config`, which keeps what else is in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from pydantic import BaseModel, Field, TypeAdapter

from ...problems import format_problems
from ...settings import Settings
from ...settings.secrets import secret_problems
from ...untrusted import InputError, decode, parse_json, read_file
from ..errors import CommandError
from ..files import write_file
from ..tool_output import parse_output
from ..yaml.documents import MOST_BYTES, read_yaml
from .project import Project, project_file
from .run import run_pulumi
from .stack_files import PREFIX

_LONGEST_ARGUMENT = 100_000
"""In characters; Linux passes 131,072 bytes in one argument (execve(2), MAX_ARG_STRLEN)."""


class _Value(BaseModel):
    """A value of `pulumi config --json`."""

    value: str = ""
    object_value: Any = Field(default=None, alias="objectValue")
    secret: bool = False

    @property
    def content(self) -> Any:
        """An object, or its text: `pulumi config set` without `--path` writes the latter."""
        if self.object_value is not None:
            return self.object_value
        try:
            return parse_json(self.value)
        except InputError:
            return self.value  # which the settings' own models refuse


def read_settings(stack: str) -> dict[str, Any]:
    """The sections of the settings, as the program reads them."""
    output = run_pulumi("config", "--json", "--stack", stack)
    config = parse_output(TypeAdapter(dict[str, _Value]), output, "`pulumi config --json`")
    found = {name: config[f"{PREFIX}{name}"] for name in Settings.model_fields if f"{PREFIX}{name}" in config}
    if secret := [f"{PREFIX}{name}" for name, each in found.items() if each.secret]:
        raise CommandError(format_problems(secret_problems(secret, project_file().parent, stack)))
    return {name: each.content for name, each in found.items()}


def write_settings(stack: str, sections: Mapping[str, Any]) -> None:
    """Write sections into a stack's file, in one step."""
    with TemporaryDirectory(prefix="adx-private-link-") as directory:
        written = settings_copy(stack, sections, Path(directory))
        # The stack's file itself may be a link, which Pulumi follows.
        write_file(_stack_file(stack).resolve(), written.read_text(encoding="utf-8"))


def settings_copy(stack: str, sections: Mapping[str, Any], directory: Path) -> Path:
    """A copy of a stack's file in a directory, with these sections in it."""
    file = _stack_file(stack)
    copy = directory / file.name
    if file.exists():
        copy.write_bytes(_content(file))
    values = _values({f"{PREFIX}{name}": each for name, each in sections.items()})
    run_pulumi("config", "set-all", "--json", json.dumps(values), "--config-file", str(copy), "--stack", stack)
    text = decode(_content(copy))
    for key, value in values.items():
        if "objectValue" not in value:
            text = _with_section(text, key, str(value["value"]), sections[key.removeprefix(PREFIX)])
    copy.write_text(text, encoding="utf-8")
    return copy


def _content(file: Path) -> bytes:
    try:
        content = read_file(file, MOST_BYTES)
        decode(content)
    except InputError as error:
        raise CommandError(f"{file} {error}") from None
    return content


def _stack_file(stack: str) -> Path:
    return Project(read_yaml(project_file())).stack_file(stack)


def _values(sections: Mapping[str, Any]) -> dict[str, dict[str, object]]:
    """What `set-all` is given: as many sections as one argument holds, and placeholders for the others."""
    texts = {key: json.dumps(each) for key, each in sections.items()}
    # That it is an object is all that is read of `objectValue`.
    values: dict[str, dict[str, object]] = {
        key: {"value": text, "objectValue": {}, "secret": False} for key, text in texts.items()
    }
    for key in sorted(texts, key=lambda key: len(texts[key]), reverse=True):
        if len(json.dumps(values)) > _LONGEST_ARGUMENT:
            values[key] = {"value": f"placeholder-of-{key}".replace(":", "-"), "secret": False}
    return values


def _with_section(text: str, key: str, placeholder: str, section: Any) -> str:
    """A file's text with a section in the place of its placeholder: as YAML below its key, or as JSON in its line."""
    quote = "[\"']?"
    line = re.compile(rf"^( *){quote}{re.escape(key)}{quote}: {quote}{placeholder}{quote}\n", re.MULTILINE)
    if found := line.search(text):
        block = yaml.dump({key: section}, Dumper=_Dumper, sort_keys=False, width=1000)
        lines = "".join(f"{found[1]}{each}\n" for each in block.splitlines())
        return text[: found.start()] + lines + text[found.end() :]
    return re.sub(f"{quote}{placeholder}{quote}", lambda _: json.dumps(section), text)


class _Dumper(yaml.SafeDumper):
    """Quotes whatever may be something else than text to any reader: `1e3` is text to PyYAML, and not to Pulumi."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True

    def text(self, value: str) -> yaml.ScalarNode:
        is_plain = re.fullmatch(r"[A-Za-z/]([\w./:-]*\w)?", value) and not re.fullmatch(_WORDS, value, re.IGNORECASE)
        return yaml.ScalarNode("tag:yaml.org,2002:str", value, style=None if is_plain else '"')


_WORDS = "true|false|null|yes|no|on|off|y|n"
_Dumper.add_representer(str, _Dumper.text)
