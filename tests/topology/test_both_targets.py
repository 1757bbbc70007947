"""
Clusters on their way out of a virtual network and back: which targets have endpoints, and which of them publishes.

An owner prepares the move days before, and it may be rolled back at any time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adx_private_link.facts.records import EndpointFacts, Facts, Former, FormerEndpoint, FormerService
from adx_private_link.naming.azure import endpoint_id, service_id
from adx_private_link.program import parse, plan
from adx_private_link.settings import ROLES
from adx_private_link.topology.records import ClusterNode

from ..samples.building import (
    NOT_FOUND,
    WrittenSettings,
    cluster,
    cluster_facts,
    consumer,
    described,
    facts_of,
    only_problem,
    problems_of,
    service_facts,
    with_balancer,
    with_cluster,
    with_service,
)
from ..samples.native import made, native_facts

PUBLISHED = ["engine", "ingestion"]


def moving(**changes: Any) -> dict[str, Any]:
    return {
        "clusters": {"myadx": cluster("myadx", **changes)},
        "consumers": {"analytics": {**consumer("analytics"), "dns": made()}},
    }


def injected() -> Facts:
    return facts_of(parse(moving()))


def left(*, keeps_services: bool = True) -> Facts:
    """Facts after the deployed cluster left its network."""
    facts, settings = injected(), parse(moving())
    if keeps_services:
        for node in plan(settings, facts).clusters["myadx"].services.values():
            facts = with_service(facts, service_facts(settings, "myadx", node))
    for role in ROLES:
        facts = with_balancer(facts, "myadx", role, NOT_FOUND)
    itself = cluster_facts(facts, "myadx")
    gone = replace(itself, subnet_id=None, former_subnet_id=itself.subnet_id, public_ip_ids={})
    endpoints = {
        endpoint_id(settings, "myadx", "analytics", role).key: EndpointFacts("Approved")
        for role in ROLES
        if keeps_services
    }
    return replace(with_cluster(facts, "myadx", gone), endpoints=endpoints)


def planned(settings: WrittenSettings, facts: Facts) -> ClusterNode:
    return plan(parse(settings), facts).clusters["myadx"]


def publishers(node: ClusterNode) -> dict[str, list[str]]:
    """The roles of the records of each endpoint."""
    return {endpoint.target: [record.role for record in endpoint.records] for endpoint in node.endpoints}


def test_a_prepared_cluster_has_endpoints_of_its_own_that_publish_nothing() -> None:
    """They have no effect before the cluster leaves its network, so a name that leads to them is an outage."""
    node = planned(moving(targets="both"), injected())
    assert publishers(node) == {"engine": ["engine"], "ingestion": ["ingestion"], "cluster": []}
    assert [(endpoint.idle, endpoint.zone_group, endpoint.hosts) for endpoint in node.endpoints if endpoint.idle] == [
        ("prepared", None, ())
    ]
    assert node.endpoints[-1].approval
    assert not node.warnings


def test_storage_zones_are_there_before_the_cluster_leaves() -> None:
    """A missing zone is found days before, not in the window of the move."""
    zones = plan(parse(moving(targets="both")), injected()).zones
    assert sorted(zone.name.split(".")[1] for zone in zones.values()) == ["blob", "queue", "table", "westus"]
    without = {**moving(targets="both"), "consumers": {"analytics": consumer("analytics")}}
    assert only_problem(without, injected()).path == "consumers.analytics.dns"


@pytest.mark.parametrize("targets", [None, "both"])
def test_a_cluster_that_left_publishes_its_own_endpoint(targets: str | None) -> None:
    node = planned(moving(**({"targets": targets} if targets else {})), left())
    assert publishers(node) == {"engine": [], "ingestion": [], "cluster": PUBLISHED}
    assert [endpoint.idle for endpoint in node.endpoints] == ["left", "left", None]
    assert [*node.services] == PUBLISHED
    group = node.endpoints[-1].zone_group
    assert group
    assert [config.name for config in group.configs] == ["blob", "queue", "table"]
    assert len(node.warnings) == (0 if targets else 1)


def test_services_go_only_when_the_settings_say_so() -> None:
    node = planned(moving(targets="cluster"), left())
    assert (publishers(node), node.services) == ({"cluster": PUBLISHED}, {})


def test_a_cluster_without_services_any_more_is_native() -> None:
    """The settings may still say `both`, so that a roll-back creates services again."""
    node = planned(moving(targets="both", nat={"addresses": 2}, lock=True), left(keeps_services=False))
    assert (publishers(node), node.services) == ({"cluster": PUBLISHED}, {})


def test_services_publish_again_after_a_roll_back() -> None:
    assert publishers(planned(moving(targets="both"), injected())) == {
        "engine": ["engine"],
        "ingestion": ["ingestion"],
        "cluster": [],
    }


@pytest.mark.parametrize("facts", [injected(), left()], ids=["injected", "left"])
def test_names_that_are_left_to_the_public_endpoint_have_no_records(facts: Facts) -> None:
    """The bridge: clients use the public endpoint while the cluster moves."""
    node = planned(moving(targets="both", names="public"), facts)
    assert publishers(node) == {"engine": [], "ingestion": [], "cluster": []}
    assert all(endpoint.zone_group is None for endpoint in node.endpoints)
    assert [*node.services] == PUBLISHED


def test_with_the_bridge_services_can_go_before_the_cluster_leaves() -> None:
    """The way where Azure does not let a cluster leave whose load balancers have private link services."""
    node = planned(moving(targets="cluster", names="public"), injected())
    assert (publishers(node), node.services) == ({"cluster": []}, {})


def test_settings_cannot_ask_for_what_the_cluster_is_not() -> None:
    problem = only_problem(moving(targets="cluster"), injected())
    assert problem.path == "clusters.myadx.targets"
    assert "private access would end" in problem.message
    assert "adx-private-link migrate myadx" in problem.remedy
    problem = only_problem(moving(targets="services"), left())
    assert problem.path == "clusters.myadx.targets"
    assert "adx-private-link roll-back myadx" in problem.remedy


def test_without_its_own_target_a_cluster_has_no_settings_of_services() -> None:
    settings = moving(targets="cluster", services={"engine": {}}, legacy_names=True)
    assert problems_of(settings, injected()).keys() == {"clusters.myadx.targets", "clusters.myadx.services"}


@pytest.mark.parametrize("targets", ["services", "both"])
def test_a_cluster_that_was_never_injected_has_no_services(targets: str) -> None:
    settings = moving(targets=targets)
    assert only_problem(settings, native_facts(settings, ["myadx"])).path == "clusters.myadx.targets"


def test_the_kind_of_a_described_cluster_is_what_is_described() -> None:
    settings = moving(targets="both")
    settings["clusters"]["myadx"]["described"] = described("myadx")
    assert only_problem(settings).path == "clusters.myadx.targets"


def test_an_endpoint_is_not_replaced_in_the_update_that_moves_its_names_away() -> None:
    """Pulumi deletes a replaced endpoint first, and every name would be gone until the services publish again."""
    settings = parse(moving(targets="both"))
    id = endpoint_id(settings, "myadx", "analytics", "cluster")
    former = Former(
        services=tuple(FormerService("myadx", role, service_id(settings, "myadx", role)) for role in ROLES),
        endpoints=(
            FormerEndpoint("myadx", "analytics", "cluster", id, hosts=frozenset({"myadx.westus.kusto.windows.net"})),
        ),
    )
    deployed = EndpointFacts("Approved", connects_to=str(settings.clusters["myadx"].id), interface_name="nic-old")
    facts = replace(injected(), former=former, endpoints={id.key: deployed})
    problem = problems_of(moving(targets="both"), facts)["consumers.analytics"]
    assert "in the update that moves its names" in problem.message
    same = replace(facts, endpoints={id.key: replace(deployed, interface_name="")})
    assert problems_of(moving(targets="both"), same) == {}


@pytest.mark.parametrize("names", ["private", "public"])
@pytest.mark.parametrize("targets", ["services", "both", "cluster"])
def test_a_cluster_that_cannot_be_read_is_one_problem(targets: str, names: str) -> None:
    """Azure is slow or down on the night of a move, and a traceback would say nothing."""
    problem = only_problem(moving(targets=targets, names=names), with_cluster(injected(), "myadx", NOT_FOUND))
    assert problem.path == "clusters.myadx.id"
