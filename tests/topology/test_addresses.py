"""
Free addresses of a subnet, compared with those that a stack needs.

A /29 has three: the fourth endpoint failed half-way through the first update (`SubnetIsFull`, azure-docs#88211), and a
static address of another resource fails in every update (`PrivateIPAddressIsAllocated`, azurerm#17370).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest

from adx_private_link.facts.records import Facts, Former, FormerEndpoint, NetworkFacts, SubnetFacts
from adx_private_link.naming import azure as names
from adx_private_link.program import parse
from adx_private_link.resource_ids import EndpointId, SubnetId
from adx_private_link.settings import ROLES
from adx_private_link.topology.expected import expected_topology
from adx_private_link.topology.records import Topology

from ..samples.building import (
    GUEST,
    OWNER,
    WrittenSettings,
    cluster,
    consumer,
    endpoint_id,
    facts_of,
    network_id,
    only_problem,
    plan_settings,
    problems_of,
    service_facts,
    small,
    subnet_id,
    with_service,
    with_subnet,
)
from ..samples.smallest import NAT, small_with_cluster

CLIENTS = subnet_id("analytics")
SMALL = IPv4Network("10.1.0.0/29")


def facts_with(settings: WrittenSettings, id: str = CLIENTS, **subnet: Any) -> Facts:
    """Facts with changes to one subnet."""
    facts = facts_of(parse(settings))
    network = facts.networks[SubnetId.parse(id).network.key]
    assert isinstance(network, NetworkFacts)
    subnet_facts = network.subnets.get(SubnetId.parse(id).name.lower()) or SubnetFacts(
        service_policies_enabled=False, delegated_to=None
    )
    return with_subnet(facts, id, replace(subnet_facts, **subnet))


def two_clusters(*, consumers: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "clusters": {"one": cluster("one"), "two": cluster("two")},
        "consumers": consumers or {"analytics": consumer("analytics")},
    }


def consumer_in_subnet(key: str, clusters: list[str], **more: Any) -> dict[str, Any]:
    """A consumer in the subnet that several consumers share."""
    return {**consumer(key, clusters=clusters, **more), "subnet_id": CLIENTS}


def test_four_endpoints_do_not_fit_in_three_addresses() -> None:
    settings = two_clusters()
    problem = only_problem(settings, facts_with(settings, prefixes=(SMALL,)))
    assert problem.path == "consumers.analytics.subnet_id"
    assert problem.value == CLIENTS
    assert "4 more are needed, and 3 of 3 in 10.1.0.0/29 are free (Azure reserves 5" in problem.message
    assert "larger subnet" in problem.remedy


@pytest.mark.parametrize("prefixes", [(IPv4Network("10.1.0.0/28"),), (SMALL, IPv4Network("10.2.0.0/29"))])
def test_all_ranges_of_a_subnet_count(prefixes: tuple[IPv4Network, ...]) -> None:
    """A subnet may have several address ranges."""
    settings = two_clusters()
    assert not problems_of(settings, facts_with(settings, prefixes=prefixes))


def test_addresses_in_use_are_not_free() -> None:
    problem = only_problem(small(), facts_with(small(), prefixes=(SMALL,), used=2))
    assert "2 more are needed, and 1 of 3" in problem.message
    assert not problems_of(small(), facts_with(small(), prefixes=(SMALL,), used=1))


def test_endpoints_of_all_consumers_in_a_subnet_count() -> None:
    settings = two_clusters(
        consumers={
            "first": consumer_in_subnet("first", ["one"]),
            "second": consumer_in_subnet("second", ["two"], dns={"resource_group": "first", "links": {}}),
        }
    )
    problem = only_problem(settings, facts_with(settings, prefixes=(SMALL,)))
    assert problem.path == "consumers.first.subnet_id"
    assert "(consumers.first.subnet_id: 2, consumers.second.subnet_id: 2)" in problem.message


def own_endpoint_keys(settings: WrittenSettings, *roles: str) -> frozenset[str]:
    """The keys of the endpoints of the consumer `analytics`, for all clusters."""
    parsed = parse(settings)
    return frozenset(
        names.endpoint_id(parsed, key, "analytics", role).key
        for key in parsed.clusters
        for role in ROLES
        if role in (roles or ROLES)
    )


def test_existing_endpoints_do_not_count_twice() -> None:
    """A second preview finds the stack's own endpoints in a full subnet."""
    endpoint_keys = own_endpoint_keys(small())
    assert not problems_of(small(), facts_with(small(), prefixes=(SMALL,), used=3, endpoint_keys=endpoint_keys))
    endpoint_keys = own_endpoint_keys(small(), "engine")
    assert not problems_of(small(), facts_with(small(), prefixes=(SMALL,), used=2, endpoint_keys=endpoint_keys))
    assert problems_of(small(), facts_with(small(), prefixes=(SMALL,), used=3, endpoint_keys=endpoint_keys))


def with_former_endpoints(facts: Facts, *endpoints: tuple[str, str | None], cluster: str = "myadx") -> Facts:
    """Facts after an update that deployed engine and ingestion endpoints, by id and address."""
    endpoints_before = [
        FormerEndpoint(cluster, "analytics", role, EndpointId.parse(id), frozenset(filter(None, [address])))
        for role, (id, address) in zip(ROLES, endpoints, strict=False)
    ]
    return replace(facts, former=Former(endpoints=tuple(endpoints_before)))


