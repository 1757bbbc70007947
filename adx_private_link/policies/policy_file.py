"""The policy file: levels and parameters of rules, in the form that `pulumi --policy-pack-config` takes."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast, get_args

from pydantic import ValidationError

from ..problems import Problem
from ..settings.problems import describe_errors
from .rule import Level, ResourceRule, StackRule
from .rules import RULES

_ALL = "all"
"""The key for the level of all rules that have none of their own in the file."""
LEVEL = "enforcementLevel"
"""The key of a rule's level, beside its parameters."""
_LEVELS: tuple[str, ...] = get_args(Level)


@dataclass(frozen=True)
class ActiveRule:
    """A rule with its parameters, and its level."""

    rule: ResourceRule | StackRule
    level: Level


def default_rules() -> list[ActiveRule]:
    """Return all rules with their own levels and parameters."""
    return [ActiveRule(rule(), rule.level) for rule in RULES]


def parse_policies(content: object) -> list[ActiveRule] | list[Problem]:
    """
    Parse the content of a policy file: by rule, a level, or `enforcementLevel` and parameters.

    Rules that the file does not name have their own level, or that of `all`.

    Returns:
        All rules, those that are disabled too; or every problem of the file at once.
    """
    if not isinstance(content, Mapping):
        remedy = 'write an object with the names of rules: {"record-ttl": {"seconds": 300}}'
        return [Problem("policies", "is not a mapping", remedy)]
    entries = cast("Mapping[str, object]", content)
    problems: list[Problem] = [*_unknown_names(entries)]
    of_all = _level_of(_ALL, entries.get(_ALL), problems)
    active: list[ActiveRule] = []
    for rule in RULES:
        entry = entries.get(rule.name)
        level = _level_of(rule.name, entry, problems) or of_all or rule.level
        parameters = {**cast("Mapping[str, object]", entry)} if isinstance(entry, Mapping) else {}
        parameters.pop(LEVEL, None)
        try:
            active.append(ActiveRule(rule.model_validate(parameters), level))
        except ValidationError as error:
            problems += describe_errors(error.errors(), rule, f"{rule.name}.")
    return problems or active


def _unknown_names(entries: Mapping[str, object]) -> Iterator[Problem]:
    known = [_ALL, *(rule.name for rule in RULES)]
    for name in entries:
        if name not in known:
            similar = difflib.get_close_matches(name, known, n=1)
            question = f"did you mean `{similar[0]}`? " if similar else ""
            yield Problem(name, "is not a rule", f"{question}Known: {', '.join(known)}")


def _level_of(name: str, entry: object, problems: list[Problem]) -> Level | None:
    """Return the level of an entry of the file; None where it has none, or a problem."""
    is_mapping = isinstance(entry, Mapping)
    level = cast("Mapping[str, object]", entry).get(LEVEL) if is_mapping else entry
    if level is None:
        return None
    if level not in _LEVELS:
        path = f"{name}.{LEVEL}" if is_mapping else name
        problems.append(Problem(path, "is not a level", f"write one of {', '.join(_LEVELS)}", level))
        return None
    return cast("Level", level)
