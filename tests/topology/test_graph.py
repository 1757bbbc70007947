"""Properties of the graph of every stack."""

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
from adx_private_link.resource_ids import ClusterId
from adx_private_link.settings import ROLES, ClusterSettings, ConsumerSettings, Settings
from adx_private_link.topology.records import (
    ClusterConnection,
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


def _shuffle(part: Any, source: random.Random) -> Any:
    if not isinstance(part, dict):
        return part
    mapping = cast("dict[str, Any]", part)
    keys = list(mapping)
    source.shuffle(keys)
    return {key: _shuffle(mapping[key], source) for key in keys}


@given(peaceful_stacks())
def test_a_stack_without_conflicts_has_a_graph(stack: Stack) -> None:
    settings = stack.settings
    assert list(plan(settings, stack.facts).clusters) == settings.cluster_keys


@given(_stacks)
def test_every_stack_has_a_graph_or_problems_with_remedies(stack: Stack) -> None:
    try:
        plan(stack.settings, stack.facts)
    except SettingsError as error:
        problems = error.problems
    else:
        return
    assert problems
    assert all(problem.path and problem.message and problem.remedy for problem in problems)


@given(_stacks, st.integers())
def test_the_order_of_settings_changes_nothing(stack: Stack, seed: int) -> None:
    """A reordered file must not rename or replace a resource or report other problems."""
    other = Stack(_shuffle(stack.written, random.Random(seed)), stack.regions, stack.states)
    expected, actual = plan_if_possible(stack), plan_if_possible(other)
    assert actual == expected
    assert list(objects(actual)) == list(objects(expected))


@given(_stacks)
def test_each_consumer_has_one_endpoint_per_role_of_its_clusters(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    settings = stack.settings
    for key, node in planned.clusters.items():
        cluster_settings = settings.clusters.get(key)
        assert set(node.services) == set(cluster_settings.published if cluster_settings else ())
        expected = {
            (consumer, role)
            for consumer, consumer_settings in settings.consumers_of(key).items()
            for role in node.hosts
            if consumer_settings.roles is None or role in consumer_settings.roles
        }
        assert {(endpoint.consumer, endpoint.target) for endpoint in node.endpoints} == expected
        assert len(node.endpoints) == len(expected)
        for endpoint in node.endpoints:
            assert endpoint.connects_to == _connects_to(settings, key, endpoint)
            approves = cluster_settings is not None and settings.consumers[endpoint.consumer].approval == "approve"
            assert (endpoint.approval is not None) == approves


def _connects_to(settings: Settings, key: str, endpoint: EndpointNode) -> ConnectsTo:
    if key in settings.hand_overs:
        inline = settings.hand_overs[key].inline
        assert inline
        if endpoint.target == "cluster":
            return ClusterConnection(ClusterId.parse(inline.targets["cluster"].id))
        return HandedAlias(inline.services[endpoint.target].alias)
    if endpoint.target == "cluster":
        id = settings.clusters[key].id
        assert id
        return ClusterConnection(id)
    by_id = settings.consumers[endpoint.consumer].approval == "resource_id"
    return (ServiceById if by_id else ServiceAlias)(endpoint.target)


@given(_stacks)
def test_an_endpoint_publishes_all_of_its_hosts_or_nothing(stack: Stack) -> None:
    """A client that resolves one name of a service privately and another publicly does not work."""
    planned = plan_if_possible(stack)
    for node in planned.clusters.values():
        for endpoint in node.endpoints:
            assert endpoint.hosts == (() if endpoint.withheld else node.hosts[endpoint.target])
            elsewhere = stack.settings.consumers[endpoint.consumer].dns == "elsewhere"
            assert [record.host for record in endpoint.records] == (
                [] if elsewhere else [host.name for host in endpoint.hosts]
            )


@given(_stacks)
def test_dead_and_waiting_endpoints_have_no_records(stack: Stack) -> None:
    """Clients would run into a timeout while the public address still works."""
    planned, facts, settings = plan_if_possible(stack), stack.facts, stack.settings
    for key, node in planned.clusters.items():
        for endpoint in node.endpoints:
            id = f"{endpoint.place}/providers/Microsoft.Network/privateEndpoints/{endpoint.name}".lower()
            endpoint_facts = facts.endpoints.get(id)
            state = endpoint_facts.state if isinstance(endpoint_facts, EndpointFacts) else None
            approval = settings.consumers[endpoint.consumer].approval
            waits = approval == "elsewhere" or (key in settings.hand_overs and approval == "approve")
            if state in DEAD or (waits and state != "Approved"):
                assert endpoint.withheld == (state or "Pending")
                assert endpoint.records == ()
                assert any(endpoint.name in warning for warning in node.warnings), "withheld without a warning"
            else:
                assert endpoint.withheld is None


@given(_stacks)
def test_a_host_is_published_once_in_a_zone(stack: Stack) -> None:
    """Two endpoints would overwrite each other's record in every update."""
    records = [record for endpoint in endpoints(plan_if_possible(stack)) for record in endpoint.records]
    assert len({(record.zone, record.host) for record in records}) == len(records)
    assert len({(record.zone, record.name.lower()) for record in records}) == len(records)


@given(_stacks)
def test_an_address_is_used_once_in_its_network(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    taken = [(endpoint.subnet_id.network.key, endpoint.address) for endpoint in endpoints(planned) if endpoint.address]
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
    """Pulumi rejects the second resource of one type and logical name."""
    planned = plan_if_possible(stack)
    names = [(planned_object.kind, planned_object.logical_name) for planned_object in objects(planned)]
    assert len(set(names)) == len(names)


@given(wild_stacks())
@hypothesis.settings(max_examples=hypothesis.settings().max_examples * 5 // 2)
def test_physical_names_are_unique_in_their_place(stack: Stack) -> None:
    """Azure has one object of a name in a resource group, so a second one overwrites it or is rejected."""
    planned = plan_if_possible(stack)
    names = [
        (planned_object.kind, *planned_object.place, planned_object.name)
        for planned_object in objects(planned)
        if planned_object.place
    ]
    assert len(set(names)) == len(names)


@given(_stacks)
def test_deployment_names_have_at_most_64_characters(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    assert all(
        len(planned_object.name) <= 64 for planned_object in objects(planned) if planned_object.kind == "approval"
    )


@given(_stacks)
def test_link_names_have_at_most_80_characters(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    assert all(len(link.name) <= 80 for zone in planned.zones.values() for link in zone.links)


@given(_stacks)
def test_a_network_is_linked_to_at_most_one_zone_of_a_name(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    zones = planned.zones.values()
    linked = [(zone.name.lower(), link.network_id.key) for zone in zones for link in zone.links]
    assert len(set(linked)) == len(linked)


@given(_stacks)
def test_records_and_clusters_refer_to_planned_zones(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    for node in planned.clusters.values():
        assert set(node.zones) == {record.zone for endpoint in node.endpoints for record in endpoint.records}
    # A zone whose records are all withheld still exists.
    assert {zone for node in planned.clusters.values() for zone in node.zones} <= set(planned.zones)


@given(_stacks)
def test_a_service_is_visible_to_its_consumers_alone(stack: Stack) -> None:
    """Visibility defaults to exactly the consumers' subscriptions."""
    planned = plan_if_possible(stack)
    settings = stack.settings
    for key, node in planned.clusters.items():
        for service in node.services.values():
            needed = _subscriptions(settings, key)
            cluster_settings = settings.clusters[key]
            if cluster_settings.visible_to_all:
                assert service.visibility == ("*",)
                assert any("visible_to_all" in warning for warning in node.warnings)
            elif cluster_settings.visibility is None:
                assert set(service.visibility) == needed | set(service.auto_approval)
            else:
                assert set(service.visibility) == set(cluster_settings.visibility) >= needed


def _subscriptions(settings: Settings, key: str) -> set[str]:
    own = {consumer.subnet_id.subscription for consumer in settings.consumers_of(key).values()}
    return own | {external.subscription for external in settings.external_consumers_of(key).values()}


@given(_stacks)
def test_only_consumers_with_auto_approval_are_trusted(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    settings = stack.settings
    for key, node in planned.clusters.items():
        trusted = {
            consumer.subnet_id.subscription
            for consumer in settings.consumers_of(key).values()
            if consumer.approval == "auto"
        }
        for service in node.services.values():
            assert service.visibility == ("*",) or set(service.auto_approval) <= set(service.visibility)
            assert trusted <= set(service.auto_approval)
            if settings.clusters[key].auto_approval is None:
                assert trusted == set(service.auto_approval)


@given(_stacks)
def test_a_cluster_planned_alone_is_the_same(stack: Stack) -> None:
    """The program plans the stack and a component its own cluster, and both must deploy the same graph."""
    planned = plan_if_possible(stack)
    for key, node in planned.clusters.items():
        alone = plan(stack.settings.alone(key), stack.facts.alone(key))
        assert alone.clusters == {key: node}
        assert set(node.zones) <= set(alone.zones) <= set(planned.zones)


@given(_stacks)
def test_nodes_have_the_values_of_the_settings(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    settings = stack.settings
    for key, node in planned.clusters.items():
        if node.services:
            _check_services(settings.clusters[key], node.services.values())
        for endpoint in node.endpoints:
            consumer = settings.consumers[endpoint.consumer]
            endpoint_settings = consumer.endpoint(key, endpoint.target)
            assert endpoint.subnet_id == consumer.subnet_id
            assert endpoint.place.subscription == consumer.subnet_id.subscription
            assert (endpoint.address, endpoint.interface_name) == (
                endpoint_settings.address,
                endpoint_settings.interface_name,
            )
            assert endpoint_settings.name in (None, endpoint.name)
            for record in endpoint.records:
                _check_zone(consumer, planned.zones[record.zone])
                assert consumer.zones
                assert record.ttl == consumer.zones.ttl


def _check_services(cluster_settings: ClusterSettings, services: Iterable[ServiceNode]) -> None:
    for service in services:
        assert service.place.subscription == cluster_settings.home.subscription
        assert service.place.resource_group == (cluster_settings.resource_group or cluster_settings.home.resource_group)
        assert (service.tags, service.lock, service.protect) == (
            cluster_settings.tags,
            cluster_settings.lock,
            cluster_settings.protect,
        )
        special = cluster_settings.services.get(service.target)
        addresses = (
            special.nat_addresses if special and special.nat_addresses else [None] * cluster_settings.nat.addresses
        )
        assert list(service.nat_addresses) == addresses


def _check_zone(consumer: ConsumerSettings, zone: ZoneNode) -> None:
    assert consumer.zones
    if consumer.zones.resource_group:
        assert zone.subscription == (consumer.zones.subscription or consumer.subnet_id.subscription)
        assert zone.resource_group.lower() == consumer.zones.resource_group.lower()
        assert not zone.exists
        assert zone.lock or not consumer.zones.lock
        assert zone.protect or not consumer.zones.protect
    else:
        key = f"/subscriptions/{zone.subscription}/resourcegroups/{zone.resource_group}/"
        assert any(zone_id.key.startswith(key.lower()) for zone_id in consumer.zone_ids)
        assert zone.exists


@pytest.mark.parametrize(("clusters", "consumers"), [(1, 0), (2, 3), (20, 10)])
def test_n_clusters_and_m_consumers_have_n_times_m_endpoints_per_role(clusters: int, consumers: int) -> None:
    planned = plan_settings(clusters_and_consumers(clusters, consumers))
    assert len(endpoints(planned)) == clusters * consumers * len(ROLES)
    # A consumer has one zone for all its clusters of a region.
    assert len(planned.zones) == consumers