def test_a_renamed_endpoint_frees_its_address_first() -> None:
    """A renamed endpoint is deleted before its replacement is created."""
    endpoint_ids = [
        endpoint_id("pe-old-engine", GUEST, "analytics"),
        endpoint_id("pe-old-ingestion", GUEST, "analytics"),
    ]
    ids = frozenset(id.lower() for id in endpoint_ids)
    facts = facts_with(small(), prefixes=(SMALL,), used=3, endpoint_keys=ids)
    assert problems_of(small(), facts)
    assert not problems_of(small(), with_former_endpoints(facts, *((id, None) for id in endpoint_ids)))


def test_a_removed_consumer_frees_its_addresses_last() -> None:
    """Pulumi deletes at the end, so an update that swaps two consumers needs addresses for both."""
    removed_id = endpoint_id("pe-myadx-engine-old", GUEST, "analytics")
    facts = facts_with(small(), prefixes=(SMALL,), used=2, endpoint_keys=frozenset({removed_id.lower()}))
    removed = FormerEndpoint("myadx", "old", "engine", EndpointId.parse(removed_id))
    problem = only_problem(small(), replace(facts, former=Former(endpoints=(removed,))))
    assert "deletions free their addresses only in the next update" in problem.remedy


def test_nat_addresses_count() -> None:
    settings = small_with_cluster(nat={"addresses": 8})
    problem = only_problem(settings, facts_with(settings, NAT, prefixes=(IPv4Network("10.0.0.0/28"),)))
    assert problem.path == "clusters.myadx.nat.subnet_id"
    assert "16 more are needed, and 11 of 11" in problem.message


def test_existing_nat_addresses_do_not_count_twice() -> None:
    settings = small_with_cluster(nat={"addresses": 2})
    parsed = parse(settings)
    facts = facts_with(settings, NAT, prefixes=(IPv4Network("10.0.0.0/29"),), used=3)
    for node in plan_settings(settings).clusters["myadx"].services.values():
        assert problems_of(settings, facts)
        facts = with_service(facts, service_facts(parsed, "myadx", node))
    assert not problems_of(settings, facts)


def test_expected_facts_do_not_limit_a_subnets_size() -> None:
    assert isinstance(expected_topology(parse(two_clusters())), Topology)


# Static addresses


def with_static_address(address: str, role: str = "engine", key: str = "myadx") -> dict[str, Any]:
    return {**small(), "consumers": {"analytics": consumer("analytics", endpoints={key: {role: {"address": address}}})}}


PATH = "consumers.analytics.endpoints.myadx.engine.address"


def test_a_static_address_of_another_own_endpoint_is_a_problem() -> None:
    settings = with_static_address("10.1.0.5")
    facts = facts_with(settings, endpoint_keys=own_endpoint_keys(settings))
    engine, ingestion = (names.endpoint_id(parse(settings), "myadx", "analytics", role).text for role in ROLES)
    problem = only_problem(settings, with_former_endpoints(facts, (engine, "10.1.0.4"), (ingestion, "10.1.0.5")))
    assert problem.path == PATH
    assert "is the address of private endpoint pe-myadx-ingestion-analytics" in problem.message
    assert "in an update before this one" in problem.remedy
    assert not problems_of(settings, with_former_endpoints(facts, (engine, "10.1.0.5"), (ingestion, "10.1.0.4")))


def test_a_static_address_of_a_deleted_endpoint_is_free() -> None:
    settings = with_static_address("10.1.0.5")
    engine, ingestion = (names.endpoint_id(parse(settings), "myadx", "analytics", role).text for role in ROLES)
    facts = facts_with(settings, endpoint_keys=own_endpoint_keys(settings, "engine"))
    assert not problems_of(settings, with_former_endpoints(facts, (engine, "10.1.0.4"), (ingestion, "10.1.0.5")))


def share_subnet(address: str, **services: Any) -> dict[str, Any]:
    """Settings with endpoints and NAT addresses in one subnet."""
    subnet = f"{network_id('myadx', OWNER, 'adx')}/subnets/shared"
    return {
        "clusters": {"myadx": cluster("myadx", nat={"subnet_id": subnet}, services=services)},
        "consumers": {
            "analytics": {
                **consumer("analytics", endpoints={"myadx": {"engine": {"address": address}}}),
                "subnet_id": subnet,
            }
        },
    }


def test_a_service_takes_the_lowest_addresses_before_its_endpoints() -> None:
    """Another order is impossible, because an endpoint needs its service."""
    for address, is_reported in (("10.0.0.4", True), ("10.0.0.5", True), ("10.0.0.6", False)):
        problems = problems_of(share_subnet(address), facts_of_shared_subnet(address))
        assert (problems.keys() == {PATH}) == is_reported, address
    problem = only_problem(share_subnet("10.0.0.5"), facts_of_shared_subnet("10.0.0.5"))
    assert "the NAT addresses of clusters.myadx" in problem.message
    assert "an address from 10.0.0.6 on" in problem.remedy


def facts_of_shared_subnet(address: str, **more: Any) -> Facts:
    settings = share_subnet(address)
    id = settings["clusters"]["myadx"]["nat"]["subnet_id"]
    return facts_with(settings, id, prefixes=(IPv4Network("10.0.0.0/24"),), **more)


def test_services_with_static_addresses_take_no_dynamic_ones() -> None:
    services = {"engine": {"nat_addresses": ["10.0.0.8"]}, "ingestion": {"nat_addresses": ["10.0.0.9"]}}
    assert not problems_of(share_subnet("10.0.0.4", **services), facts_of_shared_subnet("10.0.0.4"))


def test_addresses_in_use_move_the_lowest_free_ones_up() -> None:
    assert problems_of(share_subnet("10.0.0.9"), facts_of_shared_subnet("10.0.0.9", used=4)).keys() == {PATH}
    assert not problems_of(share_subnet("10.0.0.10"), facts_of_shared_subnet("10.0.0.10", used=4))
