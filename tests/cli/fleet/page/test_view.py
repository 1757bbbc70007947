"""What the page of a fleet shows, before it is drawn."""

from __future__ import annotations

import re

from adx_private_link.cli.fleet.page.rendering import page_text
from adx_private_link.cli.fleet.page.view import Finding, StackView
from adx_private_link.outputs import ClusterOutput

from .views import ENDPOINTS, cluster, fleet, stack


def test_there_is_a_row_for_each_cluster_and_consumer() -> None:
    """The address of the engine comes first, because most people look for it."""
    rows = fleet(stack(2), stack(1)).rows
    assert [(row.cluster, row.consumer, row.stack) for row in rows] == [
        ("adx100", "analytics", "westeurope-1"),
        ("adx101", "analytics", "westeurope-1"),
        ("adx101", "finance", "westeurope-1"),
        ("adx200", "analytics", "westeurope-2"),
        ("adx201", "analytics", "westeurope-2"),
        ("adx201", "finance", "westeurope-2"),
    ]
    assert [host for host, _ in rows[0].hosts] == [
        "adx100.westeurope.kusto.windows.net",
        "ingest-adx100.westeurope.kusto.windows.net",
        "storeadx100.blob.core.windows.net",
    ]
    assert (rows[0].kind, rows[0].public_access, rows[1].public_access) == ("native", "closed", "not stated")
    assert all(row.is_well for row in rows)


def test_a_cluster_without_consumers_is_shown() -> None:
    """Someone forgot a label."""
    alone = StackView("s", {}, "unchanged", {"adx": cluster("adx", 1)}, {})
    [row] = fleet(alone).rows
    assert (row.consumer, row.connection, row.kind) == ("-", "-", "not known")


def test_the_worst_connection_of_several_is_shown() -> None:
    """An injected cluster has two endpoints, and one that waits is as good as none for half of the clients."""
    endpoint = {"id": f"{ENDPOINTS}/pe"}
    endpoints = {
        "engine": {**endpoint, "connection_state": "Approved"},
        "ingestion": {**endpoint, "connection_state": "Pending"},
    }
    output = ClusterOutput.model_validate({"services": {}, "endpoints": {"analytics": endpoints}})
    view = fleet(StackView("s", {}, "changed", {"adx": output}, {}))
    assert view.rows[0].connection == "Pending"
    assert not view.rows[0].is_well
    assert view.not_approved == 1


def test_counts_say_the_worst_first() -> None:
    view = fleet(stack(1), stack(2, 2, "failed"), stack(3, 2, "changed"), stack(4, 2, "stopped"), stack(5))
    assert view.outcomes == {"failed": 1, "stopped": 1, "changed": 1, "unchanged": 2}
    assert (view.clusters, view.consumers) == (10, 2)


def test_a_finding_of_many_stacks_is_one_line() -> None:
    """The same tag is missing in all of them."""
    drift = Finding("drift", "A record was changed outside of Pulumi.")
    error = Finding("error", "SubnetIsFull")
    view = fleet(*(stack(number, 1, "changed", drift) for number in range(12)), stack(20, 1, "failed", error))
    assert [(finding.kind, len(stacks)) for finding, stacks in view.findings] == [("error", 1), ("drift", 12)]
    text = page_text(view)
    assert text.count("A record was changed outside of Pulumi.") == 1
    assert "4 more stacks" in text


def test_text_from_outside_is_escaped() -> None:
    """Errors repeat what a provider says, and labels what a pull request says."""
    hostile = '<script>alert("x")</script>'
    view = fleet(
        StackView("s", {"team": hostile}, "failed", {"adx": cluster("adx", 1, "a")}, {}, [Finding("error", hostile)])
    )
    text = page_text(view)
    assert hostile not in text
    assert len(re.findall("<script>", text)) == 1, "that of the page itself"
