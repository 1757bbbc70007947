"""
Whether a subnet has the addresses that a stack needs of it.

A /29 has three: the fourth endpoint failed half-way through the first update (`SubnetIsFull`, azure-docs#88211), and a
static address that something else has fails for ever (`PrivateIPAddressIsAllocated`, azurerm#17370).
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
    Given,
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
from ..samples.smallest import NAT, given_cluster

CLIENTS = subnet_id("analytics")
SMALL = IPv4Network("10.1.0.0/29")


def facts_with(given: Given, id: str = CLIENTS, **subnet: Any) -> Facts:
    """Azure with one subnet that is special."""
    facts = facts_of(parse(given))
    network = facts.networks[SubnetId.parse(id).network.key]
    assert isinstance(network, NetworkFacts)
    known = network.subnets.get(SubnetId.parse(id).name.lower()) or SubnetFacts(
        service_policies_enabled=False, delegated_to=None
    )
    return with_subnet(facts, id, replace(known, **subnet))


def two_clusters(*, consumers: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "clusters": {"one": cluster("one"), "two": cluster("two")},
        "consumers": consumers or {"analytics": consumer("analytics")},
    }


def of_a_consumer(key: str, clusters: list[str], **more: Any) -> dict[str, Any]:
    """One of several consumers in the same subnet."""
    return {**consumer(key, clusters=clusters, **more), "subnet_id": CLIENTS}


def test_four_endpoints_in_three_addresses() -> None:
    given = two_clusters()
    problem = only_problem(given, facts_with(given, prefixes=(SMALL,)))
    assert problem.path == "consumers.analytics.subnet_id"
    assert problem.value == CLIENTS
    assert "4 more are needed, and 3 of 3 in 10.1.0.0/29 are free (Azure reserves 5" in problem.message
    assert "larger subnet" in problem.remedy


@pytest.mark.parametrize("prefixes", [(IPv4Network("10.1.0.0/28"),), (SMALL, IPv4Network("10.2.0.0/29"))])
def test_enough_addresses(prefixes: tuple[IPv4Network, ...]) -> None:
    """A subnet may have several ranges."""
    given = two_clusters()
    assert not problems_of(given, facts_with(given, prefixes=prefixes))


def test_what_others_have_counts() -> None:
    problem = only_problem(small(), facts_with(small(), prefixes=(SMALL,), used=2))
    assert "2 more are needed, and 1 of 3" in problem.message
    assert not problems_of(small(), facts_with(small(), prefixes=(SMALL,), used=1))


def test_all_consumers_of_a_subnet_count() -> None:
    given = two_clusters(
        consumers={
            "first": of_a_consumer("first", ["one"]),
            "second": of_a_consumer("second", ["two"], dns={"resource_group": "first", "links": {}}),
        }
    )
    problem = only_problem(given, facts_with(given, prefixes=(SMALL,)))
    assert problem.path == "consumers.first.subnet_id"
    assert "(consumers.first.subnet_id: 2, consumers.second.subnet_id: 2)" in problem.message


def own(given: Given, *roles: str) -> frozenset[str]:
    """The ids of the endpoints of the consumer `analytics`, for all clusters."""
    settings = parse(given)
    return frozenset(
        names.endpoint_id(settings, key, "analytics", role).key
        for key in settings.clusters
        for role in ROLES
        if role in (roles or ROLES)
    )


def test_endpoints_that_exist_are_not_counted_twice() -> None:
    """The second preview of a subnet that is full now."""
    exist = own(small())
    assert not problems_of(small(), facts_with(small(), prefixes=(SMALL,), used=3, endpoint_keys=exist))
    exist = own(small(), "engine")
    assert not problems_of(small(), facts_with(small(), prefixes=(SMALL,), used=2, endpoint_keys=exist))
    assert problems_of(small(), facts_with(small(), prefixes=(SMALL,), used=3, endpoint_keys=exist))


def former(facts: Facts, *endpoints: tuple[str, str | None], cluster: str = "myadx") -> Facts:
    """The same facts after an update that left engine and ingestion, by id and address."""
    left = [
        FormerEndpoint(cluster, "analytics", role, EndpointId.parse(id), address)
        for role, (id, address) in zip(ROLES, endpoints, strict=False)
    ]
    return replace(facts, former=Former(endpoints=tuple(left)))


def test_an_endpoint_that_gets_another_name_frees_its_address_first() -> None:
    """It is deleted before it is created again."""
    exist = [endpoint_id("pe-old-engine", GUEST, "analytics"), endpoint_id("pe-old-ingestion", GUEST, "analytics")]
    ids = frozenset(each.lower() for each in exist)
    facts = facts_with(small(), prefixes=(SMALL,), used=3, endpoint_keys=ids)
    assert problems_of(small(), facts)
    assert not problems_of(small(), former(facts, *((each, None) for each in exist)))


def test_a_consumer_that_is_removed_frees_its_addresses_last() -> None:
    """Pulumi deletes at the end: an update that swaps two consumers needs room for both."""
    exist = endpoint_id("pe-myadx-engine-old", GUEST, "analytics")
    facts = facts_with(small(), prefixes=(SMALL,), used=2, endpoint_keys=frozenset({exist.lower()}))
    left = FormerEndpoint("myadx", "old", "engine", EndpointId.parse(exist))
    problem = only_problem(small(), replace(facts, former=Former(endpoints=(left,))))
    assert "deletions free their addresses only in the next update" in problem.remedy


def test_nat_addresses_count() -> None:
    given = given_cluster(nat={"addresses": 8})
    problem = only_problem(given, facts_with(given, NAT, prefixes=(IPv4Network("10.0.0.0/28"),)))
    assert problem.path == "clusters.myadx.nat.subnet_id"
    assert "16 more are needed, and 11 of 11" in problem.message


def test_nat_addresses_that_exist_do_not_count_twice() -> None:
    given = given_cluster(nat={"addresses": 2})
    settings = parse(given)
    facts = facts_with(given, NAT, prefixes=(IPv4Network("10.0.0.0/29"),), used=3)
    for node in plan_settings(given).clusters["myadx"].services.values():
        assert problems_of(given, facts)
        facts = with_service(facts, service_facts(settings, "myadx", node))
    assert not problems_of(given, facts)


def test_offline_nothing_is_known_of_the_size() -> None:
    assert isinstance(expected_topology(parse(two_clusters())), Topology)


# Static addresses


def static(address: str, role: str = "engine", key: str = "myadx") -> dict[str, Any]:
    return {**small(), "consumers": {"analytics": consumer("analytics", endpoints={key: {role: {"address": address}}})}}


PATH = "consumers.analytics.endpoints.myadx.engine.address"


def test_an_address_of_an_own_endpoint_that_stays() -> None:
    given = static("10.1.0.5")
    facts = facts_with(given, endpoint_keys=own(given))
    engine, ingestion = (names.endpoint_id(parse(given), "myadx", "analytics", role).text for role in ROLES)
    problem = only_problem(given, former(facts, (engine, "10.1.0.4"), (ingestion, "10.1.0.5")))
    assert problem.path == PATH
    assert "is the address of private endpoint pe-myadx-ingestion-analytics" in problem.message
    assert "in an update before this one" in problem.remedy
    assert not problems_of(given, former(facts, (engine, "10.1.0.5"), (ingestion, "10.1.0.4")))


def test_an_address_that_an_endpoint_had_before_people_deleted_it() -> None:
    given = static("10.1.0.5")
    engine, ingestion = (names.endpoint_id(parse(given), "myadx", "analytics", role).text for role in ROLES)
    facts = facts_with(given, endpoint_keys=own(given, "engine"))
    assert not problems_of(given, former(facts, (engine, "10.1.0.4"), (ingestion, "10.1.0.5")))


def in_one_subnet(address: str, **services: Any) -> dict[str, Any]:
    """Endpoints and NAT addresses in one subnet."""
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


def test_a_service_takes_the_lowest_addresses_before_its_endpoints_come() -> None:
    """No order helps: an endpoint needs its service."""
    for address, message in (("10.0.0.4", True), ("10.0.0.5", True), ("10.0.0.6", False)):
        found = problems_of(in_one_subnet(address), shared(address))
        assert (found.keys() == {PATH}) == message, address
    problem = only_problem(in_one_subnet("10.0.0.5"), shared("10.0.0.5"))
    assert "the NAT addresses of clusters.myadx" in problem.message
    assert "an address from 10.0.0.6 on" in problem.remedy


def shared(address: str, **more: Any) -> Facts:
    given = in_one_subnet(address)
    id = given["clusters"]["myadx"]["nat"]["subnet_id"]
    return facts_with(given, id, prefixes=(IPv4Network("10.0.0.0/24"),), **more)


def test_services_with_static_addresses_take_no_others() -> None:
    services = {"engine": {"nat_addresses": ["10.0.0.8"]}, "ingestion": {"nat_addresses": ["10.0.0.9"]}}
    assert not problems_of(in_one_subnet("10.0.0.4", **services), shared("10.0.0.4"))


def test_addresses_that_are_used_already_move_the_reach_up() -> None:
    assert problems_of(in_one_subnet("10.0.0.9"), shared("10.0.0.9", used=4)).keys() == {PATH}
    assert not problems_of(in_one_subnet("10.0.0.10"), shared("10.0.0.10", used=4))
