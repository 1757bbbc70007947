"""Approvals, visibility and locks: connections that are allowed, connections that wait, and weaker protection."""

from __future__ import annotations

import pytest

from .previews import ELSEWHERE, GUEST, UNKNOWN, FakePreview, Kind
from .reports import BOTH_KINDS, HOST, WHAT, connected, reported, risks


def test_lists_that_grow() -> None:
    """A list that shrinks ends no existing connection."""
    preview = FakePreview()
    _, services = preview.cluster()
    before = {"visibility": {"subscriptions": [GUEST]}, "autoApproval": {"subscriptions": [ELSEWHERE]}}
    after = {"visibility": {"subscriptions": [GUEST, ELSEWHERE]}, "autoApproval": {"subscriptions": [GUEST]}}
    preview.service(services, before, after)
    assert list(risks(preview)) == ["visibility-widened", "auto-approval-widened"]
    assert ELSEWHERE in risks(preview)["visibility-widened"]
    assert GUEST in risks(preview)["auto-approval-widened"]


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ({"visibility": [GUEST]}, ["approval-given"]),
        ({"visibility": [GUEST, ELSEWHERE]}, ["visibility-widened", "approval-given"]),
        ({"visibility": ["*"]}, ["visible-to-all", "approval-given"]),
        ({"autoApproval": [GUEST]}, ["auto-approval-widened", "approval-given"]),
        ({"autoApproval": ["*"]}, ["auto-approval-widened", "approval-given"]),
    ],
)
def test_lists_of_a_new_service_are_risks_unless_its_consumers_need_them(
    lists: dict[str, list[str]], expected: list[str]
) -> None:
    """Every other subscription in the lists is reported, because it gets access from the start."""
    preview = FakePreview()
    cluster, services = preview.cluster()
    preview.service(services, None, {name: {"subscriptions": subscriptions} for name, subscriptions in lists.items()})
    consumer = preview.consumer(parent=cluster, before=False)
    preview.endpoint(consumer, None, {"subnet": {"id": f"/subscriptions/{GUEST}/resourceGroups/g"}})
    preview.approval(consumer, None, [], "analytics")
    assert list(risks(preview)) == expected


def test_a_partner_who_has_connected_is_approved() -> None:
    preview = FakePreview()
    _, services = preview.cluster()
    preview.service(services, {}, {})
    preview.approval(services, [], ["pe-theirs.1"], "partner")
    assert risks(preview) == {
        "approval-given": "External consumer partner of adx (engine) is connected: this update approves 1 connection "
        "(`pe-theirs.1`)."
    }
    assert reported(preview).sentence == "`partner` gets its connections to `adx` (engine) approved."


def test_a_partner_who_is_not_expected_any_more_stays_connected() -> None:
    """Azure ends no connection that is no longer listed, so the report has to say it."""
    preview = FakePreview()
    _, services = preview.cluster()
    preview.service(services, {}, {})
    preview.approval(services, ["pe-theirs.1"], None, "partner")
    assert reported(preview).sentence == "`partner` is no longer expected at `adx` (engine)."
    message = risks(preview)["connection-stays"]
    assert "stays connected by 1 connection (`" in message
    # `release` would cut off every partner of the service, not only this one.
    assert "release" not in message


def test_an_approval_of_the_same_connections_is_no_change() -> None:
    """A newer version of the library may send another template."""
    preview = FakePreview()
    consumer = connected(preview, approved_here=False)
    preview.approval(consumer, ["c"], ["c"], "analytics")
    preview.steps[-1]["op"] = "update"
    assert reported(preview).sentence == "No access changes; 1 resource changes."
    assert risks(preview) == {}


def test_a_consumer_waits_for_the_owner() -> None:
    """The cluster is handed over: nothing is published until its owner approves the connection."""
    preview = FakePreview()
    hosts = {"hosts": {"engine": HOST}}
    cluster = preview.step("adxPrivateLink:index:AdxPrivateLink", "adx", None, hosts)
    consumer = preview.consumer(parent=cluster, before=False, after=False)
    preview.endpoint(consumer, None, {})
    [access] = reported(preview).access
    assert (access.host, access.before, access.after) == (HOST, None, None)
    assert "waits for the approval" in risks(preview)["approval-awaited"]
    assert (
        reported(preview).sentence
        == "`analytics` asks for access to `adx` (engine), which the service's owner has to approve."
    )


@BOTH_KINDS
def test_a_consumer_without_a_cluster_of_this_program_waits_as_well(kind: Kind) -> None:
    """With `ConsumerEndpoints` alone, the host is not known, and the consumer is reported."""
    preview = FakePreview(kind=kind)
    preview.endpoint(preview.consumer(before=False, after=False), None, {})
    assert "approval-awaited" in risks(preview)
    assert {access.consumer for access in reported(preview).access} == {"analytics"}


@pytest.mark.parametrize("approved_here", [True, False])
@BOTH_KINDS
def test_a_connection_that_died_is_not_called_approved(*, approved_here: bool, kind: Kind) -> None:
    """The state in the outputs is as of the last update."""
    preview = FakePreview(kind=kind)
    preview.record(connected(preview, after=False, approved_here=approved_here), "10.0.0.4", None)
    for access in reported(preview).access:
        assert (access.connection, access.effect) == ("no-longer-approved", "withdrawn")
    assert "approval-awaited" not in risks(preview)


@BOTH_KINDS
def test_a_dead_endpoint_that_is_replaced_is_published_by_the_next_update(kind: Kind) -> None:
    preview = FakePreview(kind=kind)
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    consumer = preview.consumer(parent=cluster, before=False, after=False, state="Rejected")
    preview.endpoint(consumer, {}, {}, replace=True)
    preview.approval(consumer, ["c"], [], "analytics")
    assert reported(preview).sentence == f"`analytics` gets private access to {WHAT[kind]} with the next update."
    assert "approval-awaited" not in risks(preview)


@BOTH_KINDS
def test_a_dead_endpoint_that_is_replaced_gets_access_back(kind: Kind) -> None:
    """After `pulumi refresh`, the outputs still show the connection as approved: a loss would frighten a reviewer."""
    preview = FakePreview(kind=kind)
    cluster, services = preview.cluster()
    preview.service(services, None, {})
    consumer = preview.consumer(parent=cluster)
    dead = {"manualPrivateLinkServiceConnections": [{"privateLinkServiceConnectionState": {"status": "Disconnected"}}]}
    preview.endpoint(consumer, {}, {}, replace=True, outputs=dead)
    preview.approval(consumer, ["c"], [], "analytics")
    preview.record(consumer, "10.0.0.4", UNKNOWN, replace=True)
    assert reported(preview).sentence.startswith(f"`analytics` gets private access to {WHAT[kind]}")
    assert "endpoint-replaced" not in risks(preview)


def test_a_lock_is_deleted_while_its_resource_stays() -> None:
    preview = FakePreview()
    _, services = preview.cluster()
    preview.service(services, {}, {})
    preview.step("azure-native:authorization:ManagementLockByScope", "adx.engine.lock", {}, None, parent=services)
    assert list(risks(preview)) == ["lock-removed"]
