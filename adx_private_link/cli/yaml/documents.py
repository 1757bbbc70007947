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
"""A few lines of aliases of aliases can make billions, and Pulumi refuses them (gopkg.in/yaml.v3, decode.go)."""
_MOST_CHARACTERS = 64 * 2**20
_STANDARD = "tag:yaml.org,2002:"

# Plain values as Pulumi reads them (gopkg.in/yaml.v3, resolve.go): `yes` and `12:30` are text, and `2025-01-31` becomes
# text (of another form, which matters to no setting).
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
"""Of numbers that fit into 64 bits, in any base."""
_LONGEST_KEY = 1000
"""Characters; without a `?` before it, YAML itself takes 1024."""


@dataclass(frozen=True, order=True)
class Mistake:
    """Something wrong at a place of a file."""

    file: Path
    line: int
    says: str


@dataclass
class Document:
    """What a file says."""

    file: Path
    content: object = None
    lines: dict[tuple[str, ...], int] = field(default_factory=dict[tuple[str, ...], int])
    """The lines of keys and list items, by their paths."""
    mistakes: list[Mistake] = field(default_factory=list[Mistake])


def read_yaml(file: Path) -> Document:
    """Read a file; what is no YAML is a mistake."""
    found = Document(file)
    try:
        node, nodes = compose(decode(read_file(file, MOST_BYTES)))
        found.content = _Reader(found, max(_FEW_VALUES, 10 * nodes)).value(node, ()) if node else None
    except YamlError as error:
        found.mistakes.append(Mistake(file, error.line, str(error)))
    except InputError as error:
        found.mistakes.append(Mistake(file, 1, str(error)))
    return found


class _Reader:
    """Makes values of nodes, and keeps their lines."""

    def __init__(self, into: Document, most: int) -> None:
        self.into = into
        self.most = min(most, MOST_VALUES)
        self.open: set[int] = set()
        """The ids of the nodes that are being read."""
        self.values = 0
        self.characters = 0
        self.pairs: dict[int, _Pairs] = {}
        """By the id of a mapping's node, for all aliases of it."""

    def value(self, node: Node, path: tuple[str, ...]) -> object:
        if node.kind == "scalar":
            return self._scalar(node)
        if not self._enter(node):
            return None
        if node.kind == "list":
            found: object = [self._item(str(at), each.line, each, path) for at, each in enumerate(node.children)]
        else:
            found = {key: self._item(key, line, each, path) for key, (line, each) in self._pairs_of(node).items()}
        self.open.remove(id(node))
        return found

    def _enter(self, node: Node) -> bool:
        if id(node) in self.open:
            self._mistake(node.line, "refers to itself")
            return False
        if len(self.open) == MOST_LEVELS:
            raise YamlError(node.line, "cannot be read: its aliases nest it too deeply")
        self.open.add(id(node))
        return True

    def _item(self, key: str, line: int, node: Node, path: tuple[str, ...]) -> object:
        self._count(line)
        inner = (*path, key)
        self.into.lines[inner] = line
        return self.value(node, inner)

    def _count(self, line: int) -> None:
        self.values += 1
        if self.values > self.most:
            raise YamlError(line, f"cannot be read: its aliases make more than {self.most} values of it")

    # Mappings

    def _pairs_of(self, node: Node) -> _Pairs:
        """What a mapping says, by key: what is merged into it comes first, so that its own keys take its place."""
        if id(node) not in self.pairs:
            merged: _Pairs = {}
            own: _Pairs = {}
            for key, value in zip(node.children[::2], node.children[1::2], strict=True):
                if key.kind != "scalar":
                    self._mistake(key.line, "is not text and cannot be a key")
                    continue
                name = self._key(key)
                if name in own:
                    self._mistake(key.line, f"`{name}` is already on line {own[name][0]}; remove one of the two")
                own[name] = key.line, value
            if _MERGE in own and any(key.text == _MERGE and key.is_plain for key in node.children[::2]):
                self._merge(*own.pop(_MERGE), merged)
            self.pairs[id(node)] = {**merged, **own}
        return self.pairs[id(node)]

    def _merge(self, line: int, value: Node, into: _Pairs) -> None:
        for each in value.children if value.kind == "list" else [value]:
            if each.kind != "mapping":
                self._mistake(line, "is not YAML: `<<` takes a mapping, or a list of mappings")
            elif self._enter(each):
                for name, pair in self._pairs_of(each).items():
                    self._count(line)
                    into.setdefault(name, pair)
                self.open.remove(id(each))

    def _key(self, node: Node) -> str:
        """Keys are text, as values of JSON are, whatever YAML makes of them: `2024` is `"2024"`."""
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
            raise YamlError(
                node.line, f"cannot be read: its aliases make more than {_MOST_CHARACTERS} characters of it"
            )
        if node.is_plain:
            return _plain(node.text)
        tag = (node.tag or "").removeprefix(_STANDARD)
        try:
            return _TAGGED[tag](node.text) if tag in _TAGGED and tag != node.tag else node.text
        except ValueError:
            says = f"is not YAML: {node.text[:40]!r} is tagged `!!{tag}` but is not one; remove the tag"
            self._mistake(node.line, says)
            return None

    def _mistake(self, line: int, says: str) -> None:
        self.into.mistakes.append(Mistake(self.into.file, line, says))


_Pairs = dict[str, tuple[int, Node]]
"""Values and the lines of their keys."""


def _plain(text: str) -> object:
    """A value that its text decides about. Pulumi hands it on as JSON, which knows one kind of number."""
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
        found = int(digits, base) if len(digits) < _MOST_DIGITS else None
    except ValueError:
        return text  # `0x_` only looks like one
    if found is None or found >= 2**64:
        return _number(text) if base == 10 else text
    return -found if text.startswith("-") else found


def _number(text: str) -> object:
    found = float(text.replace("_", ""))
    if not math.isfinite(found):
        return text
    return int(found) if found.is_integer() and abs(found) < 2**64 else found


def _as(kind: type | tuple[type, ...]) -> Callable[[str], object]:
    def parse(text: str) -> object:
        found = _plain(text)
        if not isinstance(found, kind) or (isinstance(found, bool) and kind is not bool):
            raise ValueError(text)
        return found

    return parse


def _timestamp(text: str) -> object:
    if not _TIMESTAMP.fullmatch(text):
        raise ValueError(text)
    return text


def _binary(text: str) -> object:
    return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")


# What a tag makes of a text; other tags leave it as it is (gopkg.in/yaml.v3, resolve.go).
_TAGGED: dict[str, Callable[[str], object]] = {
    "null": _as(type(None)),
    "bool": _as(bool),
    "int": _as(int),
    "float": _as((int, float)),
    "timestamp": _timestamp,
    "binary": _binary,
}


def mapping(given: Any) -> dict[str, object]:
    """What is a mapping; anything else has nothing in it."""
    return cast("dict[str, object]", given) if isinstance(given, dict) else {}
