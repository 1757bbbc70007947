"""Managed private endpoints in a report: what a cluster reaches itself, and what it no longer reaches."""

from __future__ import annotations

from typing import Any

import pytest

from .previews import GUEST, OWNER, UNKNOWN, FakePreview, Properties
from .reports import on_a_terminal, reported, risks

DATA = f"/subscriptions/{GUEST}/resourceGroups/data/providers"
LAKE = f"{DATA}/Microsoft.Storage/storageAccounts/lake"
POND = f"{DATA}/Microsoft.Storage/storageAccounts/pond"
ID = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Kusto/Clusters/adx"


def blob(target: str) -> Properties:
    return {"privateLinkResourceId": target, "groupId": "blob", "managedPrivateEndpointName": "mpe-adx-lake"}


def preview_of(
    before: Properties | None, after: Properties | None, *, approved: bool = True, **more: Any
) -> FakePreview:
    """A preview of a cluster with one managed private endpoint."""
    preview = FakePreview(kind="native")
    inputs: Properties = {"cluster": ID, "hosts": {}}
    cluster = preview.step("adxPrivateLink:index:AdxPrivateLink", "adx", inputs, inputs)
    component = preview.step("adxPrivateLink:index:ManagedEndpoints", "adx", {}, {}, parent=cluster)
    kind = "azure-native:kusto:ManagedPrivateEndpoint"
    preview.step(kind, "adx.lake.managed-endpoint", before, after, parent=component, **more)
    if approved:
        states = [
            {"properties": {"parameters": {"connections": {"value": [name]}}}} if inputs is not None else None
            for inputs, name in ((before, "lake.guid"), (after, UNKNOWN))
        ]
        preview.step("azure-native:resources:Deployment", "adx.lake.managed-approval", *states, parent=component)
    return preview


def test_a_new_one_is_no_risk_and_has_a_row() -> None:
    preview = preview_of(None, blob(LAKE))
    report = reported(preview)
    assert report.sentence == "`adx` gets a managed private endpoint to `lake`."
    assert risks(preview) == {}
    [change] = report.managed_endpoints
    assert (change.cluster, change.key, change.new_target, change.operation) == ("adx", "lake", LAKE, "create")
    [row] = [line.split() for line in on_a_terminal(report, 120).splitlines() if line.strip().startswith("adx ")]
    assert row == ["adx", "lake", "lake", "blob", "approved", "by", "this", "stack", "created"]


def test_one_that_its_targets_owner_approves_says_so() -> None:
    report = reported(preview_of(None, blob(LAKE), approved=False))
    assert "left to the target's owner" in on_a_terminal(report, 120)


def test_a_removed_one_cuts_its_cluster_off() -> None:
    preview = preview_of(blob(LAKE), None)
    assert risks(preview) == {
        "managed-endpoint-removed": "Cluster adx loses its managed private endpoint lake to lake (blob). Queries and "
        "ingestion that read from lake use its public endpoint, and fail where that is closed to the cluster."
    }
    report = reported(preview)
    assert report.risks[0].severity == "caution"
    assert report.sentence == "Cluster `adx` no longer reaches `lake` privately."


@pytest.mark.parametrize(
    ("approved", "until"), [(True, "this update approves it again"), (False, "the owner of pond approves it again")]
)
def test_a_replaced_one_interrupts_its_cluster(approved: bool, until: str) -> None:  # noqa: FBT001 - a parameter
    preview = preview_of(blob(LAKE), blob(POND), approved=approved, replace=True, reasons=["privateLinkResourceId"])
    assert risks(preview) == {
        "managed-endpoint-replaced": "The managed private endpoint lake of adx is replaced, because its target "
        "changes. Queries and ingestion that read from lake through it are interrupted, and pond is reached privately "
        f"once {until}."
    }
    assert "lake → pond" in on_a_terminal(reported(preview), 160)


def test_one_that_stays_is_not_listed() -> None:
    preview = FakePreview(kind="native")
    cluster, _ = preview.cluster()
    component = preview.step("adxPrivateLink:index:ManagedEndpoints", "adx", {}, {}, parent=cluster)
    kind = "azure-native:kusto:ManagedPrivateEndpoint"
    preview.step(kind, "adx.lake.managed-endpoint", blob(LAKE), blob(LAKE), parent=component)
    report = reported(preview)
    assert (report.managed_endpoints, report.sentence) == ((), "Nothing changes.")
