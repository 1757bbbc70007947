"""Alerts on the real engine: they appear with what they watch, follow it, and end with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from azure_sandbox.azure import ResourceId

from .harness import Stack, expect_success
from .test_repair import crash, repair
from .watching import ACTION_GROUP, WORKSPACE, alerts, create_action_group, create_workspace
from .worlds import TWO_BY_TWO, one_and_red

SERVICE_ALERT = "MetricAlert one.engine.alert"
ENDPOINT_ALERT = "MetricAlert one.red.engine.alert"
ALERTS = {
    *(f"MetricAlert one.{role}.alert" for role in ("engine", "ingestion")),
    *(f"MetricAlert one.red.{role}.alert" for role in ("engine", "ingestion")),
}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A stack whose first update created its alerts with everything else."""
    stack = Stack(tmp_path_factory.mktemp("alerts"), TWO_BY_TWO)
    create_action_group(stack.home.azure)
    stack.configure(**one_and_red(), alerts=alerts())
    expect_success(stack.up())
    return stack


def watched(stack: Stack) -> dict[str, dict[str, Any]]:
    """The properties of all alerts in Azure, by name."""
    found = [body for body in stack.world() if body["type"] == "Microsoft.Insights/metricAlerts"]
    return {body["name"]: body["properties"] for body in found}


def test_each_service_and_each_endpoint_has_an_alert(stack: Stack) -> None:
    found = watched(stack)
    assert sorted(found) == [
        "pe-one-engine-red-no-traffic",
        "pe-one-ingestion-red-no-traffic",
        "pls-one-engine-nat-ports",
        "pls-one-ingestion-nat-ports",
    ]
    service = found["pls-one-engine-nat-ports"]
    assert service["actions"] == [{"actionGroupId": ACTION_GROUP}]
    assert service["scopes"][0].endswith("/privateLinkServices/pls-one-engine")
    assert service["criteria"]["allOf"][0]["threshold"] == 80
    endpoint = found["pe-one-engine-red-no-traffic"]
    assert [condition["metricName"] for condition in endpoint["criteria"]["allOf"]] == ["PEBytesIn", "PEBytesOut"]
    assert (endpoint["windowSize"], endpoint["evaluationFrequency"]) == ("P1D", "PT1H")


def test_another_update_and_a_refresh_change_nothing(stack: Stack) -> None:
    """Azure's answers must not look like drift."""
    expect_success(stack.up("--expect-no-changes"))
    refreshed = expect_success(stack.refresh())
    assert not [operation for operation in refreshed.operations if "MetricAlert" in operation]
    expect_success(stack.preview("--expect-no-changes"))


def test_a_replaced_service_takes_its_alerts_along(stack: Stack) -> None:
    """Azure changes no alert whose scope is gone: the alert is deleted first, and created last."""
    settings = one_and_red()
    settings["clusters"]["one"]["services"] = {"engine": {"frontend": "spare"}}
    stack.configure(**settings, alerts=alerts())
    run = expect_success(stack.up(preview=True))
    assert run.preview
    assert set(run.preview.operations) == set(run.operations), "the preview is the update"
    order = [operation for operation in run.operations if "PrivateLinkService one" in operation or "Alert" in operation]
    assert order.index(f"delete-replaced {SERVICE_ALERT}") < order.index(
        "delete-replaced PrivateLinkService one.engine"
    )
    assert order.index("create-replacement PrivateLinkService one.engine") < order.index(
        f"create-replacement {SERVICE_ALERT}"
    )
    assert f"create-replacement {ENDPOINT_ALERT}" in run.operations, "its endpoint is replaced, too"
    assert not [operation for operation in run.operations if "ingestion" in operation]
    expect_success(stack.up("--expect-no-changes"))


def test_a_renamed_service_takes_its_alert_along(stack: Stack) -> None:
    """The old alert would watch a service that is gone."""
    settings = one_and_red()
    settings["clusters"]["one"]["services"] = {"engine": {"frontend": "spare", "name": "pls-queries"}}
    stack.configure(**settings, alerts=alerts())
    expect_success(stack.up())
    found = watched(stack)
    assert "pls-one-engine-nat-ports" not in found
    assert found["pls-queries-nat-ports"]["scopes"][0].endswith("/pls-queries")
    expect_success(stack.up("--expect-no-changes"))


def test_a_changed_threshold_is_an_update_and_nothing_else(stack: Stack) -> None:
    settings = one_and_red()
    settings["clusters"]["one"]["services"] = {"engine": {"frontend": "spare", "name": "pls-queries"}}
    stack.configure(**settings, alerts=alerts(services={"nat_ports_percent": 60, "severity": 1}))
    run = expect_success(stack.up(preview=True))
    assert sorted(run.operations) == sorted(f"update MetricAlert one.{role}.alert" for role in ("engine", "ingestion"))
    assert run.preview
    assert sorted(run.preview.operations) == sorted(run.operations)
    alert = watched(stack)["pls-queries-nat-ports"]
    assert (alert["severity"], alert["criteria"]["allOf"][0]["threshold"]) == (1, 60)


def test_a_missing_action_group_is_reported_before_anything_is_done(stack: Stack) -> None:
    """Azure would reject each alert in the middle of the update."""
    stack.configure(**one_and_red(), alerts=alerts(action_group_id=f"{ACTION_GROUP}-gone"))
    run = stack.up(preview=True)
    assert not run.succeeded
    assert "adx-private-link:alerts.action_group_id" in run.output
    assert "does not exist in Azure" in run.output
    assert not run.operations


def test_without_the_section_the_alerts_end(stack: Stack) -> None:
    stack.configure(**one_and_red())
    expect_success(stack.up())
    assert watched(stack) == {}
    assert stack.home.azure.get(ResourceId.parse(ACTION_GROUP)), "it is not this stack's"
    stack.configure(**one_and_red(), alerts=alerts())
    expect_success(stack.up())
    assert len(watched(stack)) == len(ALERTS)


def test_destroy_leaves_nothing_behind(stack: Stack) -> None:
    expect_success(stack.destroy())
    assert watched(stack) == {}


def test_nothing_watches_an_endpoint_without_names(tmp_path: Path) -> None:
    """An endpoint that waits for its owner carries no traffic: its alert would fire every day."""
    stack = Stack(tmp_path, TWO_BY_TWO)
    create_action_group(stack.home.azure)
    settings = one_and_red()
    settings["consumers"]["red"]["approval"] = "elsewhere"
    stack.configure(**settings, alerts=alerts())
    expect_success(stack.up())
    assert sorted(watched(stack)) == ["pls-one-engine-nat-ports", "pls-one-ingestion-nat-ports"]


@pytest.mark.parametrize("on", ["PUT */metricAlerts/pls-one-engine-nat-ports", "PUT */diagnosticSettings/*"])
def test_repair_imports_what_a_killed_update_created(tmp_path: Path, on: str) -> None:
    """Otherwise the next update fails on alerts and settings that exist already."""
    stack = Stack(tmp_path, TWO_BY_TWO)
    create_action_group(stack.home.azure)
    create_workspace(stack.home.azure)
    settings = one_and_red()
    settings["clusters"]["one"]["diagnostics"] = {"workspace_id": WORKSPACE}
    stack.configure(**settings, alerts=alerts())
    crash(stack, "kills-engine", on)
    code, output = repair(stack, "--yes")
    assert code == 0, output
    assert "import" in output
    expect_success(stack.up())
    expect_success(stack.up("--expect-no-changes"))
    assert len(watched(stack)) == len(ALERTS)
