"""The policies of a policy file, checked on what the settings of a stack alone decide."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...policies.evaluation import Violation, find_violations
from ...policies.planned import planned_resources
from ...policies.policy_file import ActiveRule, parse_policies
from ...problems import Problem
from ...untrusted import InputError, parse_json, read_file
from ..errors import CommandError
from ..pulumi.stack_files import PREFIX
from .stack_file import CheckedStack, without_placeholders


def read_policies(file: Path) -> list[ActiveRule]:
    """
    Read a policy file.

    Raises:
        CommandError: It cannot be read, or has problems; all of them are in the message.
    """
    try:
        rules = parse_policies(parse_json(read_file(file), unique_keys=True))
    except InputError as error:
        raise CommandError(f"{file} is no policy file: it {error}.") from None
    problems = [rule for rule in rules if isinstance(rule, Problem)]
    if problems:
        raise CommandError("\n".join(f"{file}: {problem.line}" for problem in problems))
    return [rule for rule in rules if isinstance(rule, ActiveRule)]


def check_policies(stack: CheckedStack, rules: Sequence[ActiveRule]) -> None:
    """Add the violations of a stack without mistakes: mandatory rules give mistakes, advisory ones notes."""
    if stack.settings is None or stack.topology is None:
        return
    resources = [*planned_resources(stack.settings, stack.topology, stack.expected_kinds)]
    violations = [*find_violations(rules, resources)]
    mandatory = [_problem(violation) for violation in violations if violation.level == "mandatory"]
    stack.mistakes += stack.file.locate_problems(mandatory)
    advisory = [_problem(violation) for violation in violations if violation.level == "advisory"]
    stack.notes += [
        f"{mistake.file.name}:{mistake.line}: {mistake.message}" for mistake in stack.file.locate_problems(advisory)
    ]


def _problem(violation: Violation) -> Problem:
    rule, resource = violation.rule, violation.resource
    message = f"{resource.name} {violation.message} (policy {rule.name})"
    return without_placeholders(Problem(f"{PREFIX}{resource.setting}", message, rule.remedy))
