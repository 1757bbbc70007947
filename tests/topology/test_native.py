"""Native clusters: one endpoint for all roles, in a subnet with room for its addresses."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest

from adx_private_link.facts.records import (
    ConnectionFacts,
    EndpointFacts,
    SubnetFacts,
    ZoneGroupFacts,
)
from adx_private_link.naming.azure import endpoint_id
from adx_private_link.program import parse, plan
from adx_private_link.resource_ids import ClusterId, EndpointId, ZoneId
from adx_private_link.topology.records import ClusterConnection

from ..samples.access import access, with_access
from ..samples.building import (
    ELSEWHERE,
    OWNER,
    cluster,
    cluster_facts,
    cluster_id,
    hosts,
    network_id,
    only_problem,
    problems_of,
    subnet_id,
    with_cluster,
    with_subnet,
    zone_id,
)
from ..samples.native import (
    HUB,
    KUSTO_ZONE,
    STORAGE_ZONES,
    both_kinds,
    handed_over_native,
    hub_zone_id,
    native,
    native_facts,
    native_hand_over,
)
from .native_graphs import plan_cluster, plan_endpoint, plan_native, zones_of

ANALYTICS = subnet_id("analytics")


# The graph


def test_one_endpoint_connects_to_the_cluster_itself() -> None:
    node = plan_cluster(native())
    [endpoint] = node.endpoints
    assert (endpoint.target, endpoint.name) == ("cluster", "pe-new-cluster-analytics")
    assert endpoint.connects_to == ClusterConnection(ClusterId.parse(cluster_id("newadx")), "cluster")
    assert node.services == {}
    assert [(host.name, host.role) for host in endpoint.hosts] == [
        ("newadx.westus.kusto.windows.net", "engine"),
        ("ingest-newadx.westus.kusto.windows.net", "ingestion"),
    ]


def test_this_stack_approves_in_the_resource_group_of_the_cluster() -> None:
    approval = plan_endpoint(native()).approval
    assert approval
    assert (approval.place.subscription, approval.place.resource_group) == (OWNER, "adx")


def test_azure_writes_all_names_into_four_zones() -> None:
    """With the cluster's own names alone, queued ingestion does not find its storage (azure-kusto-spark#390)."""
    endpoint = plan_endpoint(native())
    blob, queue, table = STORAGE_ZONES
    assert zones_of(endpoint) == {"kusto": KUSTO_ZONE, "blob": blob, "queue": queue, "table": table}
    assert endpoint.records == ()


def test_a_cluster_that_left_its_network_keeps_record_sets_of_its_own_names() -> None:
    """They had record sets before, and move in place. Only the storage names are new."""
    settings = native({"resource_group": "analytics", "zones_in": [HUB], "ttl": 60})
    endpoint = plan_endpoint(settings, native_facts(settings, migrated=True))
    assert set(zones_of(endpoint)) == {"blob", "queue", "table"}
    assert [(record.name, record.role, record.ttl) for record in endpoint.records] == [
        ("newadx", "engine", 60),
        ("ingest-newadx", "ingestion", 60),
    ]


def test_both_kinds_have_one_consumer() -> None:
    planned = plan_native(both_kinds())
    assert [endpoint.target for endpoint in planned.clusters["old"].endpoints] == ["engine", "ingestion"]
    assert [endpoint.target for endpoint in planned.clusters["new"].endpoints] == ["cluster"]
    assert len(planned.zones) == 4, "both are in one region, so they share the zone of their own names"


def test_names_that_others_manage_have_no_zone_group() -> None:
    endpoint = plan_endpoint(native("elsewhere"))
    assert (endpoint.zone_group, endpoint.records, endpoint.withheld) == (None, (), None)
    assert plan_native(native("elsewhere")).zones == {}


def test_a_sovereign_cloud_has_its_own_storage_zones() -> None:
    settings = native()
    facts = native_facts(settings)
    domain = "usgovvirginia.kusto.usgovcloudapi.net"
    known = replace(
        cluster_facts(facts, "new"),
        hosts={"engine": f"newadx.{domain}", "ingestion": f"ingest-newadx.{domain}"},
    )
    endpoint = plan_endpoint(settings, with_cluster(facts, "new", known))
    assert zones_of(endpoint) == {
        "kusto": f"privatelink.{domain}",
        **{service: f"privatelink.{service}.core.usgovcloudapi.net" for service in ("blob", "queue", "table")},
    }


