"""What holds for the graph of every stack, however it is written."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.nodes import EndpointNode, ServiceAlias, ServiceById, Topology
from adx_private_link.problems import SettingsError
from adx_private_link.settings import ROLES, Role, Settings
from adx_private_link.topology import topology

from .building import GUEST, OWNER, cluster, clusters_and_consumers, consumer, plan, small
from .stacks import Stack, peaceful_stacks, wild_stacks

_stacks = peaceful_stacks() | wild_stacks()


@dataclass(frozen=True)
class Object:
    """One thing that will be in Azure, with both of its names."""

    kind: str
    logical_name: str
    place: tuple[str, ...]
    name: str


def objects(planned: Topology) -> Iterator[Object]:
    """Everything that a graph makes; names are compared as Azure does, without case."""
    for node in planned.clusters.values():
        yield Object("AdxPrivateLink", node.key, (), node.key)
        for service in node.services.values():
            place = (service.place.subscription, service.place.resource_group.lower())
            yield Object("service", service.logical_name, place, service.name.lower())
        for endpoint in node.endpoints:
            place = (endpoint.place.subscription, endpoint.place.resource_group.lower())
            yield Object("endpoint", endpoint.logical_name, place, endpoint.name.lower())
            if endpoint.approval:
                approval = endpoint.approval
                place = (approval.place.subscription, approval.place.resource_group.lower())
                yield Object("approval", approval.logical_name, place, approval.name.lower())
            for record in endpoint.records:
                zone = planned.zones[record.zone]
                place = (zone.subscription, zone.resource_group.lower(), zone.name.lower())
                yield Object("record", record.logical_name, place, record.name.lower())
    for key, zone in planned.zones.items():
        place = (zone.subscription, zone.resource_group.lower())
        yield Object("zone", key, place, zone.name.lower())
        for link in zone.links:
            yield Object("link", link.logical_name, (*place, zone.name.lower()), link.name.lower())


def endpoints(planned: Topology) -> list[EndpointNode]:
    return [each for node in planned.clusters.values() for each in node.endpoints]


def plan_if_possible(stack: Stack) -> Topology:
    """The graph, or an empty one where there are problems."""
    try:
        return topology(stack.settings, stack.facts)
    except SettingsError:
        return Topology({}, {})


def _shuffled(part: Any, source: random.Random) -> Any:
    if not isinstance(part, dict):
        return part
    mapping = cast("dict[str, Any]", part)
    keys = list(mapping)
    source.shuffle(keys)
    return {key: _shuffled(mapping[key], source) for key in keys}


@given(peaceful_stacks())
def test_where_nothing_is_in_the_way_there_is_a_graph(stack: Stack) -> None:
    assert set(topology(stack.settings, stack.facts).clusters) == set(stack.given["clusters"])


@given(_stacks)
def test_every_stack_is_a_graph_or_problems_with_remedies(stack: Stack) -> None:
    try:
        topology(stack.settings, stack.facts)
    except SettingsError as error:
        problems = error.problems
    else:
        return
    assert problems
    assert all(each.path and each.message and each.remedy for each in problems)


@given(_stacks, st.integers())
def test_the_order_of_settings_shows_nowhere(stack: Stack, seed: int) -> None:
    """A reordered file must neither rename nor replace anything, nor find other problems."""
    other = Stack(_shuffled(stack.given, random.Random(seed)), stack.regions)
    expected, found = plan_if_possible(stack), plan_if_possible(other)
    assert found == expected
    assert list(objects(found)) == list(objects(expected))


@given(_stacks)
def test_each_consumer_gets_each_role_of_each_of_its_clusters_once(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    settings = stack.settings
    for key, node in planned.clusters.items():
        assert set(node.services) == set(ROLES)
        wanted = {(consumer, role) for consumer in settings.consumers_of(key) for role in ROLES}
        assert {(each.consumer, each.target_name) for each in node.endpoints} == wanted
        assert len(node.endpoints) == len(wanted)
        for each in node.endpoints:
            given = settings.consumers[each.consumer]
            assert (each.approval is not None) == (given.approval == "approve")
            by_id = given.approval == "resource_id"
            assert each.target == (ServiceById if by_id else ServiceAlias)(each.target_name)
            assert [record.host for record in each.records] == [node.services[each.target_name].host]


@given(_stacks)
def test_logical_names_are_unique_in_the_whole_stack(stack: Stack) -> None:
    """Two resources of one logical name and type are one URN: Pulumi refuses the second."""
    planned = plan_if_possible(stack)
    names = [(each.kind, each.logical_name) for each in objects(planned)]
    assert len(set(names)) == len(names)


@given(wild_stacks())
@hypothesis.settings(max_examples=250)
def test_physical_names_are_unique_where_they_live(stack: Stack) -> None:
    """Azure has one object of a name in a resource group, and the second one would overwrite or be refused."""
    planned = plan_if_possible(stack)
    names = [(each.kind, *each.place, each.name) for each in objects(planned) if each.place]
    assert len(set(names)) == len(names)


@given(_stacks)
def test_deployment_names_fit(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    approvals = [each.approval for each in endpoints(planned)]
    assert all(each is None or len(each.name) <= 64 for each in approvals)


@given(_stacks)
def test_link_names_fit(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    assert all(len(link.name) <= 80 for zone in planned.zones.values() for link in zone.links)


@given(_stacks)
def test_a_network_is_linked_to_one_zone_of_a_name_at_most(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    zones = planned.zones.values()
    linked = [(zone.name.lower(), link.network_id.lower()) for zone in zones for link in zone.links]
    assert len(set(linked)) == len(linked)


@given(_stacks)
def test_records_and_clusters_name_zones_that_there_are(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    for node in planned.clusters.values():
        assert set(node.zones) == {record.zone for each in node.endpoints for record in each.records}
    assert {zone for node in planned.clusters.values() for zone in node.zones} == set(planned.zones)


@given(_stacks)
def test_consumers_may_ask_for_a_connection_and_nobody_is_trusted_who_may_not(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    settings = stack.settings
    for key, node in planned.clusters.items():
        consumers = settings.consumers_of(key).values()
        for service in node.services.values():
            assert {each.subnet_id.subscription for each in consumers} <= set(service.visibility)
            assert set(service.auto_approval) <= set(service.visibility)
            trusted = {each.subnet_id.subscription for each in consumers if each.approval == "auto"}
            assert trusted <= set(service.auto_approval)
            if settings.clusters[key].auto_approval is None:
                assert trusted == set(service.auto_approval), "nobody is trusted who did not ask for it"


def _alone(settings: Settings, key: str) -> Settings:
    """One cluster with its consumers, as `AdxPrivateLink` gets them."""
    consumers = {
        name: each.model_copy(update={"clusters": None, "names": {k: v for k, v in each.names.items() if k == key}})
        for name, each in settings.consumers_of(key).items()
    }
    return Settings(clusters={key: settings.clusters[key]}, consumers=consumers)


@given(_stacks)
def test_a_cluster_planned_alone_is_the_same(stack: Stack) -> None:
    """The program plans the stack, each component its own cluster: what is checked is what is deployed."""
    planned = plan_if_possible(stack)
    for key, node in planned.clusters.items():
        alone = topology(_alone(stack.settings, key), stack.facts)
        assert alone.clusters == {key: node}
        assert set(alone.zones) == set(node.zones)


@given(_stacks)
def test_the_node_tells_what_it_was_told(stack: Stack) -> None:
    planned = plan_if_possible(stack)
    settings = stack.settings
    for key, node in planned.clusters.items():
        given = settings.clusters[key]
        for service in node.services.values():
            assert service.place.subscription == given.id.subscription
            assert service.place.resource_group == (given.resource_group or given.id.resource_group)
            assert (service.nat_addresses, service.tags) == (given.nat.addresses, given.tags)
        for endpoint in node.endpoints:
            consumer = settings.consumers[endpoint.consumer]
            assert endpoint.subnet_id == str(consumer.subnet_id)
            assert endpoint.place.subscription == consumer.subnet_id.subscription
            for record in endpoint.records:
                zone = planned.zones[record.zone]
                assert zone.subscription == (consumer.dns.subscription or consumer.subnet_id.subscription)
                assert zone.resource_group.lower() == consumer.dns.resource_group.lower()
                assert record.ttl == consumer.dns.ttl


def test_names_of_a_small_stack() -> None:
    """
    Names are a contract: another logical name is another resource for Pulumi, another physical one for Azure, and
    either replaces what people have deployed. Change this test only together with a way to keep the old names.
    """
    assert [(each.kind, each.logical_name, each.name) for each in objects(plan(small()))] == [
        ("AdxPrivateLink", "myadx", "myadx"),
        ("service", "myadx.engine", "pls-myadx-engine"),
        ("service", "myadx.ingestion", "pls-myadx-ingestion"),
        ("endpoint", "myadx.analytics.engine", "pe-myadx-engine-analytics"),
        ("approval", "myadx.analytics.engine.approval", "approve-myadx.analytics.engine"),
        ("record", "myadx.analytics.engine", "myadx"),
        ("endpoint", "myadx.analytics.ingestion", "pe-myadx-ingestion-analytics"),
        ("approval", "myadx.analytics.ingestion.approval", "approve-myadx.analytics.ingestion"),
        ("record", "myadx.analytics.ingestion", "ingest-myadx"),
        (
            "zone",
            "privatelink.westus.kusto.windows.net@analytics.22222222-2222-2222-2222-222222222222",
            "privatelink.westus.kusto.windows.net",
        ),
        (
            "link",
            "privatelink.westus.kusto.windows.net@analytics-vnet.analytics.22222222-2222-2222-2222-222222222222",
            "analytics-own",
        ),
    ]


def test_connection_names_of_a_small_stack() -> None:
    """The connection's name is part of what cannot be changed without replacing the endpoint."""
    assert [each.connection_name for each in endpoints(plan(small()))] == ["myadx-engine", "myadx-ingestion"]


