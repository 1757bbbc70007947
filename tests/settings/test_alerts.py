"""The settings of alerts, and their problems."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.program import parse
from adx_private_link.settings import parse_valid_settings

from ..samples.building import ELSEWHERE, GUEST, OWNER, small
from .parsing import only_parse_problem, parse_problems

GROUP = f"/subscriptions/{ELSEWHERE}/resourceGroups/monitoring/providers/Microsoft.Insights/actionGroups"


def with_alerts(**alerts: Any) -> dict[str, Any]:
    return {**small(), "alerts": {"action_group_id": f"{GROUP}/on call", "services": {}, **alerts}}


def test_the_subscription_of_the_action_group_is_read() -> None:
    """The program needs a provider there to find out whether the group exists."""
    assert parse(with_alerts()).subscriptions == [OWNER, GUEST, ELSEWHERE]


def test_the_settings_of_one_cluster_keep_the_alerts() -> None:
    assert parse(with_alerts()).alone("myadx").alerts == parse(with_alerts()).alerts


@pytest.mark.parametrize(
    ("alerts", "path", "message"),
    [
        ({"services": None}, "alerts", "watches nothing"),
        ({"action_group_id": f"{GROUP}/a/b"}, "alerts.action_group_id", "is not the resource id of an action group"),
        ({"action_group_id": f"{GROUP}/dot."}, "alerts.action_group_id", "which Azure does not accept"),
        ({"services": {"severity": 5}}, "alerts.services.severity", "is too large"),
        ({"services": {"nat_ports_percent": 0}}, "alerts.services.nat_ports_percent", "is too small"),
        ({"services": {"nat_ports_percent": 99.5}}, "alerts.services.nat_ports_percent", "is not a whole number"),
        ({"endpoints": {"threshold": 1}}, "alerts.endpoints.threshold", "is not a setting"),
        ({"endpoints": "daily"}, "alerts.endpoints", "is not a mapping"),
    ],
)
def test_invalid_alerts_are_reported_once(alerts: dict[str, Any], path: str, message: str) -> None:
    problem = only_parse_problem(with_alerts(**alerts))
    assert problem.path == path
    assert message in problem.message


def test_a_missing_action_group_is_reported_once() -> None:
    problem = only_parse_problem({**small(), "alerts": {"services": {}}})
    assert (problem.path, problem.is_missing) == ("alerts.action_group_id", True)


def test_invalid_alerts_hide_no_other_problem() -> None:
    """Whether settings go together is checked without the alerts, which nothing refers to."""
    settings, problems = parse_valid_settings({**small(), "alerts": {"action_group_id": "x"}})
    assert settings
    assert [problem.path for problem in problems] == ["alerts.action_group_id"]
    assert (list(settings.clusters), settings.alerts) == (["myadx"], None)


def test_invalid_consumers_leave_the_alerts_valid() -> None:
    settings = with_alerts()
    settings["consumers"]["other"] = {}
    parsed, problems = parse_valid_settings(settings)
    assert parsed
    assert parsed.alerts
    assert {problem.path for problem in problems} == {"consumers.other.subnet_id", "consumers.other.dns"}


def test_problems_of_both_are_reported_together() -> None:
    settings: dict[str, Any] = {**with_alerts(services={"severity": 9}), "consumers": {"analytics": {}}}
    paths = [problem.path for problem in parse_problems(settings)]
    assert set(paths) == {"alerts.services.severity", "consumers.analytics.subnet_id", "consumers.analytics.dns"}
    assert len(paths) == len(set(paths))
