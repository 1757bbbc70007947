"""
Clusters that left their virtual network, in stacks with other clusters.

Azure retired injected clusters, and owners migrate theirs in the portal, without this stack. A migrated cluster must
not block updates of the others or lose its deployed resources.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.facts.records import Facts, Former, FormerService, ServiceFacts
from adx_private_link.naming.azure import endpoint_id, service_id
from adx_private_link.program import parse, plan
from adx_private_link.resource_ids import ServiceId
from adx_private_link.settings import ROLES, Role, Settings, Target
from adx_private_link.topology.records import ClusterNode, EndpointNode

from ..samples.building import (
    FORBIDDEN,
    NOT_FOUND,
    WrittenSettings,
    cluster,
    cluster_facts,
    clusters_and_consumers,
    connection,
    consumer,
    facts_of,
    only_problem,
    plan_settings,
    service_facts,
    small,
    with_balancer,
    with_cluster,
    with_service,
)
from ..samples.random_stacks import Stack, peaceful_stacks
from ..samples.smallest import small_with_consumer


def _with_services(settings: Settings, facts: Facts, keys: Iterable[str], roles: Iterable[Role] = ROLES) -> Facts:
    """Facts after a stack is deployed, with services that list the connections of its endpoints."""
    planned = plan(settings, facts)
    for key in keys:
        for node in planned.clusters[key].services.values():
            role = node.target
            if role in roles:
                ids = [
                    str(endpoint_id(settings, key, endpoint.consumer, role))
                    for endpoint in planned.clusters[key].endpoints
                    if endpoint.target == role
                ]
                facts = with_service(facts, service_facts(settings, key, node, *(connection(id) for id in ids)))
    return facts


def _with_left_cluster(facts: Facts, key: str) -> Facts:
    """Facts after a cluster left its network and its load balancers disappeared."""
    for role in ROLES:
        facts = with_balancer(facts, key, role, NOT_FOUND)
    cluster = cluster_facts(facts, key)
    left = replace(cluster, subnet_id=None, former_subnet_id=cluster.subnet_id, public_ip_ids={})
    return with_cluster(facts, key, left)


def _facts_after_leaving(settings: WrittenSettings, **more: Any) -> Facts:
    """Facts of a deployed small stack whose cluster left its network."""
    parsed = parse(settings)
    return _with_left_cluster(_with_services(parsed, facts_of(parsed), ["myadx"], **more), "myadx")


def _plan_cluster(settings: WrittenSettings, facts: Facts) -> ClusterNode:
    return plan(parse(settings), facts).clusters["myadx"]


def _endpoints(node: ClusterNode) -> dict[tuple[str, Target], EndpointNode]:
    return {(endpoint.consumer, endpoint.target): endpoint for endpoint in node.endpoints}


def _records(node: ClusterNode) -> dict[str, str]:
    """Who publishes which host: the logical names of record sets, and the targets of their endpoints."""
    return {record.logical_name: endpoint.target for endpoint in node.endpoints for record in endpoint.records}


@given(peaceful_stacks(), st.data())
def test_nothing_is_removed_and_every_record_moves_when_a_cluster_leaves(stack: Stack, data: st.DataObject) -> None:
    """Somebody clicked on the migration: no update may delete anything, and no name may be absent."""
    settings = stack.settings
    keys = sorted(key for key, cluster_settings in settings.clusters.items() if not cluster_settings.described)
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    deployed = _with_services(settings, stack.facts, keys)
    before, after = plan(settings, deployed).clusters[key], plan(settings, _with_left_cluster(deployed, key)).clusters
    assert [*after[key].services] == [*before.services]
    assert all(service.is_left for service in after[key].services.values())
    assert _endpoints(after[key]).keys() >= _endpoints(before).keys()
    published = {
        name: "cluster"
        for endpoint in before.endpoints
        if not _endpoints(after[key])[endpoint.consumer, "cluster"].withheld
        for name in (record.logical_name for record in endpoint.records)
    }
    assert published.items() <= _records(after[key]).items()
    for other in keys:
        if other != key:
            assert after[other] == plan(settings, deployed).clusters[other]


def _as_new(node: ClusterNode) -> ClusterNode:
    """The node as a plan without deployed services has it."""
    services = {role: replace(service, as_deployed=(), deployed_addresses=0) for role, service in node.services.items()}
    return replace(node, services=services)


def test_other_clusters_still_change() -> None:
    """A new consumer gets endpoints to the other clusters, and none to a service that leads nowhere."""
    before, after = parse(clusters_and_consumers(2, 1)), parse(clusters_and_consumers(2, 2))
    deployed = _with_services(before, facts_of(before), before.clusters)
    facts = _with_left_cluster(replace(facts_of(after), services=deployed.services), "cluster0")
    planned = plan(after, facts)
    assert [*_endpoints(planned.clusters["cluster0"])] == [
        ("consumer0", "engine"),
        ("consumer0", "ingestion"),
        ("consumer0", "cluster"),
        ("consumer1", "cluster"),
    ]
    assert _as_new(planned.clusters["cluster1"]) == plan_settings(clusters_and_consumers(2, 2)).clusters["cluster1"]


def test_a_warning_says_what_to_do_about_a_cluster_that_left() -> None:
    left, zones = _plan_cluster(small(), _facts_after_leaving(small())).warnings
    assert left.startswith("clusters.myadx: /subscriptions/")
    assert "no longer injected in a virtual network, and no setting says so" in left
    assert "write `targets: cluster` in clusters.myadx" in left
    assert "adx-private-link roll-back myadx" in left
    assert zones.startswith("consumers.analytics.dns has no zone privatelink.blob.core.windows.net, ")


def test_nat_settings_of_a_cluster_that_left_change_nothing() -> None:
    """New NAT settings would replace services whose load balancers may no longer exist."""
    elsewhere = small()["clusters"]["myadx"]["id"].split("/Microsoft.Kusto")[0]
    subnet = f"{elsewhere}/Microsoft.Network/virtualNetworks/other-vnet/subnets/nat"
    settings = {**small(), "clusters": {"myadx": cluster("myadx", nat={"addresses": 2, "subnet_id": subnet})}}
    services = _plan_cluster(settings, _facts_after_leaving(small())).services
    expected = _plan_cluster(small(), facts_of(parse(small()))).services
    assert services == {role: replace(service, is_left=True) for role, service in expected.items()}


def test_a_service_that_lost_its_frontend_stays() -> None:
    """One of the things that Azure may do with the services of a cluster that leaves."""
    facts = _facts_after_leaving(small())
    for service in [*facts.services.values()]:
        assert isinstance(service, ServiceFacts)
        facts = with_service(facts, replace(service, frontend_id=None))
    assert [service.frontend_id for service in _plan_cluster(small(), facts).services.values()] == [None, None]


def test_dead_connections_of_services_do_not_matter_any_more() -> None:
    """Azure may disconnect the endpoints of services that lead nowhere; the names lead to the cluster itself."""
    id = str(endpoint_id(parse(small()), "myadx", "analytics", "engine"))
    facts = _facts_after_leaving(small())
    for service in [*facts.services.values()]:
        assert isinstance(service, ServiceFacts)
        if service.connection_of(endpoint_id(parse(small()), "myadx", "analytics", "engine")):
            facts = with_service(facts, replace(service, connections=(connection(id, "Disconnected"),)))
    engine, ingestion, itself = _plan_cluster(small(), facts).endpoints
    assert [(endpoint.idle, endpoint.withheld, endpoint.records) for endpoint in (engine, ingestion)] == [
        ("left", None, ()),
        ("left", None, ()),
    ]
    assert [record.role for record in itself.records] == ["engine", "ingestion"]


def test_a_deleted_service_of_a_cluster_that_left_is_not_created_again() -> None:
    """Its load balancer may no longer exist; a warning says so, and consumers may still ask for the role."""
    settings = {**small(), "consumers": {"analytics": consumer("analytics", roles=["engine", "ingestion"])}}
    planned = _plan_cluster(settings, _facts_after_leaving(settings, roles=["engine"]))
    assert [*planned.services] == ["engine"]
    assert [endpoint.target for endpoint in planned.endpoints] == ["engine", "cluster"]
    assert "Its ingestion service does not exist" in planned.warnings[0]


def test_a_cluster_that_left_without_services_blocks_nothing() -> None:
    """Azure does not document what happens to the services; the stack's outputs still name them."""
    former_services = tuple(
        FormerService("myadx", role, ServiceId.parse(str(service_id(parse(small()), "myadx", role)))) for role in ROLES
    )
    planned = _plan_cluster(
        small(), replace(_facts_after_leaving(small(), roles=[]), former=Former(services=former_services))
    )
    assert planned.services == {}
    assert [endpoint.target for endpoint in planned.endpoints] == ["cluster"]
    assert "Its engine service does not exist" in planned.warnings[0]
    assert "stay as they are" not in planned.warnings[0]


def test_a_cluster_that_left_before_it_was_deployed_is_native() -> None:
    settings = small_with_consumer(dns={"resource_group": "analytics", "storage_zones": "made"})
    planned = _plan_cluster(settings, _facts_after_leaving(settings, roles=[]))
    assert [endpoint.target for endpoint in planned.endpoints] == ["cluster"]


def test_a_service_that_cannot_be_read_is_not_treated_as_deleted() -> None:
    """A lost role assignment would otherwise delete the service."""
    facts = _facts_after_leaving(small())
    id = service_id(parse(small()), "myadx", "engine")
    facts = replace(facts, services={**facts.services, id.key: FORBIDDEN})
    assert only_problem(small(), facts).path == "clusters.myadx.services.engine"
