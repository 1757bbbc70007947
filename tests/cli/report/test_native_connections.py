"""Connections to native clusters across stacks: external consumers, and clusters that are handed over."""

from __future__ import annotations

from adx_private_link.cli.report.markdown import markdown

from .previews import BLOB_ZONE, DOMAIN, HUB, FakePreview
from .reports import HOST, reported, risks

# External consumers


def test_a_partner_connects_to_all_roles_of_a_native_cluster() -> None:
    preview = FakePreview(kind="native")
    inputs = {"cluster": "/c", "hosts": {"engine": HOST}}
    cluster = preview.step("adxPrivateLink:index:AdxPrivateLink", "adx", inputs, inputs)
    services = preview.step("adxPrivateLink:index:ClusterServices", "adx", inputs, inputs, parent=cluster)
    preview.approval(services, [], ["pe-theirs-1"], "partner")
    report = reported(preview)
    assert report.sentence == "`partner` gets its connections to `adx` approved."
    assert risks(preview)["approval-given"].startswith("External consumer partner of adx (all roles) is connected")
    assert "| `partner` (external) | all roles |" in markdown([report], [""])
    preview.steps[-1] = {**preview.steps[-1], "op": "delete", "newState": None}
    preview.steps[-1]["oldState"]["inputs"]["properties"]["parameters"]["connections"]["value"] = ["pe-theirs-1"]
    assert risks(preview)["connection-stays"].endswith("or the connection is removed from the cluster.")


# Handed-over clusters


def test_a_native_cluster_of_another_owner_waits_for_that_owner() -> None:
    """Its names are known by the hand-over, and published by the update after the approval."""
    preview = FakePreview(kind="native")
    hosts = {"hosts": {"engine": HOST, "ingestion": f"ingest-adx.{DOMAIN}"}}
    cluster = preview.step("adxPrivateLink:index:AdxPrivateLink", "adx", None, hosts)
    consumer = preview.consumer(parent=cluster, before=False, after=False)
    preview.endpoint(consumer, None, {})
    report = reported(preview)
    assert report.sentence == "`analytics` asks for access to `adx`, which the cluster's owner has to approve."
    assert [(access.role, access.host) for access in report.access] == [
        ("engine", HOST),
        ("ingestion", f"ingest-adx.{DOMAIN}"),
        ("storage", None),
    ]
    assert risks(preview)["approval-awaited"].startswith(
        "Consumer analytics of adx waits for the approval of all roles by the cluster's owner."
    )


def test_an_approved_endpoint_of_another_owners_cluster_gets_its_names() -> None:
    preview = FakePreview(kind="native")
    hosts = {"hosts": {"engine": HOST, "ingestion": f"ingest-adx.{DOMAIN}"}}
    cluster = preview.step("adxPrivateLink:index:AdxPrivateLink", "adx", hosts, hosts)
    consumer = preview.consumer(parent=cluster, before=False)
    preview.endpoint(consumer, {}, {})
    preview.zone_group(consumer, None, {"kusto": HUB, "blob": BLOB_ZONE})
    report = reported(preview)
    assert report.sentence == "`analytics` gets the private names of `adx`."
    assert {(access.effect, access.after_is_known, access.zone_group) for access in report.access} == {
        ("published", False, "create")
    }
