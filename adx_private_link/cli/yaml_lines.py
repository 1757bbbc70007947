"""Reads YAML as Pulumi does, and tells on which line everything stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import Reader

_Base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # with or without libyaml

# Plain values as Pulumi reads them (gopkg.in/yaml.v3): `yes` and `12:30` are text, and `2025-01-31` becomes text (of
# another form, which matters to no setting). PyYAML takes them for a switch, a number and a date, and tags that say so
# would be refused. (tag, pattern, with what it begins)
_PLAIN = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("int", r"[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|0|[1-9][0-9_]*)", [*"-+0123456789"]),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", [*"-+.0123456789"]),
    ("merge", r"<<", ["<"]),
)

_MOST_VALUES = 400_000
"""No stack has as many; a few lines of aliases of aliases can make billions, and Pulumi refuses them."""


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for tag, pattern, beginnings in _PLAIN:
        for each in beginnings:
            found.setdefault(each, []).append((f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{pattern})\Z")))
    return found


class _Loader(_Base):
    yaml_implicit_resolvers = _resolvers()


def _plain_text(loader: Any, node: Node) -> object:
    """`!anything text` is the text, to Pulumi."""
    return loader.construct_scalar(node)


def _number(loader: Any, node: ScalarNode) -> object:
    try:
        return loader.construct_yaml_int(node)
    except ValueError:
        return node.value  # `0x_` only looks like one


_Loader.add_constructor("tag:yaml.org,2002:int", _number)
_Loader.add_constructor(None, _plain_text)  # pyright: ignore[reportArgumentType] - None stands for all other tags


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


def read(file: Path) -> Document:
    """Read a file; what is no YAML is a mistake."""
    found = Document(file)
    try:
        text = file.read_text(encoding="utf-8-sig")
        if control := Reader.NON_PRINTABLE.search(text):
            line = text.count("\n", 0, control.start()) + 1
            found.mistakes.append(Mistake(file, line, f"is no YAML: has the control character {control[0]!r}"))
            return found
        loader = _Loader(text)
        try:
            # Others may follow after a line `---`; Pulumi reads the first.
            node = loader.get_node() if loader.check_node() else None
            found.content = _Reader(loader, found).value(node, ()) if node else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        says = ", ".join(filter(None, [error.context, error.problem]))
        found.mistakes.append(Mistake(file, mark.line + 1 if mark else 1, f"is no YAML: {says}"))
    except RecursionError:
        found.mistakes.append(Mistake(file, 1, "cannot be read: it is nested too deeply"))
    except (yaml.YAMLError, ValueError, OSError) as error:
        found.mistakes.append(Mistake(file, 1, f"cannot be read: {error}"))
    return found


class _Reader:
    """Makes values of nodes, and keeps their lines."""

    def __init__(self, loader: Any, into: Document) -> None:
        self.loader = loader
        self.into = into
        self.open: list[Node] = []
        self.seen: set[Node] = set()

    def value(self, node: Node, path: tuple[str, ...]) -> object:
        if node in self.open:
            self._mistake(node, "refers to itself")
            return None
        self.open.append(node)
        try:
            match node:
                case MappingNode():
                    return {key: self._item(key, at, each, path) for key, at, each in self._pairs(node)}
                case SequenceNode():
                    return [self._item(str(number), each, each, path) for number, each in enumerate(node.value)]
                case _:
                    return self._scalar(node)
        finally:
            self.open.pop()

    def _item(self, key: str, at: Node, node: Node, path: tuple[str, ...]) -> object:
        if len(self.into.lines) >= _MOST_VALUES:
            raise yaml.YAMLError(f"its aliases make more than {_MOST_VALUES} values of it")
        inner = (*path, key)
        self.into.lines[inner] = at.start_mark.line + 1
        return self.value(node, inner)

    def _pairs(self, node: MappingNode) -> Iterator[tuple[str, Node, Node]]:
        """Keys, where they stand, and their values; what is merged in comes first, so that others take its place."""
        if node not in self.seen:  # an anchor is there for each of its aliases
            self.seen.add(node)
            self._check_keys(node)
        self.loader.flatten_mapping(node)
        for key, each in node.value:
            if isinstance(key, ScalarNode):
                yield self._key(key), key, each

    def _check_keys(self, node: MappingNode) -> None:
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, ScalarNode):
                self._mistake(key, "is no text, and cannot be a key")
            elif (name := self._key(key)) in lines:
                self._mistake(key, f"`{name}` is there already, on line {lines[name]}: remove one of them")
            else:
                lines[name] = key.start_mark.line + 1

    def _key(self, node: ScalarNode) -> str:
        """Keys are text, as values of JSON are, whatever YAML makes of them: `2024` is `"2024"`."""
        match self._scalar(node):
            case None:
                return "<nil>"  # as Pulumi writes it
            case bool() as switch:
                return str(switch).lower()
            case value:
                return str(value)

    def _scalar(self, node: Node) -> object:
        found: object = self.loader.construct_object(node)
        # Pulumi hands values on as JSON, which knows one kind of number.
        return int(found) if isinstance(found, float) and found.is_integer() else found

    def _mistake(self, node: Node, says: str) -> None:
        self.into.mistakes.append(Mistake(self.into.file, node.start_mark.line + 1, says))


def mapping(given: Any) -> dict[str, object]:
    """What is a mapping; anything else has nothing in it."""
    return cast("dict[str, object]", given) if isinstance(given, dict) else {}