def test_a_described_cluster_is_not_looked_up() -> None:
    facts = {"location": "West US", "hosts": hosts("newadx")}
    settings = {**native(), "clusters": {"new": cluster("newadx", described=facts)}}
    looked_up = replace(native_facts(native()), clusters={})
    assert plan_endpoint(settings, looked_up) == plan_endpoint(native())


# Subnets


@pytest.mark.parametrize(
    ("prefix", "problem", "warns"),
    [("10.1.0.0/29", "has 8 addresses", False), ("10.1.0.0/28", None, True), ("10.1.0.0/27", None, False)],
)
def test_a_subnet_has_room_for_eight_addresses_and_more(prefix: str, problem: str | None, *, warns: bool) -> None:
    subnet = SubnetFacts(service_policies_enabled=True, delegated_to=None, prefixes=(IPv4Network(prefix),))
    facts = with_subnet(native_facts(native()), ANALYTICS, subnet)
    if problem:
        found = problems_of(native(), facts)["consumers.analytics.subnet_id"]
        assert problem in found.message or "too few addresses" in found.message
        return
    warnings = plan_cluster(native(), facts).warnings
    assert bool(warnings) == warns
    assert not warns or "Use a subnet of /27 or larger" in warnings[0]


def test_a_full_subnet_is_a_problem() -> None:
    subnet = SubnetFacts(
        service_policies_enabled=True, delegated_to=None, prefixes=(IPv4Network("10.1.0.0/27"),), used=20
    )
    problem = only_problem(native(), with_subnet(native_facts(native()), ANALYTICS, subnet))
    assert "8 more are needed, and 7 of 27" in problem.message


def test_the_subnet_of_an_injected_cluster_takes_no_endpoint() -> None:
    """Azure rejects endpoints in delegated subnets, and every injected cluster is in one."""
    subnet = SubnetFacts(service_policies_enabled=True, delegated_to="Microsoft.Kusto/clusters")
    problem = only_problem(native(), with_subnet(native_facts(native()), ANALYTICS, subnet))
    assert (problem.path, "Microsoft.Kusto/clusters" in problem.message) == ("consumers.analytics.subnet_id", True)


# States


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"state": "Creating", "hosts": {}}, "is being created (state Creating)"),
        ({"state": "Deleting"}, "is being deleted (state Deleting)"),
    ],
)
def test_a_cluster_that_is_not_there_is_reported_as_such(changed: dict[str, Any], message: str) -> None:
    facts = native_facts(native())
    problem = only_problem(native(), with_cluster(facts, "new", replace(cluster_facts(facts, "new"), **changed)))
    assert problem.path == "clusters.new.id"
    assert message in problem.message


def test_a_stopped_cluster_is_deployed_with_a_warning() -> None:
    facts = native_facts(native())
    stopped = with_cluster(facts, "new", replace(cluster_facts(facts, "new"), state="Stopped"))
    [warning] = plan_cluster(native(), stopped).warnings
    assert "newadx is Stopped: its names resolve, but clients get no answer" in warning


def test_an_address_list_of_a_closed_cluster_has_no_effect() -> None:
    """People look for hours why their addresses are not let in (terraform-provider-azurerm#18250)."""
    facts = native_facts(native())
    closed = access(publicNetworkAccess="Disabled", allowedIpRangeList=("20.0.0.0/8",))
    [warning] = plan_cluster(native(), with_access(facts, "new", closed)).warnings
    assert "its list of allowed addresses has no effect" in warning


@pytest.mark.parametrize("state", ["Rejected", "Disconnected"])
def test_a_dead_endpoint_has_no_zone_group(state: str) -> None:
    id = endpoint_id(parse(native()), "new", "analytics", "cluster")
    node = plan_cluster(native(), replace(native_facts(native()), endpoints={id.key: EndpointFacts(state)}))
    [endpoint] = node.endpoints
    assert (endpoint.zone_group, endpoint.hosts, endpoint.withheld) == (None, (), state)
    assert f"is {state}, and Azure cannot bring it back" in node.warnings[0]


