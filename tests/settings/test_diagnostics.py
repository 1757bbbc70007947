"""The settings of a cluster's diagnostic setting, and their problems."""

from __future__ import annotations

from typing import Any

import pytest

from ..samples.building import ELSEWHERE
from ..samples.smallest import small_with_cluster
from .parsing import only_parse_problem

GROUP = f"/subscriptions/{ELSEWHERE}/resourceGroups/monitoring/providers"
WORKSPACE = {"workspace_id": f"{GROUP}/Microsoft.OperationalInsights/workspaces/logs"}
ACCOUNT = {"storage_account_id": f"{GROUP}/Microsoft.Storage/storageAccounts/logs"}


@pytest.mark.parametrize(
    ("diagnostics", "path", "message"),
    [
        ({}, "clusters.myadx.diagnostics", "has no destination"),
        ({**WORKSPACE, **ACCOUNT}, "clusters.myadx.diagnostics", "has `workspace_id` and `storage_account_id`"),
        ({**WORKSPACE, "event_hub": "adx"}, "clusters.myadx.diagnostics.event_hub", "without its namespace"),
        ({**WORKSPACE, "categories": []}, "clusters.myadx.diagnostics.categories", "is empty"),
        ({**WORKSPACE, "categories": ["Query", "Query"]}, "clusters.myadx.diagnostics.categories", "names Query twice"),
        ({**WORKSPACE, "categories": ["Queries"]}, "clusters.myadx.diagnostics.categories.0", "is not known"),
        (
            {"workspace_id": ACCOUNT["storage_account_id"]},
            "clusters.myadx.diagnostics.workspace_id",
            "is not the resource id of a Log Analytics workspace",
        ),
    ],
)
def test_invalid_diagnostics_are_reported_once(diagnostics: dict[str, Any], path: str, message: str) -> None:
    problem = only_parse_problem(small_with_cluster(diagnostics=diagnostics))
    assert problem.path == path
    assert message in problem.message
