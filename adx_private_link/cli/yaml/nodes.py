"""The nodes of a YAML text, composed from the parser's events within limits, so that no text crashes or hangs it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    StreamEndEvent,
)
from yaml.reader import Reader

# PyYAML's own composers recurse, the one of libyaml without a limit: 40 KB of `[` end the process (yaml/pyyaml#671).
# The parsers below them keep their state on the heap.
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # with or without libyaml

MOST_LEVELS = 100
MOST_VALUES = 400_000
"""More values than any stack has."""
_MOST_DIRECTIVES = 100
"""libyaml compares each directive with all directives before it."""


class YamlError(ValueError):
    """The error about a text that cannot be read, with its line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True, eq=False)
class Node:
    """A YAML value as it is written."""

    line: int
    kind: Literal["scalar", "list", "mapping"]
    text: str = ""
    tag: str | None = None
    """As it is written in the text, without abbreviation: `tag:yaml.org,2002:int`."""
    is_plain: bool = False
    """Whether the scalar has neither quotes nor a tag, so that its text determines its type."""
    children: list[Node] = field(default_factory=list["Node"])
    """The items of a list; the keys and values of a mapping in turn."""


def compose(text: str) -> tuple[Node | None, int]:
    """
    Return the root node of the first document and the number of nodes in it; None for a text without document.

    An alias becomes the node that it refers to.

    Raises:
        YamlError: The text is not YAML, or exceeds a limit.
    """
    if control := Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise YamlError(line, f"is not YAML: has the control character {control[0]!r}")
    if sum(1 for _ in re.finditer("^%", text, re.MULTILINE)) > _MOST_DIRECTIVES:
        raise YamlError(1, f"cannot be read: more than {_MOST_DIRECTIVES} lines begin with `%`, as directives do")
    parser = _Parser(text)
    try:
        composer = _Composer()
        return composer.compose(parser), composer.nodes
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = ", ".join(filter(None, [error.context, error.problem]))
        raise YamlError(mark.line + 1 if mark else 1, f"is not YAML: {reason}") from None
    finally:
        parser.dispose()


def _line_of(event: Event) -> int:
    """Return the line on which an event starts, counted from 1."""
    assert event.start_mark is not None, "only events that no parser created lack a mark"
    return event.start_mark.line + 1


class _Composer:
    def __init__(self) -> None:
        self.root: Node | None = None
        self.open: list[Node] = []
        self.anchors: dict[str, Node] = {}
        self.nodes = 0

    def compose(self, parser: Any) -> Node | None:
        while True:
            event = parser.get_event()
            match event:
                case ScalarEvent():
                    is_plain = bool(event.implicit[0]) and event.tag is None
                    self._add(event, Node(_line_of(event), "scalar", event.value, event.tag, is_plain))
                case AliasEvent():
                    self._put(_line_of(event), self._find_anchored(event))
                case CollectionStartEvent():
                    kind = "mapping" if isinstance(event, MappingStartEvent) else "list"
                    node = Node(_line_of(event), kind)
                    self._add(event, node)
                    self.open.append(node)
                    if len(self.open) > MOST_LEVELS:
                        raise YamlError(node.line, "cannot be read: it is nested too deeply")
                case CollectionEndEvent():
                    self.open.pop()
                case DocumentEndEvent() | StreamEndEvent() | None:
                    # Pulumi reads only the first document.
                    return self.root
                case _:
                    pass

    def _add(self, event: Any, node: Node) -> None:
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        self._put(node.line, node)

    def _put(self, line: int, node: Node) -> None:
        self.nodes += 1
        if self.nodes > MOST_VALUES:
            raise YamlError(line, f"cannot be read: it has more than {MOST_VALUES} values")
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node

    def _find_anchored(self, event: Any) -> Node:
        node = self.anchors.get(event.anchor)
        if node is None:
            raise YamlError(_line_of(event), f"is not YAML: found undefined alias {event.anchor[:40]!r}")
        return node
