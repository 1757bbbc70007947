"""The policy file: one form for Pulumi and for `check`, and all of its problems at once."""

from __future__ import annotations

import pytest

from adx_private_link.policies.policy_file import ActiveRule, default_rules, parse_policies
from adx_private_link.policies.rules import RULES
from adx_private_link.problems import Problem


def parse(content: object) -> dict[str, ActiveRule]:
    rules = parse_policies(content)
    assert all(isinstance(rule, ActiveRule) for rule in rules), rules
    return {rule.rule.name: rule for rule in rules if isinstance(rule, ActiveRule)}


def problems(content: object) -> list[tuple[str, str]]:
    return [(found.path, found.message) for found in parse_policies(content) if isinstance(found, Problem)]


def test_an_empty_file_has_the_rules_with_their_own_levels() -> None:
    rules = parse({})
    assert [*rules.values()] == default_rules()
    assert [*rules] == [rule.name for rule in RULES]


def test_a_level_and_parameters_are_set_for_each_rule() -> None:
    """The two forms that Pulumi takes."""
    rules = parse({"services-locked": "mandatory", "record-ttl": {"enforcementLevel": "advisory", "seconds": 60}})
    assert rules["services-locked"].level == "mandatory"
    assert rules["record-ttl"].level == "advisory"
    assert rules["record-ttl"].rule.model_dump(exclude_defaults=True) == {"seconds": 60}


def test_all_sets_the_level_of_the_others() -> None:
    """A team that begins wants to see violations before they stop it."""
    rules = parse({"all": "advisory", "required-tags": {"names": ["owner"]}, "naming": "disabled"})
    assert {rule.level for name, rule in rules.items() if name != "naming"} == {"advisory"}
    assert rules["naming"].level == "disabled"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([], [("policies", "is not a mapping")]),
        ({"reqired-tags": {}}, [("reqired-tags", "is not a rule")]),
        ({"record-ttl": "strict"}, [("record-ttl", "is not a level")]),
        ({"all": {"enforcementLevel": "strict"}}, [("all.enforcementLevel", "is not a level")]),
        (
            {"record-ttl": {"second": 60}, "required-tags": {"names": "owner"}, "naming": {"services": "("}},
            [
                ("record-ttl.second", "is not a setting"),
                ("required-tags.names", "is not a list"),
                (
                    "naming.services",
                    "is no regular expression: missing ), unterminated subpattern at position 0",
                ),
            ],
        ),
        (
            {"endpoint-subnets": {"subnets": ["/"]}, "visibility-within-list": {"subscriptions": ["prod"]}},
            [
                ("visibility-within-list.subscriptions.0", "is not a subscription id"),
                ("endpoint-subnets.subnets.0", "is not the id of a subscription or of something in one"),
            ],
        ),
        (
            {"services-locked": {"exempt": {"adx.engine": " "}}, "record-ttl": {"exempt": ["adx@zone"]}},
            [("services-locked.exempt.adx.engine", "is empty"), ("record-ttl.exempt", "is not a mapping")],
        ),
        ({"record-ttl": {"seconds": 0}}, [("record-ttl.seconds", "is too small")]),
    ],
)
def test_problems_come_at_once(content: object, expected: list[tuple[str, str]]) -> None:
    """Pulumi reports one of them, and stops."""
    assert problems(content) == expected