def test_places_of_a_small_stack() -> None:
    """Each object lives on its side: services and approvals with the cluster, endpoints and zone with the consumer."""
    planned = plan(small())
    assert {(each.kind, each.place[:2]) for each in objects(planned) if each.place} == {
        ("service", (OWNER, "adx")),
        ("approval", (OWNER, "adx")),
        ("endpoint", (GUEST, "analytics")),
        ("record", (GUEST, "analytics")),
        ("zone", (GUEST, "analytics")),
        ("link", (GUEST, "analytics")),
    }
    assert {each.place.location for each in endpoints(planned)} == {"westus"}


def test_a_long_deployment_name_is_cut_and_stays_distinguishable() -> None:
    """Azure takes 64 characters, and two consumers' names may be alike for longer than that."""
    keys = ["c" * 39 + end for end in "ab"]
    given = {"clusters": {"myadx-prod": cluster("myadx")}, "consumers": {key: consumer(key) for key in keys}}
    names = [each.approval.name for each in endpoints(plan(given)) if each.approval]
    assert len(set(names)) == 4
    assert all(len(each) <= 64 for each in names)
    assert names[1] == "approve-myadx-prod.cccccccccccccccccccccccccccccccccccc-0da407a7"


@pytest.mark.parametrize(("clusters", "consumers"), [(1, 0), (2, 3), (20, 10)])
def test_n_clusters_and_m_consumers(clusters: int, consumers: int) -> None:
    planned = plan(clusters_and_consumers(clusters, consumers))
    roles: tuple[Role, ...] = ROLES
    assert len(endpoints(planned)) == clusters * consumers * len(roles)
    # One zone for each consumer, however many clusters of the region it sees.
    assert len(planned.zones) == consumers
