"""YAML as Pulumi reads it, with the line of every key and item."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from ...untrusted import InputError, decode, read_file
from .nodes import MOST_LEVELS, MOST_VALUES, Node, YamlError, compose

MOST_BYTES = 32 * 2**20
_FEW_VALUES = 20_000
"""
The number of values that even a small file may have; a larger file may have ten values for each node.

A few lines of aliases of aliases expand to billions of values, and Pulumi rejects them (gopkg.in/yaml.v3, decode.go).
"""
_MOST_CHARACTERS = 64 * 2**20
_STANDARD = "tag:yaml.org,2002:"

# Pulumi's types of plain scalars (gopkg.in/yaml.v3, resolve.go). `yes` and `12:30` are text. `2025-01-31` becomes text
# in another form, and no setting depends on its form.
_WORDS = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"], None),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
}
_INTEGER = re.compile(r"[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_TIMESTAMP = re.compile(r"\d{4}-\d\d?-\d\d?([Tt ].*)?")
_MERGE = "<<"
_MOST_DIGITS = 80
"""The digits of a number that may fit into 64 bits, in any base."""
_LONGEST_KEY = 1000
"""In characters. YAML itself allows 1024 for a key without `?` before it."""


@dataclass(frozen=True, order=True)
class Mistake:
    """A problem at a line of a file."""

    file: Path
    line: int
    message: str
    """`setting: problem; remedy`."""


@dataclass
class Document:
    """The content of a YAML file, with its lines and its mistakes."""

    file: Path
    content: object = None
    lines: dict[tuple[str, ...], int] = field(default_factory=dict[tuple[str, ...], int])
    """The lines of keys and list items, by their paths."""
    mistakes: list[Mistake] = field(default_factory=list[Mistake])


def read_yaml(file: Path) -> Document:
    """Read a file. Invalid YAML is a mistake in the document, not an exception."""
    document = Document(file)
    try:
        node, nodes = compose(decode(read_file(file, MOST_BYTES)))
        document.content = _Reader(document, max(_FEW_VALUES, 10 * nodes)).value(node, ()) if node else None
    except YamlError as error:
        document.mistakes.append(Mistake(file, error.line, str(error)))
    except InputError as error:
        document.mistakes.append(Mistake(file, 1, str(error)))
    return document


class _Reader:
    """Turns nodes into values, and keeps their lines in the document."""

    def __init__(self, document: Document, most_values: int) -> None:
        self.document = document
        self.most_values = min(most_values, MOST_VALUES)
        self.open: set[int] = set()
        """The ids of the lists and mappings that are being read."""
        self.values = 0
        self.characters = 0
        self.pairs_by_node: dict[int, _Pairs] = {}
        """The pairs of each mapping, by the id of its node, which all its aliases share."""

    def value(self, node: Node, path: tuple[str, ...]) -> object:
        if node.kind == "scalar":
            return self._scalar(node)
        if not self._enter(node):
            return None
        if node.kind == "list":
            value: object = [self._item(str(at), item.line, item, path) for at, item in enumerate(node.children)]
        else:
            value = {key: self._item(key, line, item, path) for key, (line, item) in self._pairs(node).items()}
        self.open.remove(id(node))
        return value

    def _enter(self, node: Node) -> bool:
        if id(node) in self.open:
            self._add_mistake(node.line, "refers to itself")
            return False
        if len(self.open) == MOST_LEVELS:
            raise YamlError(node.line, "cannot be read: its aliases nest it too deeply")
        self.open.add(id(node))
        return True

    def _item(self, key: str, line: int, node: Node, path: tuple[str, ...]) -> object:
        self._count(line)
        inner = (*path, key)
        self.document.lines[inner] = line
        return self.value(node, inner)

    def _count(self, line: int) -> None:
        self.values += 1
        if self.values > self.most_values:
            raise YamlError(line, f"cannot be read: its aliases expand to more than {self.most_values} values")

    # Mappings

    def _pairs(self, node: Node) -> _Pairs:
        """Return the pairs of a mapping. Merged pairs come first, so that the mapping's own pairs replace them."""
        if id(node) not in self.pairs_by_node:
            merged: _Pairs = {}
            own: _Pairs = {}
            for key, value in zip(node.children[::2], node.children[1::2], strict=True):
                if key.kind != "scalar":
                    self._add_mistake(key.line, "is not text and cannot be a key")
                    continue
                name = self._key(key)
                if name in own:
                    self._add_mistake(key.line, f"`{name}` is already on line {own[name][0]}; remove one of the two")
                own[name] = key.line, value
            if _MERGE in own and any(key.text == _MERGE and key.is_plain for key in node.children[::2]):
                self._merge(*own.pop(_MERGE), merged)
            self.pairs_by_node[id(node)] = {**merged, **own}
        return self.pairs_by_node[id(node)]

    def _merge(self, line: int, value: Node, merged: _Pairs) -> None:
        for node in value.children if value.kind == "list" else [value]:
            if node.kind != "mapping":
                self._add_mistake(line, "is not YAML: `<<` takes a mapping, or a list of mappings")
            elif self._enter(node):
                for name, pair in self._pairs(node).items():
                    self._count(line)
                    merged.setdefault(name, pair)
                self.open.remove(id(node))

    def _key(self, node: Node) -> str:
        """Return a key as text, because Pulumi hands settings on as JSON: `2024` becomes `"2024"`."""
        if len(node.text) > _LONGEST_KEY:
            raise YamlError(node.line, f"cannot be read: it has a key of more than {_LONGEST_KEY} characters")
        match self._scalar(node):
            case None:
                return "<nil>"  # as Pulumi writes it
            case bool() as switch:
                return str(switch).lower()
            case value:
                return str(value)

    # Scalars

    def _scalar(self, node: Node) -> object:
        self.characters += len(node.text)
        if self.characters > _MOST_CHARACTERS:
            raise YamlError(node.line, f"cannot be read: its aliases expand to more than {_MOST_CHARACTERS} characters")
        if node.is_plain:
            return _plain(node.text)
        tag = (node.tag or "").removeprefix(_STANDARD)
        try:
            return _TAGGED[tag](node.text) if tag in _TAGGED and tag != node.tag else node.text
        except ValueError:
            message = f"is not YAML: {node.text[:40]!r} is tagged `!!{tag}` but is not one; remove the tag"
            self._add_mistake(node.line, message)
            return None

    def _add_mistake(self, line: int, message: str) -> None:
        self.document.mistakes.append(Mistake(self.document.file, line, message))


