"""What holds for the graph of every stack, however it is written."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any, cast

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.errors import SettingsError
from adx_private_link.facts.records import DEAD, EndpointFacts
from adx_private_link.program import plan
from adx_private_link.settings import ROLES, ClusterSettings, ConsumerSettings, DnsSettings, Settings
from adx_private_link.topology.records import (
    ConnectsTo,
    EndpointNode,
    HandedAlias,
    ServiceAlias,
    ServiceById,
    ServiceNode,
    ZoneNode,
)

from ..samples.building import clusters_and_consumers, plan_settings
from ..samples.objects import endpoints, objects, plan_if_possible
from ..samples.random_stacks import Stack, peaceful_stacks, wild_stacks

_stacks = peaceful_stacks() | wild_stacks()


def _shuffled(part: Any, source: random.Random) -> Any:
    if not isinstance(part, dict):
        return part
    mapping = cast("dict[str, Any]", part)
    keys = list(mapping)
    source.shuffle(keys)
    return {key: _shuffled(mapping[key], source) for key in keys}


@given(peaceful_stacks())
def test_where_nothing_is_in_the_way_there_is_a_graph(stack: Stack) -> None:
    settings = stack.settings
    assert list(plan(settings, stack.facts).clusters) == settings.cluster_keys


@given(_stacks)
def test_every_stack_is_a_graph_or_problems_with_remedies(stack: Stack) -> None:
    try:
        plan(stack.settings, stack.facts)
    except SettingsError as error:
        problems = error.problems
    else:
        return
    assert problems
    assert all(each.path and each.message and each.remedy for each in problems)


@given(_stacks, st.integers())
def test_the_order_of_settings_shows_nowhere(stack: Stack, seed: int) -> None:
    """A reordered file must neither rename nor replace anything, nor find other problems."""
    other = Stack(_shuffled(stack.given, random.Random(seed)), stack.regions, stack.states)
    expected, found = plan_if_possible(stack), plan_if_possible(other)
    assert found == expected
    assert list(objects(found)) == list(objects(expected))


@given(_stacks)
def test_each_consumer_gets_each_role_of_each_of_its_clusters_once(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    settings = stack.settings
    for key, node in planned.clusters.items():
        given = settings.clusters.get(key)
        assert set(node.services) == set(given.published if given else ())
        wanted = {
            (consumer, role)
            for consumer, each in settings.consumers_of(key).items()
            for role in node.hosts
            if each.roles is None or role in each.roles
        }
        assert {(each.consumer, each.target) for each in node.endpoints} == wanted
        assert len(node.endpoints) == len(wanted)
        for each in node.endpoints:
            assert each.connects_to == _connects_to(settings, key, each)
            approves = given is not None and settings.consumers[each.consumer].approval == "approve"
            assert (each.approval is not None) == approves


def _connects_to(settings: Settings, key: str, endpoint: EndpointNode) -> ConnectsTo:
    if key in settings.hand_overs:
        inline = settings.hand_overs[key].inline
        assert inline
        return HandedAlias(inline.services[endpoint.target].alias)
    by_id = settings.consumers[endpoint.consumer].approval == "resource_id"
    return (ServiceById if by_id else ServiceAlias)(endpoint.target)


@given(_stacks)
def test_an_endpoint_publishes_all_of_its_hosts_or_nothing(stack: Stack) -> None:
    """A client that finds one name of a service and not the other is worse off than one that finds neither."""
    planned = plan_if_possible(stack)
    for node in planned.clusters.values():
        for each in node.endpoints:
            wanted = [host.name for host in node.hosts[each.target]]
            assert list(each.hosts) == ([] if each.withheld else wanted)
            elsewhere = stack.settings.consumers[each.consumer].dns == "elsewhere"
            assert [record.host for record in each.records] == ([] if elsewhere else list(each.hosts))


@given(_stacks)
def test_a_record_never_leads_to_an_endpoint_that_is_dead_or_waits(stack: Stack) -> None:
    """Clients would run into a timeout, where the public answer still works."""
    planned, facts, settings = plan_if_possible(stack), stack.facts, stack.settings
    for key, node in planned.clusters.items():
        for each in node.endpoints:
            id = f"{each.place}/providers/Microsoft.Network/privateEndpoints/{each.name}".lower()
            found = facts.endpoints.get(id)
            state = found.state if isinstance(found, EndpointFacts) else None
            approval = settings.consumers[each.consumer].approval
            waits = approval == "elsewhere" or (key in settings.hand_overs and approval == "approve")
            if state in DEAD or (waits and state != "Approved"):
                assert each.withheld == (state or "Pending")
                assert each.records == ()
                assert any(each.name in warning for warning in node.warnings), "withdrawn in silence"
            else:
                assert each.withheld is None


@given(_stacks)
def test_a_host_is_published_once_in_a_zone(stack: Stack) -> None:
    """Two endpoints would take the record from each other, at every update."""
    records = [record for each in endpoints(plan_if_possible(stack)) for record in each.records]
    assert len({(each.zone, each.host) for each in records}) == len(records)
    assert len({(each.zone, each.name.lower()) for each in records}) == len(records)


@given(_stacks)
def test_an_address_is_one_objects_in_its_network(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    taken = [(each.subnet_id.network.key, each.address) for each in endpoints(planned) if each.address]
    taken += [
        (service.nat_subnet_id.network.key, address)
        for node in planned.clusters.values()
        for service in node.services.values()
        for address in service.nat_addresses
        if address
    ]
    assert len(set(taken)) == len(taken)


@given(_stacks)
def test_logical_names_are_unique_in_the_whole_stack(stack: Stack) -> None:
    """Two resources of one logical name and type are one URN: Pulumi refuses the second."""
    planned = plan_if_possible(stack)
    names = [(each.kind, each.logical_name) for each in objects(planned)]
    assert len(set(names)) == len(names)


@given(wild_stacks())
@hypothesis.settings(max_examples=hypothesis.settings().max_examples * 5 // 2)
def test_physical_names_are_unique_where_they_live(stack: Stack) -> None:
    """Azure has one object of a name in a resource group, and the second one would overwrite or be refused."""
    planned = plan_if_possible(stack)
    names = [(each.kind, *each.place, each.name) for each in objects(planned) if each.place]
    assert len(set(names)) == len(names)


@given(_stacks)
def test_deployment_names_fit(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    assert all(len(each.name) <= 64 for each in objects(planned) if each.kind == "approval")


@given(_stacks)
def test_link_names_fit(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    assert all(len(link.name) <= 80 for zone in planned.zones.values() for link in zone.links)


@given(_stacks)
def test_a_network_is_linked_to_one_zone_of_a_name_at_most(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    zones = planned.zones.values()
    linked = [(zone.name.lower(), link.network_id.key) for zone in zones for link in zone.links]
    assert len(set(linked)) == len(linked)


@given(_stacks)
def test_records_and_clusters_name_zones_that_there_are(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    for node in planned.clusters.values():
        assert set(node.zones) == {record.zone for each in node.endpoints for record in each.records}
    # A zone whose records are all withheld is there all the same.
    assert {zone for node in planned.clusters.values() for zone in node.zones} <= set(planned.zones)


@given(_stacks)
def test_consumers_may_ask_for_a_connection_and_nobody_else(stack: Stack) -> None:
    """Visibility is exactly the consumers' subscriptions, unless people say otherwise."""
    planned = plan_if_possible(stack)
    settings = stack.settings
    for key, node in planned.clusters.items():
        for service in node.services.values():
            needed = _subscriptions(settings, key)
            given = settings.clusters[key]
            if given.visible_to_all:
                assert service.visibility == ("*",)
                assert any("visible_to_all" in each for each in node.warnings)
            elif given.visibility is None:
                assert set(service.visibility) == needed | set(service.auto_approval)
            else:
                assert set(service.visibility) == set(given.visibility) >= needed


