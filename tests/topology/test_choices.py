"""
What is derived, and what people may choose instead: frontends, zones, places, names.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from adx_private_link.program import parse, plan

from ..samples.building import (
    ELSEWHERE,
    GUEST,
    cluster,
    cluster_facts,
    consumer,
    frontend,
    network_id,
    only_problem,
    plan_settings,
    problems_of,
    small,
    with_cluster,
)
from ..samples.smallest import NAT, facts_with_balancer, given_cluster, given_consumer, given_two, small_facts

# Frontends


def test_the_frontend_is_the_one_with_the_clusters_address() -> None:
    """Frontends are named by Azure's whim; ids are compared without case."""
    facts = small_facts()
    address = str(cluster_facts(facts, "myadx").public_ip_ids["engine"]).upper()
    frontends = (frontend("lb", "red", "ip-red"), frontend("lb", "blue"), frontend("lb", "right", address))
    planned = plan(parse(small()), facts_with_balancer(frontends=frontends))
    assert planned.clusters["myadx"].services["engine"].frontend_id.name == "right"


def test_an_internal_load_balancer_has_one_frontend_without_a_public_address() -> None:
    planned = plan(parse(small()), facts_with_balancer(frontends=(frontend("ilb", "LoadBalancerFrontEnd"),)))
    assert planned.clusters["myadx"].services["engine"].frontend_id.name == "LoadBalancerFrontEnd"


def test_a_single_frontend_with_another_public_address_is_not_the_clusters() -> None:
    """Somebody's load balancer of the same name must not be published."""
    facts = facts_with_balancer(frontends=(frontend("lb", "other", "somebody-elses-address"),))
    assert only_problem(small(), facts).path == "clusters.myadx.services.engine.frontend"


def test_a_given_frontend_wins_over_the_derived_one() -> None:
    given = given_cluster(services={"engine": {"frontend": "BLUE"}})
    address = str(cluster_facts(small_facts(), "myadx").public_ip_ids["engine"])
    facts = facts_with_balancer(frontends=(frontend("lb", "red", address), frontend("lb", "blue")))
    planned = plan(parse(given), facts)
    assert planned.clusters["myadx"].services["engine"].frontend_id.name == "blue"


# Overrides


def test_a_zone_of_ones_own_choice() -> None:
    """For a cluster that is reached through a domain of its own."""
    planned = plan_settings(given_cluster(zone="privatelink.adx.example.org"))
    assert [each.name for each in planned.zones.values()] == ["privatelink.adx.example.org"]
    records = [record.name for each in planned.clusters["myadx"].endpoints for record in each.records]
    assert records == ["myadx", "ingest-myadx"]


def test_zones_are_the_same_without_case() -> None:
    """Azure has one zone of a name, however it is spelt."""
    given = given_two(
        consumer("first", clusters=["one"], dns={"resource_group": "dns"}),
        consumer("second", clusters=["two"], dns={"resource_group": "dns"}),
        one=cluster("one", zone="privatelink.example.org"),
        two=cluster("two", zone="PrivateLink.Example.org"),
    )
    assert len(plan_settings(given).zones) == 1


@pytest.mark.parametrize("zone", ["", "a b", "https://privatelink.example.org"])
def test_a_zone_that_is_no_domain(zone: str) -> None:
    assert only_problem(given_cluster(zone=zone)).path == "clusters.myadx.zone"


def test_the_zone_follows_the_cloud() -> None:
    """Sovereign clouds have domains of their own; the cluster's host names tell them."""
    facts = small_facts()
    hosts = {
        "engine": "myadx.chinaeast2.kusto.chinacloudapi.cn",
        "ingestion": "ingest-myadx.chinaeast2.kusto.chinacloudapi.cn",
    }
    planned = plan(parse(small()), with_cluster(facts, "myadx", replace(cluster_facts(facts, "myadx"), hosts=hosts)))
    assert [each.name for each in planned.zones.values()] == ["privatelink.chinaeast2.kusto.chinacloudapi.cn"]


def test_services_are_placed_with_the_cluster_and_with_the_settings() -> None:
    given = given_cluster(resource_group="services", services={"engine": {"name": "pls-own"}}, nat={"addresses": 3})
    service = plan_settings(given).clusters["myadx"].services["engine"]
    assert (service.name, service.place.resource_group, service.nat_addresses) == (
        "pls-own",
        "services",
        (None, None, None),
    )
    assert str(service.nat_subnet_id) == NAT


def test_one_name_in_two_groups_is_no_conflict() -> None:
    given = given_two(
        consumer("first", endpoints={"myadx": {"engine": {"name": "pe-own"}}}),
        consumer("second", endpoints={"myadx": {"engine": {"name": "pe-own"}}}),
    )
    assert problems_of(given) == {}


def test_more_may_be_visible_than_the_consumers() -> None:
    """A partner's subscription, whose endpoint is made by the partner."""
    planned = plan_settings(given_cluster(auto_approval=[ELSEWHERE]))
    service = planned.clusters["myadx"].services["engine"]
    assert (service.visibility, service.auto_approval) == ((GUEST, ELSEWHERE), (ELSEWHERE,))


def test_two_networks_of_one_consumer_see_one_zone() -> None:
    links = {"own": {}, "hub": {"network_id": network_id("hub"), "resolution_policy": "Default", "name": "to-hub"}}
    [zone] = plan_settings(given_consumer(dns={"links": links})).zones.values()
    assert [(each.name, each.after_records) for each in zone.links] == [("to-hub", True), ("analytics-own", False)]


def test_links_may_be_nobodys() -> None:
    [zone] = plan_settings(given_consumer(dns={"links": {}})).zones.values()
    assert zone.links == ()
