"""The evaluation of rules: which resources violate which of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .policy_file import ActiveRule
from .resources import PolicyResource
from .rule import Level, ResourceRule, Rule


@dataclass(frozen=True)
class Violation:
    """A resource that violates a rule."""

    rule: Rule
    level: Level
    resource: PolicyResource
    message: str
    """What is wrong, as the rest of a sentence about the resource."""

    @property
    def line(self) -> str:
        """The whole sentence, with the remedy."""
        return f"{self.resource.name} {self.message}; {self.rule.remedy}"


def find_violations(rules: Iterable[ActiveRule], resources: Sequence[PolicyResource]) -> Iterator[Violation]:
    """Yield the violations of all rules that are not disabled, rule by rule, without those of exempt resources."""
    for active in rules:
        if active.level == "disabled":
            continue
        if isinstance(active.rule, ResourceRule):
            found = (
                (resource, message)
                for resource in resources
                if resource.type in active.rule.types
                for message in active.rule.check(resource)
            )
        else:
            found = active.rule.check(resources)
        for resource, message in found:
            if not active.rule.exempts(resource.name):
                yield Violation(active.rule, active.level, resource, message)
