"""What `pulumi preview --json --show-sames` says of one stack, resource by resource."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast

from pydantic import ValidationError

from ...untrusted import InputError, parse_json
from ..stack_state import Diagnostic, Preview, Resource, Step, is_unknown

Doing = Literal["same", "import", "create", "update", "replace", "delete"]

_COMPONENT = "adxPrivateLink:index:"
_DOING: dict[str, Doing] = {
    "import": "import",
    "create": "create",
    "update": "update",
    "replace": "replace",
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import-replacement": "replace",
    "delete": "delete",
    "discard": "delete",
}
"""What the engine's operations come to; all others, such as a refresh, touch nothing."""


class Unknown:
    """A value that only the update will tell."""


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Change:
    """What an update would do with one resource."""

    urn: str
    doing: Doing
    before: Resource | None
    after: Resource | None
    paths: tuple[str, ...]
    """The properties that differ."""
    reasons: tuple[str, ...]
    """The properties, by their first names, for which it is replaced; none where it follows another resource."""

    @property
    def type(self) -> str:
        return self.urn.split("::")[2].rsplit("$", 1)[-1]

    @property
    def kind(self) -> str:
        """The last part of its type: `PrivateEndpoint`."""
        return "provider" if self.type.startswith("pulumi:providers:") else self.type.rsplit(":", 1)[-1]

    @property
    def is_ours(self) -> bool:
        """Whether it is one of this library's components, or lies in one."""
        return _COMPONENT in self.urn.split("::")[2]

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[-1]

    @property
    def parent(self) -> str:
        """The URN of the component that it lies in; of one that goes, where it was."""
        found = self.after or self.before
        return found.parent if found else ""

    @property
    def old_parent(self) -> str:
        return self.before.parent if self.before else ""

    @property
    def goes(self) -> bool:
        """Whether what is there now will be gone."""
        return self.doing in ("delete", "replace")

    @property
    def comes(self) -> bool:
        """Whether it is made."""
        return self.doing in ("create", "replace")

    def had(self, *path: str | int) -> object:
        """One of its inputs so far."""
        return at(self.before.inputs, *path) if self.before else None

    def has(self, *path: str | int) -> object:
        """One of its inputs after the update; `UNKNOWN`, where only that will tell."""
        return at(self.after.inputs, *path) if self.after else None

    def told(self, *path: str | int) -> object:
        """One of its outputs so far."""
        return at(self.before.outputs, *path) if self.before else None

    def input(self, *path: str | int) -> object:
        """One of its inputs: after the update, or of what goes."""
        return self.has(*path) if self.after else self.had(*path)


@dataclass(frozen=True)
class StackPlan:
    """What an update would do with one stack."""

    stack: str
    changes: dict[str, Change]
    """By URN."""
    messages: tuple[Diagnostic, ...]

    @property
    def has_failed(self) -> bool:
        """Whether the preview has ended early: then nothing is known of what it did not come to."""
        return any(each.severity == "error" for each in self.messages)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many resources an update would create, update, replace, delete and leave as they are."""
        return Counter(each.doing for each in self.changes.values() if each.kind != "Stack")

    def of(self, kind: str) -> list[Change]:
        """This library's resources of a kind."""
        return self._by_kind.get(kind, [])

    def below(self, parent: Change, kind: str) -> list[Change]:
        """The resources of a kind in a component."""
        return [each for each in self._by_parent.get(parent.urn, []) if each.kind == kind]

    @cached_property
    def _ours(self) -> list[Change]:
        return [each for each in self.changes.values() if each.is_ours]

    @cached_property
    def _by_kind(self) -> dict[str, list[Change]]:
        return _grouped(self._ours, lambda each: each.kind)

    @cached_property
    def _by_parent(self) -> dict[str, list[Change]]:
        return _grouped(self._ours, lambda each: each.parent)