@pytest.mark.parametrize(("state", "is_published"), [("Pending", False), ("Approved", True)])
def test_an_approval_elsewhere_is_awaited(state: str, *, is_published: bool) -> None:
    settings = native(approval="elsewhere")
    id = endpoint_id(parse(settings), "new", "analytics", "cluster")
    endpoint = plan_endpoint(settings, replace(native_facts(settings), endpoints={id.key: EndpointFacts(state)}))
    assert bool(endpoint.zone_group) == is_published
    assert endpoint.approval is None


def test_azure_approves_by_the_rights_of_the_caller() -> None:
    endpoint = plan_endpoint(native(approval="resource_id"))
    assert (endpoint.approval, endpoint.request_message) == (None, None)


# Spelling


def test_another_spelling_of_deployed_objects_changes_nothing() -> None:
    """Azure spells ids as it likes, and another spelling of a zone would take all names away for a while."""
    settings = native()
    id = endpoint_id(parse(settings), "new", "analytics", "cluster")
    zones = {"kusto": ZoneId.parse(hub_zone_id(KUSTO_ZONE).upper()), "blob": ZoneId.parse(zone_id(STORAGE_ZONES[0]))}
    facts = replace(
        native_facts(settings),
        endpoints={id.key: EndpointFacts("Approved", connects_to=cluster_id("newadx").upper())},
        zone_groups={id.key: ZoneGroupFacts({**zones, "blob": ZoneId.parse(zone_id(STORAGE_ZONES[0], OWNER))})},
    )
    endpoint = plan_endpoint(settings, facts)
    assert "target" in endpoint.as_deployed
    assert endpoint.zone_group
    assert {config.name: config.as_deployed for config in endpoint.zone_group.configs} == {
        "kusto": True,
        "blob": False,
        "queue": False,
        "table": False,
    }


# Other teams


def test_connections_of_external_consumers_are_approved_on_the_cluster() -> None:
    settings = {**native(), "external_consumers": {"partner": {"subscription": ELSEWHERE, "endpoint_names": ["pe"]}}}
    base = f"/subscriptions/{ELSEWHERE}/resourceGroups/partner/providers/Microsoft.Network/privateEndpoints"
    own = endpoint_id(parse(settings), "new", "analytics", "cluster")
    listed = [
        ConnectionFacts("pe-guid", EndpointId.parse(f"{base}/pe"), "Pending"),
        ConnectionFacts("other-guid", EndpointId.parse(f"{base}/other"), "Pending"),
        ConnectionFacts("own-guid", own, "Approved"),
    ]
    facts = native_facts(settings)
    known = replace(cluster_facts(facts, "new"), connections=tuple(listed))
    [approval] = plan_cluster(settings, with_cluster(facts, "new", known)).external_approvals
    assert (approval.target, approval.connections) == ("cluster", ("pe-guid",))


def test_a_handed_over_native_cluster_waits_for_its_owner() -> None:
    settings = handed_over_native()
    facts = native_facts(settings, [])
    [waiting] = plan(parse(settings), facts).clusters["theirs"].endpoints
    assert waiting.connects_to == ClusterConnection(ClusterId.parse(cluster_id("theirs", ELSEWHERE)))
    assert (waiting.approval, waiting.withheld, waiting.zone_group) == (None, "Pending", None)
    id = endpoint_id(parse(settings), "theirs", "analytics", "cluster")
    approved = replace(facts, endpoints={id.key: EndpointFacts("Approved")})
    [endpoint] = plan(parse(settings), approved).clusters["theirs"].endpoints
    assert set(zones_of(endpoint).values()) == {KUSTO_ZONE, *STORAGE_ZONES}


def test_a_hand_over_cannot_claim_the_zones_of_others() -> None:
    """It comes from another team, and would decide what names of the network's storage resolve to."""
    target = native_hand_over()["targets"]["cluster"]
    hostile = {**target, "zones": {**target["zones"], "blob": "privatelink.vault.azure.net"}}
    settings = {
        **handed_over_native(),
        "hand_overs": {"theirs": {"inline": native_hand_over(targets={"cluster": hostile})}},
    }
    problem = only_problem(settings)
    assert problem.path == "hand_overs.theirs.inline.targets.cluster.zones.blob"


def test_the_network_of_the_cluster_may_be_anywhere() -> None:
    """A native cluster has no network, and its endpoints may be in any region."""
    settings = native(subnet_id=f"{network_id('far')}/subnets/clients")
    assert plan_endpoint(settings).place.location == "westus"
