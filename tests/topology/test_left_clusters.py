"""
Clusters that left their virtual network, beside others.

Azure retired injected clusters: owners migrate theirs, in the portal and without this stack. One of many must neither
block the updates of the others nor lose what is deployed for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.facts.records import Facts, Former, FormerService, ServiceFacts
from adx_private_link.naming import azure as names
from adx_private_link.program import parse, plan
from adx_private_link.resource_ids import ServiceId
from adx_private_link.settings import ROLES, Role, Settings
from adx_private_link.topology.records import ClusterNode, Topology

from ..samples.building import (
    FORBIDDEN,
    NOT_FOUND,
    Given,
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


def _with_services(settings: Settings, facts: Facts, keys: Iterable[str], roles: Iterable[Role] = ROLES) -> Facts:
    """The facts once a stack is deployed: clusters' services, which list the connections of its endpoints."""
    planned = plan(settings, facts)
    for key in keys:
        for role, node in planned.clusters[key].services.items():
            if role in roles:
                ids = [
                    str(names.endpoint_id(settings, key, each.consumer, role))
                    for each in planned.clusters[key].endpoints
                    if each.target == role
                ]
                facts = with_service(facts, service_facts(settings, key, node, *(connection(each) for each in ids)))
    return facts


def _left(facts: Facts, key: str) -> Facts:
    """The facts once a cluster has left its network, and taken its load balancers with it."""
    for role in ROLES:
        facts = with_balancer(facts, key, role, NOT_FOUND)
    return with_cluster(facts, key, replace(cluster_facts(facts, key), subnet_id=None, public_ip_ids={}))


def _deployed(settings: Given, **more: Any) -> Facts:
    """The facts of a small stack that is deployed, and whose cluster has left."""
    parsed = parse(settings)
    return _left(_with_services(parsed, facts_of(parsed), ["myadx"], **more), "myadx")


def _planned(settings: Given, facts: Facts) -> ClusterNode:
    return plan(parse(settings), facts).clusters["myadx"]


def _without_warnings(planned: Topology) -> Topology:
    clusters = {key: replace(each, warnings=()) for key, each in planned.clusters.items()}
    return replace(planned, clusters=clusters)


@given(peaceful_stacks(), st.data())
def test_whatever_is_deployed_stays_as_it_is(stack: Stack, data: st.DataObject) -> None:
    """Of any cluster, in any stack: the update of another one must not destroy it."""
    settings = stack.settings
    keys = sorted(key for key, each in settings.clusters.items() if not each.described)
    if not keys:
        return
    key = data.draw(st.sampled_from(keys))
    deployed = _with_services(settings, stack.facts, keys)
    before, after = plan(settings, deployed), plan(settings, _left(deployed, key))
    assert _without_warnings(after) == _without_warnings(before)
    added = set(after.clusters[key].warnings) - set(before.clusters[key].warnings)
    assert len(added) == 1
    assert f"clusters.{key}: " in added.pop()


def _as_new(node: ClusterNode) -> ClusterNode:
    """The node without what it has in common with what is deployed."""
    services = {role: replace(each, as_deployed=(), deployed_addresses=0) for role, each in node.services.items()}
    return replace(node, services=services)


def test_the_others_change_as_ever() -> None:
    """A new consumer gets endpoints to them, and none to a cluster that they might not reach."""
    before, after = parse(clusters_and_consumers(2, 1)), parse(clusters_and_consumers(2, 2))
    deployed = _with_services(before, facts_of(before), before.clusters)
    facts = _left(replace(facts_of(after), services=deployed.services), "cluster0")
    planned = plan(after, facts)
    assert [each.consumer for each in planned.clusters["cluster0"].endpoints] == ["consumer0"] * 2
    assert _as_new(planned.clusters["cluster1"]) == plan_settings(clusters_and_consumers(2, 2)).clusters["cluster1"]


def test_the_warning_says_what_to_do() -> None:
    [warning] = _planned(small(), _deployed(small())).warnings
    assert warning.startswith("clusters.myadx: /subscriptions/")
    assert "no longer injected in a virtual network" in warning
    assert "a private endpoint of the cluster itself (groupId `cluster`)" in warning
    assert "remove clusters.myadx here" in warning


def test_nat_settings_change_nothing_while_it_is_out() -> None:
    """They would replace its services, whose load balancers may be gone."""
    elsewhere = small()["clusters"]["myadx"]["id"].split("/Microsoft.Kusto")[0]
    subnet = f"{elsewhere}/Microsoft.Network/virtualNetworks/other-vnet/subnets/nat"
    given = {**small(), "clusters": {"myadx": cluster("myadx", nat={"addresses": 2, "subnet_id": subnet})}}
    planned = _planned(given, _deployed(small()))
    assert _as_new(planned).services == _planned(small(), facts_of(parse(small()))).services
    found = planned.services
    assert {node.as_deployed for node in found.values()} == {("frontend", "name")}


def test_a_rejected_connection_has_no_records_as_ever() -> None:
    id = str(names.endpoint_id(parse(small()), "myadx", "analytics", "engine"))
    facts = _deployed(small())
    for found in facts.services.values():
        assert isinstance(found, ServiceFacts)
        if found.connection_of(names.endpoint_id(parse(small()), "myadx", "analytics", "engine")):
            facts = with_service(facts, replace(found, connections=(connection(id, "Rejected"),)))
    engine, ingestion = _planned(small(), facts).endpoints
    assert (engine.withheld, engine.records) == ("Rejected", ())
    assert ingestion.records


def test_a_service_that_is_gone_is_not_made_again() -> None:
    """There may be no load balancer to make it on; it is said, and no role of a consumer is called wrong."""
    given = {**small(), "consumers": {"analytics": consumer("analytics", roles=["engine", "ingestion"])}}
    planned = _planned(given, _deployed(given, roles=["engine"]))
    assert [*planned.services] == ["engine"]
    assert [each.target for each in planned.endpoints] == ["engine"]
    assert "Its ingestion service does not exist" in planned.warnings[0]


def test_a_cluster_whose_services_are_all_gone_blocks_nothing() -> None:
    """No source says what becomes of them when it leaves; the outputs of this stack know that they were there."""
    made = tuple(
        FormerService("myadx", role, ServiceId.parse(str(names.service_id(parse(small()), "myadx", role))))
        for role in ROLES
    )
    planned = _planned(small(), replace(_deployed(small(), roles=[]), former=Former(services=made)))
    assert (planned.services, planned.endpoints) == ({}, ())
    assert "Its engine service does not exist" in planned.warnings[0]
    assert "stays as it is" not in planned.warnings[0]


def test_a_native_cluster_that_was_never_deployed_is_a_mistake() -> None:
    """Nothing is lost by an error, and the settings ask for what this stack cannot give."""
    problem = only_problem(small(), _deployed(small(), roles=[]))
    assert problem.path == "clusters.myadx.id"


def test_a_service_that_cannot_be_read_is_not_taken_for_gone() -> None:
    """Otherwise a lost role assignment would delete it."""
    facts = _deployed(small())
    id = names.service_id(parse(small()), "myadx", "engine")
    facts = replace(facts, services={**facts.services, id.key: FORBIDDEN})
    assert only_problem(small(), facts).path == "clusters.myadx.services.engine"