def _grouped(changes: Iterable[Change], key: Callable[[Change], str]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for each in changes:
        found.setdefault(key(each), []).append(each)
    return found


def read_plan(content: bytes, source: str) -> StackPlan:
    """
    Read what a preview has printed; `source` names it, where it does not say its stack itself.

    A preview that has printed nothing of use has failed: then that is what there is to tell.
    """
    try:
        # The words of programs may be in any encoding.
        preview = Preview.model_validate(parse_json(content, errors="replace"))
    except (InputError, ValidationError):
        said = "nothing" if not content.strip() else "something else than `pulumi preview --json --show-sames` prints"
        return _failed(source, f"The preview has printed {said}: look at what the job says.")
    urns = [each.urn for each in preview.steps if each.urn.count("::") >= 3]
    stack = "/".join(reversed(urns[0].removeprefix("urn:pulumi:").split("::")[:2])) if urns else source
    told = sum(each.op == "same" for each in preview.steps)
    if (not urns and not preview.diagnostics) or preview.change_summary.get("same", 0) > told:
        return _failed(
            stack, "The preview was printed without `--show-sames`: what stays is not in it, nor whose it is."
        )
    return StackPlan(stack, _changes(preview.steps), tuple(preview.diagnostics))


def _failed(stack: str, message: str) -> StackPlan:
    return StackPlan(stack, {}, (Diagnostic(message=message, severity="error"),))


def _changes(steps: Iterable[Step]) -> dict[str, Change]:
    by_urn: dict[str, list[Step]] = {}
    for each in steps:
        if each.new_state or each.old_state:
            by_urn.setdefault(each.urn, []).append(each)
    # By name: the engine's own order is another one each time.
    ordered = sorted(by_urn, key=lambda urn: (urn.rsplit("::", 1)[-1], urn))
    return {urn: _change(urn, by_urn[urn]) for urn in ordered}


def _change(urn: str, steps: list[Step]) -> Change:
    """One resource's steps: a replacement may be told in one, or in its parts, and after a refresh."""
    doings: set[Doing] = {_DOING[each.op] for each in steps if each.op in _DOING}
    doing: Doing = "replace" if len(doings) > 1 else doings.pop() if doings else "same"
    telling = [each for each in steps if each.op in (*_DOING, "same")] or steps
    before = next((each.old_state for each in telling if each.old_state), None)
    after = next((each.new_state for each in telling if each.new_state), None)
    return Change(
        urn,
        doing,
        None if doing in ("create", "import") else before,
        None if doing == "delete" else after or before,
        tuple(sorted({path for each in telling for path in each.detailed_diff or {}})),
        tuple(sorted({re.split(r"[.\[]", path)[0] for each in telling for path in each.replace_reasons or ()})),
    )


def at(value: object, *path: str | int) -> object:
    """What JSON has at a path; None where it has nothing there, `UNKNOWN` where only the update will tell."""
    for part in path:
        if is_unknown(value):
            return UNKNOWN
        match value, part:
            case dict(), str():
                value = cast("dict[str, object]", value).get(part)
            case list(), int() if part < len(cast("list[object]", value)):
                value = cast("list[object]", value)[part]
            case _:
                return None
    return UNKNOWN if is_unknown(value) else value


def items(value: object) -> list[object]:
    """The items of a list; of anything else, none."""
    return cast("list[object]", value) if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """The strings of a list; a secret one, or one that is not known, is none."""
    return [each for each in items(value) if isinstance(each, str) and not is_unknown(each)]


def text(value: object) -> str | None:
    """A string that is known, and no secret."""
    return value if isinstance(value, str) and not is_unknown(value) else None


def last(id: object) -> str:
    """What an id ends with: the name."""
    return str(id).rsplit("/", 1)[-1]


def subscription_of(id: object) -> str:
    """The subscription in an id, or nothing."""
    parts = str(id).split("/")
    return parts[2].lower() if len(parts) > 2 else ""
