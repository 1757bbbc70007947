"""`docs/reference/sandbox-rules.md`: the rules of the sandbox, each with its source and the tests that hold it."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest

import azure_sandbox
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.azure.switches import Switch
from azure_sandbox.rules import Rule

_PROJECT = Path(__file__).parents[2]


def page() -> str:
    """The whole page. Raises `ValueError` where a rule has no test."""
    tests = _collect_tests()
    rules = _collect_rules()
    if untested := [rule.says for rules_of_module in rules.values() for rule in rules_of_module if rule not in tests]:
        raise ValueError(f"no test holds: {untested}")
    return "\n".join(_lines(rules, tests)) + "\n"


def _collect_rules() -> dict[str, list[Rule]]:
    """Collect the rules of each module, by the module's title."""
    rules_by_title: dict[str, list[Rule]] = {}
    for info in pkgutil.walk_packages(azure_sandbox.__path__, "azure_sandbox."):
        if info.name.endswith("__main__"):
            continue
        module = import_module(info.name)
        if rules := [vars(module)[name] for name in _constants(module) if isinstance(vars(module)[name], Rule)]:
            rules_by_title[_title(info.name, module.__doc__ or "")] = rules
    return rules_by_title


def _constants(module: ModuleType) -> list[str]:
    """The names that a module assigns, without those that it imports."""
    statements = ast.parse(inspect.getsource(module)).body
    targets = [target for statement in statements if isinstance(statement, ast.Assign) for target in statement.targets]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _title(name: str, doc: str) -> str:
    first = doc.strip().split("\n\n")[0]
    return f"`{name.removeprefix('azure_sandbox.')}`: {' '.join(first.split()).rstrip('.')}"


def _collect_tests() -> dict[Rule, set[str]]:
    """Collect the tests of every rule, without running them."""
    collected: dict[Rule, set[str]] = defaultdict(set)

    class Collector:
        def pytest_collection_finish(self, session: pytest.Session) -> None:
            for item in session.items:
                for marker in item.iter_markers("holds"):
                    for rule in marker.args:
                        collected[rule].add(item.nodeid.split("[")[0])

    output = StringIO()
    with redirect_stdout(output):
        arguments = ["--collect-only", "-qq", "-p", "no:cacheprovider", f"--rootdir={_PROJECT}"]
        code = pytest.main([*arguments, str(_PROJECT / "tests" / "sandbox")], [Collector()])
    if code != pytest.ExitCode.OK:
        raise ValueError(f"the tests cannot be collected:\n{output.getvalue()}")
    return collected


def _lines(rules: dict[str, list[Rule]], tests: dict[Rule, set[str]]) -> Iterator[str]:
    yield "# Rules of the sandbox"
    yield ""
    yield "This page is generated from the rules in the sandbox's code."
    yield "A test that claims to hold a rejection fails if it does not meet that rejection."
    yield "*Own choice* means that no public source settles the rule: Azure may behave differently."
    for title, rules_of_module in rules.items():
        yield ""
        yield f"## {title}"
        yield ""
        yield "| rule | answer | source | held by |"
        yield "|---|---|---|---|"
        for rule in rules_of_module:
            held = ", ".join(
                f"[{test.split('::')[1].removeprefix('test_')}](../../{test.split('::')[0]})"
                for test in sorted(tests[rule])
            )
            yield f"| {_cell(rule.says)} | {_format_answer(rule)} | {_cell(rule.source)} | {held} |"


def _format_answer(rule: Rule) -> str:
    match rule:
        case Rejection():
            return f"{rule.status} `{rule.code}`"
        case Switch():
            return "; ".join(f"`{rule.name} {value}`: {effect}" for value, effect in rule.values.items())
        case _:
            return ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
