"""The plan of a move: what is prepared, what is missing, and who notices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adx_private_link.cli.cluster_changes.live_cluster import LiveCluster
from adx_private_link.cli.cluster_changes.network import NetworkConfiguration
from adx_private_link.cli.migration.choices import Choices
from adx_private_link.cli.migration.direction import LEAVE, RETURN, Direction
from adx_private_link.cli.migration.findings import Finding, Situation, find_findings
from adx_private_link.cli.migration.surroundings import ITSELF, Lock, Surroundings
from adx_private_link.outputs import ClusterOutput
from adx_private_link.program import parse
from adx_private_link.resource_ids import ClusterId
from tests.samples.building import OWNER, cluster, cluster_id, consumer, endpoint_id

GROUP = f"/subscriptions/{OWNER}/resourceGroups/adx/providers/Microsoft.Network"
NETWORK = {
    "subnetId": f"{GROUP}/virtualNetworks/vnet/subnets/adx",
    "enginePublicIpId": f"{GROUP}/publicIPAddresses/engine",
    "dataManagementPublicIpId": f"{GROUP}/publicIPAddresses/ingestion",
    "state": "Enabled",
}
ENDPOINT = endpoint_id("pe-myadx-cluster-analytics")
HOST = "myadx.westus.kusto.windows.net"
ALONE = Surroundings(
    connections={ENDPOINT.lower(): "Approved"},
    connected={},
    detached=[],
    service_endpoints=[],
    addresses=[],
    missing=[],
    locks=[],
)
CHOICES = Choices(owner="nobody", elsewhere=False, timeout=1, bridge=False, resume=False, yes=False)


def situation(direction: Direction = LEAVE, *, link: dict[str, Any] | None = None, **properties: Any) -> Situation:
    """A cluster with one prepared consumer."""
    settings = {
        "clusters": {"myadx": cluster("myadx", targets="both")},
        "consumers": {"analytics": consumer("analytics", dns={"links": {"own": link or {}}, "ttl": 30})},
    }
    endpoints = {
        "engine": {"id": endpoint_id("pe-engine"), "connection_state": "Approved", "hosts": {HOST: ["10.0.0.4"]}},
        "cluster": {"id": ENDPOINT, "connection_state": "Approved", "idle": "prepared"},
    }
    network = {**NETWORK, "state": "Enabled" if direction == LEAVE else "Disabled"}
    live = LiveCluster(
        id=ClusterId.parse(cluster_id("myadx")),
        properties={"state": "Running", "virtualNetworkConfiguration": network, **properties},
    )
    configuration = NetworkConfiguration.of(live)
    assert configuration
    output = ClusterOutput.model_validate({"services": {}, "endpoints": {"analytics": endpoints}})
    return Situation(direction, "myadx", parse(settings), output, live, configuration, ALONE)


def blocking(situation: Situation, choices: Choices = CHOICES) -> list[str]:
    return [finding.subject for finding in find_findings(situation, choices) if finding.blocks]


def about(situation: Situation, subject: str, choices: Choices = CHOICES) -> list[Finding]:
    return [finding for finding in find_findings(situation, choices) if finding.subject == subject]


def test_a_prepared_cluster_may_leave() -> None:
    assert blocking(situation()) == []
    assert about(situation(), "analytics") == [Finding("analytics", "prepared (pe-myadx-cluster-analytics, Approved)")]


def test_a_cluster_that_does_not_run_cannot_be_changed() -> None:
    """Azure stops idle clusters, and rejects changes of stopped ones."""
    assert blocking(situation(state="Stopped")) == ["cluster"]
    assert "az kusto cluster start" in about(situation(state="Stopped"), "cluster")[0].says


def test_an_endpoint_that_nobody_has_approved_blocks() -> None:
    waiting = replace(situation(), surroundings=replace(ALONE, connections={ENDPOINT.lower(): "Pending"}))
    assert blocking(waiting) == ["analytics"]


def test_a_consumer_without_an_endpoint_blocks_unless_the_operator_accepts_it() -> None:
    missing = replace(situation(), output=ClusterOutput(services={}, endpoints={}))
    assert blocking(missing) == ["analytics"]
    assert blocking(missing, replace(CHOICES, unprepared=True)) == []


def test_an_interrupted_move_is_resumed_by_the_option() -> None:
    """The only pending change is that the stack publishes the names again."""
    withdrawn = {"analytics": {"engine": {"id": endpoint_id("pe-engine"), "idle": "public"}}}
    output = ClusterOutput.model_validate({"services": {}, "endpoints": withdrawn})
    [finding] = about(replace(situation(), output=output, pending=["create PrivateRecordSet one"]), "stack")
    assert finding.blocks
    assert "`--resume`" in finding.says
    assert "PrivateRecordSet" not in finding.says


def test_pending_changes_of_the_stack_block() -> None:
    """The update after the move would bring them along, in the middle of the night."""
    assert blocking(replace(situation(), pending=["update PrivateEndpoint one"])) == ["stack"]


def test_what_cannot_be_read_is_named() -> None:
    """A plan without lines would look like a safe one."""
    hidden = replace(situation(), surroundings=replace(ALONE, unread=["pls-myadx-engine", "locks of adx"]))
    [finding] = about(hidden, "not read")
    assert "pls-myadx-engine, locks of adx" in finding.says


@pytest.mark.parametrize(
    ("properties", "warns"),
    [
        ({}, True),
        ({"publicNetworkAccess": "Enabled", "allowedIpRangeList": ["20.1.2.3"]}, False),
        ({"publicNetworkAccess": "Disabled"}, False),
    ],
)
def test_a_cluster_loses_its_security_groups(properties: dict[str, Any], *, warns: bool) -> None:
    """Nothing else keeps the internet out, and nothing says so in the portal."""
    assert bool(about(situation(**properties), "inbound")) == warns
    assert about(situation(RETURN), "inbound") == []


@pytest.mark.parametrize(
    ("properties", "link", "blocks"),
    [
        ({}, None, []),
        ({"publicNetworkAccess": "Disabled"}, None, ["bridge"]),
        ({}, {"resolution_policy": "Default"}, ["bridge"]),
    ],
)
def test_a_bridge_needs_public_access_and_public_answers(
    properties: dict[str, Any], link: dict[str, str] | None, blocks: list[str]
) -> None:
    """Without them, withdrawing the names would cut clients off before anything has moved."""
    chosen = replace(CHOICES, bridge=True)
    assert blocking(situation(link=link, **properties), chosen) == blocks
    assert blocking(situation(link=link, **properties)) == []


def test_names_of_injected_networks_are_asked_for() -> None:
    """Clients in the cluster's own network may use them, and no source says where they lead after the move."""
    assert any("private-myadx" in finding.says for finding in about(situation(), "names"))
    legacy = f"private-{HOST}"
    output = ClusterOutput.model_validate(
        {"services": {}, "endpoints": {"analytics": {"engine": {"id": ENDPOINT, "hosts": {legacy: ["10.0.0.4"]}}}}}
    )
    published = about(replace(situation(), output=output), "names", replace(CHOICES, unprepared=True))
    assert any(legacy in finding.says for finding in published)