_Pairs = dict[str, tuple[int, Node]]
"""The line and the value of each key."""


def _plain(text: str) -> object:
    """Return the value of a plain scalar. Pulumi hands it on as JSON, which has one type of number."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text)
    return _number(text) if _NUMBER.fullmatch(text) else text


def _integer(text: str) -> object:
    digits = text.replace("_", "").lstrip("+-").lower()
    base = {"0b": 2, "0o": 8, "0x": 16}.get(digits[:2], 8 if digits.startswith("0") else 10)
    try:
        integer = int(digits, base) if len(digits) < _MOST_DIGITS else None
    except ValueError:
        return text  # such as `0x_`, which has no digits
    if integer is None or integer >= 2**64:
        return _number(text) if base == 10 else text
    return -integer if text.startswith("-") else integer


def _number(text: str) -> object:
    number = float(text.replace("_", ""))
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() and abs(number) < 2**64 else number


def _parser_of(kind: type | tuple[type, ...]) -> Callable[[str], object]:
    def parse(text: str) -> object:
        value = _plain(text)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ValueError(text)
        return value

    return parse


def _timestamp(text: str) -> object:
    if not _TIMESTAMP.fullmatch(text):
        raise ValueError(text)
    return text


def _binary(text: str) -> object:
    return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")


# How Pulumi parses the text of a tagged scalar; other tags leave it as it is (gopkg.in/yaml.v3, resolve.go).
_TAGGED: dict[str, Callable[[str], object]] = {
    "null": _parser_of(type(None)),
    "bool": _parser_of(bool),
    "int": _parser_of(int),
    "float": _parser_of((int, float)),
    "timestamp": _timestamp,
    "binary": _binary,
}


def mapping(value: Any) -> dict[str, object]:
    """Return a value that is a mapping; an empty mapping for any other value."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