def _subscriptions(settings: Settings, key: str) -> set[str]:
    own = {each.subnet_id.subscription for each in settings.consumers_of(key).values()}
    return own | {each.subscription for each in settings.external_consumers_of(key).values()}


@given(_stacks)
def test_nobody_is_trusted_who_did_not_ask_for_it(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    settings = stack.settings
    for key, node in planned.clusters.items():
        trusted = {
            each.subnet_id.subscription for each in settings.consumers_of(key).values() if each.approval == "auto"
        }
        for service in node.services.values():
            assert service.visibility == ("*",) or set(service.auto_approval) <= set(service.visibility)
            assert trusted <= set(service.auto_approval)
            if settings.clusters[key].auto_approval is None:
                assert trusted == set(service.auto_approval)


@given(_stacks)
def test_a_cluster_planned_alone_is_the_same(stack: Stack) -> None:
    """The program plans the stack, each component its own cluster: what is checked is what is deployed."""
    planned = plan_if_possible(stack)
    for key, node in planned.clusters.items():
        alone = plan(stack.settings.alone(key), stack.facts.alone(key))
        assert alone.clusters == {key: node}
        assert set(node.zones) <= set(alone.zones) <= set(planned.zones)


@given(_stacks)
def test_the_node_tells_what_it_was_told(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    settings = stack.settings
    for key, node in planned.clusters.items():
        if node.services:
            _check_services(settings.clusters[key], node.services.values())
        for endpoint in node.endpoints:
            consumer = settings.consumers[endpoint.consumer]
            given = consumer.endpoint(key, endpoint.target)
            assert endpoint.subnet_id == consumer.subnet_id
            assert endpoint.place.subscription == consumer.subnet_id.subscription
            assert (endpoint.address, endpoint.interface_name) == (given.address, given.interface_name)
            assert given.name in (None, endpoint.name)
            for record in endpoint.records:
                _check_zone(consumer, planned.zones[record.zone])
                assert consumer.dns != "elsewhere"
                assert record.ttl == consumer.dns.ttl


def _check_services(given: ClusterSettings, services: Iterable[ServiceNode]) -> None:
    for service in services:
        assert service.place.subscription == given.home.subscription
        assert service.place.resource_group == (given.resource_group or given.home.resource_group)
        assert (service.tags, service.lock, service.protect) == (given.tags, given.lock, given.protect)
        special = given.services.get(service.target)
        addresses = special.nat_addresses if special and special.nat_addresses else [None] * given.nat.addresses
        assert list(service.nat_addresses) == addresses


def _check_zone(consumer: ConsumerSettings, zone: ZoneNode) -> None:
    if isinstance(consumer.dns, DnsSettings):
        assert zone.subscription == (consumer.dns.subscription or consumer.subnet_id.subscription)
        assert zone.resource_group.lower() == consumer.dns.resource_group.lower()
        assert not zone.exists
        assert zone.lock or not consumer.dns.lock
        assert zone.protect or not consumer.dns.protect
    else:
        key = f"/subscriptions/{zone.subscription}/resourcegroups/{zone.resource_group}/"
        assert any(each.key.startswith(key.lower()) for each in consumer.zone_ids)
        assert zone.exists


@pytest.mark.parametrize(("clusters", "consumers"), [(1, 0), (2, 3), (20, 10)])
def test_n_clusters_and_m_consumers(clusters: int, consumers: int) -> None:
    planned = plan_settings(clusters_and_consumers(clusters, consumers))
    assert len(endpoints(planned)) == clusters * consumers * len(ROLES)
    # One zone for each consumer, however many clusters of the region it sees.
    assert len(planned.zones) == consumers