def test_clients_keep_addresses_for_the_longest_ttl() -> None:
    assert about(situation(), "names")[0].says == "clients keep addresses for up to 30 s (`dns.ttl`)"


def test_endpoints_of_others_are_named() -> None:
    """Another team's endpoint of a service leads nowhere after the move."""
    theirs = endpoint_id("theirs").lower()
    around = replace(ALONE, connected={theirs: "pls-myadx-engine", ENDPOINT.lower(): ITSELF})
    [finding] = about(replace(situation(), surroundings=around), "others")
    assert finding.says.startswith(f"{theirs} (pls-myadx-engine)")


def test_prepared_endpoints_of_others_are_no_reason_for_alarm() -> None:
    """An alarm about the endpoint that saves a partner wakes the wrong team."""
    prepared = replace(ALONE, connected={endpoint_id("theirs").lower(): ITSELF})
    assert about(replace(situation(), surroundings=prepared), "others") == []
    assert about(replace(situation(RETURN), surroundings=prepared), "others")


def test_a_return_waits_for_others_on_services_that_must_be_replaced() -> None:
    """Azure deletes no service with connections, so the update after the return would fail without access."""
    theirs = {endpoint_id("theirs").lower(): "pls-myadx-engine"}
    detached = replace(ALONE, detached=["pls-myadx-engine"])
    assert blocking(replace(situation(RETURN), surroundings=detached)) == []
    assert blocking(replace(situation(RETURN), surroundings=replace(detached, connected=theirs))) == ["services"]


def test_a_rejected_endpoint_must_be_replaced() -> None:
    """Azure never approves a rejected connection."""
    rejected = replace(situation(), surroundings=replace(ALONE, connections={ENDPOINT.lower(): "Rejected"}))
    [finding] = about(rejected, "analytics")
    assert "--replace '**PrivateEndpoint::myadx.analytics.cluster'" in finding.says


def test_consumers_with_another_dns_are_named() -> None:
    """Their records lead to the old endpoints after the move, and this stack does not change them."""
    settings = parse(
        {
            "clusters": {"myadx": cluster("myadx", targets="both")},
            "consumers": {"analytics": {**consumer("analytics"), "dns": "elsewhere"}},
        }
    )
    says = [finding.says for finding in about(replace(situation(), settings=settings), "names")]
    assert any(line.startswith("another DNS has those of analytics") for line in says)


def test_outbound_trust_in_the_network_is_named() -> None:
    around = replace(ALONE, service_endpoints=["Microsoft.Storage"], addresses=["40.1.1.1"])
    says = [finding.says for finding in about(replace(situation(), surroundings=around), "outbound")]
    assert "Microsoft.Storage" in says[0]
    assert "40.1.1.1" in says[1]


@pytest.mark.parametrize(("level", "blocks"), [("ReadOnly", ["locks"]), ("CanNotDelete", [])])
def test_locks_are_named(level: str, blocks: list[str]) -> None:
    """A lock against changes stops the move; one against deletion keeps load balancers, which may do no harm."""
    locked = replace(situation(), surroundings=replace(ALONE, locks=[Lock(f"{GROUP}/locks/audit", level)]))
    assert blocking(locked) == blocks
    assert about(locked, "locks")


def test_a_return_needs_what_the_cluster_was_in() -> None:
    """A person has tidied up the subnet."""
    gone = replace(situation(RETURN), surroundings=replace(ALONE, missing=[NETWORK["subnetId"]]))
    assert blocking(gone) == ["network"]


def test_a_return_needs_settings_that_ask_for_services() -> None:
    settings = parse(
        {"clusters": {"myadx": cluster("myadx", targets="cluster")}, "consumers": {"analytics": consumer("analytics")}}
    )
    assert blocking(replace(situation(RETURN), settings=settings)) == ["settings"]
