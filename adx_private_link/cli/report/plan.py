"""What `pulumi preview --json --show-sames` says of one stack, resource by resource."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from pydantic import ValidationError

from ...untrusted import InputError, parse_json
from ..pulumi.preview import Diagnostic, Preview, Step
from .change import Change, Doing
from .renames import Renames, merged

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


@dataclass(frozen=True)
class StackPlan:
    """What an update would do with one stack."""

    stack: str
    changes: dict[str, Change]
    """By URN, with each object whose key was renamed as one that is replaced."""
    renames: Renames
    planned: tuple[Change, ...]
    """The same as the engine plans it."""
    messages: tuple[Diagnostic, ...]
    is_preview: bool = True
    """Whether it was read from a preview at all."""

    @property
    def has_failed(self) -> bool:
        """Whether the preview has ended early: then nothing is known of what it did not come to."""
        return any(each.severity == "error" for each in self.messages)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many resources an update would create, update, replace, delete and leave as they are."""
        return Counter(each.doing for each in self.planned if each.kind != "Stack")

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
    urns = [each.urn for each in preview.steps]
    stack = "/".join(reversed(urns[0].removeprefix("urn:pulumi:").split("::")[:2])) if urns else source
    told = sum(each.op == "same" for each in preview.steps)
    if (not urns and not preview.diagnostics) or preview.change_summary.get("same", 0) > told:
        return _failed(
            stack, "The preview was printed without `--show-sames`: what stays is not in it, nor whose it is."
        )
    changes = _changes(preview.steps)
    return StackPlan(stack, *merged(changes), tuple(changes.values()), tuple(preview.diagnostics))


def _failed(stack: str, message: str) -> StackPlan:
    messages = (Diagnostic(message=message, severity="error"),)
    return StackPlan(stack, {}, Renames(), (), messages, is_preview=False)


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
