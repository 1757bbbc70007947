"""Derived values and the settings that override them: frontends, zones, places and names."""

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
from ..samples.smallest import (
    NAT,
    facts_with_balancer,
    small_facts,
    small_with_cluster,
    small_with_consumer,
    small_with_consumers,
)

# Frontends


def test_the_derived_frontend_has_the_clusters_address() -> None:
    """The names of frontends follow no rule, and the case of ids does not matter."""
    facts = small_facts()
    address = str(cluster_facts(facts, "myadx").public_ip_ids["engine"]).upper()
    frontends = (frontend("lb", "red", "ip-red"), frontend("lb", "blue"), frontend("lb", "right", address))
    planned = plan(parse(small()), facts_with_balancer(frontends=frontends))
    assert str(planned.clusters["myadx"].services["engine"].frontend_id).endswith("/right")


def test_the_only_frontend_of_an_internal_load_balancer_is_derived() -> None:
    planned = plan(parse(small()), facts_with_balancer(frontends=(frontend("ilb", "LoadBalancerFrontEnd"),)))
    assert str(planned.clusters["myadx"].services["engine"].frontend_id).endswith("/LoadBalancerFrontEnd")


def test_a_single_frontend_with_another_public_address_is_not_derived() -> None:
    """Another team's load balancer of the same name must not be published."""
    facts = facts_with_balancer(frontends=(frontend("lb", "other", "other-address"),))
    assert only_problem(small(), facts).path == "clusters.myadx.services.engine.frontend"


def test_a_frontend_in_the_settings_takes_precedence() -> None:
    settings = small_with_cluster(services={"engine": {"frontend": "BLUE"}})
    address = str(cluster_facts(small_facts(), "myadx").public_ip_ids["engine"])
    facts = facts_with_balancer(frontends=(frontend("lb", "red", address), frontend("lb", "blue")))
    planned = plan(parse(settings), facts)
    assert str(planned.clusters["myadx"].services["engine"].frontend_id).endswith("/blue")


# Overrides


def test_a_zone_in_the_settings_takes_precedence() -> None:
    """Clients may reach a cluster through another domain."""
    planned = plan_settings(small_with_cluster(zone="privatelink.adx.example.org"))
    assert [zone.name for zone in planned.zones.values()] == ["privatelink.adx.example.org"]
    records = [record.name for endpoint in planned.clusters["myadx"].endpoints for record in endpoint.records]
    assert records == ["myadx", "ingest-myadx"]


def test_zone_names_are_compared_without_case() -> None:
    """Azure has only one zone of a name, in any spelling."""
    settings = small_with_consumers(
        consumer("first", clusters=["one"], dns={"resource_group": "dns"}),
        consumer("second", clusters=["two"], dns={"resource_group": "dns"}),
        one=cluster("one", zone="privatelink.example.org"),
        two=cluster("two", zone="PrivateLink.Example.org"),
    )
    assert len(plan_settings(settings).zones) == 1


@pytest.mark.parametrize("zone", ["", "a b", "https://privatelink.example.org"])
def test_a_zone_that_is_not_a_domain_is_a_problem(zone: str) -> None:
    assert only_problem(small_with_cluster(zone=zone)).path == "clusters.myadx.zone"


def test_the_zone_follows_the_cloud() -> None:
    """Sovereign clouds have their own domains, and the cluster's host names contain them."""
    facts = small_facts()
    hosts = {
        "engine": "myadx.chinaeast2.kusto.chinacloudapi.cn",
        "ingestion": "ingest-myadx.chinaeast2.kusto.chinacloudapi.cn",
    }
    planned = plan(parse(small()), with_cluster(facts, "myadx", replace(cluster_facts(facts, "myadx"), hosts=hosts)))
    assert [zone.name for zone in planned.zones.values()] == ["privatelink.chinaeast2.kusto.chinacloudapi.cn"]


def test_a_service_has_the_place_and_name_of_the_settings() -> None:
    settings = small_with_cluster(
        resource_group="services", services={"engine": {"name": "pls-own"}}, nat={"addresses": 3}
    )
    service = plan_settings(settings).clusters["myadx"].services["engine"]
    assert (service.name, service.place.resource_group, service.nat_addresses) == (
        "pls-own",
        "services",
        (None, None, None),
    )
    assert str(service.nat_subnet_id) == NAT


def test_one_name_in_two_resource_groups_is_not_a_conflict() -> None:
    settings = small_with_consumers(
        consumer("first", endpoints={"myadx": {"engine": {"name": "pe-own"}}}),
        consumer("second", endpoints={"myadx": {"engine": {"name": "pe-own"}}}),
    )
    assert problems_of(settings) == {}


def test_a_service_may_trust_more_subscriptions_than_its_consumers() -> None:
    """A partner may create an endpoint in a subscription that has no consumer."""
    planned = plan_settings(small_with_cluster(auto_approval=[ELSEWHERE]))
    service = planned.clusters["myadx"].services["engine"]
    assert (service.visibility, service.auto_approval) == ((GUEST, ELSEWHERE), (ELSEWHERE,))


def test_one_consumer_may_link_two_networks_to_its_zone() -> None:
    links = {"own": {}, "hub": {"network_id": network_id("hub"), "resolution_policy": "Default", "name": "to-hub"}}
    [zone] = plan_settings(small_with_consumer(dns={"links": links})).zones.values()
    assert [(link.name, link.after_records) for link in zone.links] == [("to-hub", True), ("analytics-own", False)]


def test_a_zone_may_have_no_links() -> None:
    [zone] = plan_settings(small_with_consumer(dns={"links": {}})).zones.values()
    assert zone.links == ()
