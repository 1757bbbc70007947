"""Diagnostic settings of clusters on the real engine: the cluster itself is never written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from azure_sandbox.azure import Json, ResourceId

from .harness import Stack, expect_success
from .watching import WORKSPACE, create_workspace
from .worlds import CLUSTER_ONE, TWO_BY_TWO, one_and_red

SETTING = "DiagnosticSetting one.diagnostics"


def settings(**diagnostics: Any) -> dict[str, Any]:
    written = one_and_red()
    written["clusters"]["one"]["diagnostics"] = {"workspace_id": WORKSPACE, **diagnostics}
    return written


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    stack = Stack(tmp_path_factory.mktemp("diagnostics"), TWO_BY_TWO)
    create_workspace(stack.home.azure)
    stack.configure(**settings())
    expect_success(stack.up())
    return stack


def read(stack: Stack) -> Json | None:
    """The properties of the cluster's only diagnostic setting."""
    found = [body["properties"] for body in stack.world() if body["type"] == "Microsoft.Insights/diagnosticSettings"]
    assert len(found) <= 1
    return found[0] if found else None


def test_all_logs_and_metrics_are_sent(stack: Stack) -> None:
    diagnostics = read(stack)
    assert diagnostics
    assert (diagnostics["workspaceId"], diagnostics["logAnalyticsDestinationType"]) == (WORKSPACE, "Dedicated")
    assert [log["categoryGroup"] for log in diagnostics["logs"]] == ["allLogs"]
    assert [metric["category"] for metric in diagnostics["metrics"]] == ["AllMetrics"]


def test_another_update_and_a_refresh_change_nothing(stack: Stack) -> None:
    """Azure answers the id in lower case."""
    expect_success(stack.up("--expect-no-changes"))
    refreshed = expect_success(stack.refresh())
    assert not [operation for operation in refreshed.operations if "Diagnostic" in operation]
    expect_success(stack.preview("--expect-no-changes"))
    written = settings()
    written["clusters"]["one"]["id"] = CLUSTER_ONE.replace("adxone", "ADXone")
    stack.configure(**written)
    expect_success(stack.preview("--expect-no-changes"))


def test_other_categories_are_an_update(stack: Stack) -> None:
    before = stack.home.azure.get(ResourceId.parse(CLUSTER_ONE))
    stack.configure(**settings(categories=["Query", "FailedIngestion"]))
    run = expect_success(stack.up(preview=True))
    assert run.operations == [f"update {SETTING}"]
    assert run.preview
    assert run.preview.operations == run.operations
    diagnostics = read(stack)
    assert diagnostics
    assert [log["category"] for log in diagnostics["logs"]] == ["Query", "FailedIngestion"]
    assert diagnostics["metrics"] == []
    assert stack.home.azure.get(ResourceId.parse(CLUSTER_ONE)) == before, "the cluster stays as it is"


def test_without_the_setting_it_ends(stack: Stack) -> None:
    stack.configure(**one_and_red())
    run = expect_success(stack.up())
    assert run.operations == [f"delete {SETTING}"]
    assert read(stack) is None


def test_a_destination_that_another_setting_uses_is_explained(tmp_path: Path) -> None:
    """A setting of an Azure policy is the usual reason, and the remedy is in the settings."""
    stack = Stack(tmp_path, TWO_BY_TWO)
    create_workspace(stack.home.azure)
    other = f"{CLUSTER_ONE}/providers/Microsoft.Insights/diagnosticSettings/by-policy"
    logs = [{"categoryGroup": "allLogs", "enabled": True}]
    stack.home.azure.put(ResourceId.parse(other), {"properties": {"workspaceId": WORKSPACE, "logs": logs}})
    stack.configure(**settings())
    run = stack.up()
    assert not run.succeeded
    assert "is already used in diagnostic setting 'by-policy'" in run.output
    assert "one.diagnostics: create failed. Next: Azure sends a category of a cluster" in run.output
    stack.configure(**settings(categories=["AllMetrics"]))
    expect_success(stack.up())
