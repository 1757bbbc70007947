"""Expected facts: without Azure, settings have no problem that they would not have with Azure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, example, given

from adx_private_link.facts.expected import expected_facts, expected_kinds
from adx_private_link.program import plan
from adx_private_link.topology.expected import expected_topology
from adx_private_link.topology.graph import plan_topology

from ..samples.building import GUEST, OWNER, cluster, cluster_id, consumer, facts_of, subnet_id, zone_id
from ..samples.native import both_kinds, made
from ..samples.random_stacks import Stack, parse, peaceful_stacks, wild_stacks


def find_problem_paths(stack: Stack, *, expected: bool) -> set[str]:
    facts = facts_of(stack.settings, stack.regions)
    planned = expected_topology(stack.settings) if expected else plan_topology(stack.settings, facts)
    return {problem.path for problem in planned} if isinstance(planned, list) else set()


@given(peaceful_stacks())
def test_settings_without_conflicts_have_no_problems(stack: Stack) -> None:
    """People switch off a check that reports false problems."""
    assert find_problem_paths(stack, expected=True) == set()


@example(
    Stack({"clusters": {"myadx": cluster("myadx", targets="cluster", services={"engine": {}})}, "consumers": {}}, {})
)  # in a network, which nothing but Azure says
@given(wild_stacks())
def test_every_problem_is_a_problem_in_azure_too(stack: Stack) -> None:
    # The sample facts have load balancers per key, although two keys may mean one cluster.
    ids = [str(cluster_settings.id) for cluster_settings in stack.settings.clusters.values()]
    assume(len(ids) == len({*ids}))
    expected, real = find_problem_paths(stack, expected=True), find_problem_paths(stack, expected=False)
    # Existing zones decide the expected regions, and other settings the expected kinds of clusters. Where the guess is
    # wrong, the settings may have their problem at another path.
    regions_are_guessed = any(consumer_settings.zone_ids for consumer_settings in stack.settings.consumers.values())
    kinds_are_guessed = "native" in expected_kinds(stack.settings).values()
    assert expected <= real or ((regions_are_guessed or kinds_are_guessed) and real)


def test_two_clusters_of_one_name_are_expected_in_two_regions() -> None:
    """A pair for disaster recovery often has one name in two regions."""
    settings = parse(
        {
            "clusters": {"here": cluster("adx"), "there": {"id": cluster_id("adx", group="elsewhere")}},
            "consumers": {"analytics": consumer("analytics")},
        }
    )
    graph = plan(settings, expected_facts(settings))
    assert sorted(zone.name for zone in graph.zones.values()) == [
        "privatelink.region-of-here.invalid",
        "privatelink.region-of-there.invalid",
    ]


def test_an_existing_zone_decides_the_expected_region() -> None:
    existing = {
        "subnet_id": consumer("hub")["subnet_id"],
        "dns": {"zone_ids": [zone_id("privatelink.eastus.kusto.windows.net")]},
    }
    settings = parse({"clusters": {"myadx": cluster("myadx")}, "consumers": {"hub": existing, "own": consumer("own")}})
    graph = plan(settings, expected_facts(settings))
    assert [host.name for host in graph.clusters["myadx"].endpoints[0].hosts] == ["myadx.eastus.kusto.windows.net"]
    assert {zone.name for zone in graph.zones.values()} == {"privatelink.eastus.kusto.windows.net"}


def test_the_expected_region_has_no_conflicts() -> None:
    """Hubs have zones of several regions, and not always in one resource group."""
    west, east = (f"privatelink.{region}.kusto.windows.net" for region in ("westus", "eastus"))
    hub = {"subnet_id": subnet_id("hub"), "dns": {"zone_ids": [zone_id(west, group="own"), zone_id(east)]}}
    settings = {"clusters": {"myadx": cluster("myadx")}, "consumers": {"hub": hub, "own": consumer("own")}}
    assert find_problem_paths(Stack(settings, {}), expected=True) == set()


def test_a_network_may_have_a_zone_for_each_region() -> None:
    """The clusters may be in different regions, and then their zones have different names."""
    own = {key: consumer("own", clusters=[key], dns={"resource_group": f"dns-{key}"}) for key in ("one", "two")}
    settings = {"clusters": {"one": cluster("one"), "two": cluster("two")}, "consumers": own}
    assert find_problem_paths(Stack(settings, {"one": "westus", "two": "eastus"}), expected=False) == set()
    assert find_problem_paths(Stack(settings, {}), expected=True) == set()
    assert find_problem_paths(Stack(settings, {}), expected=False) == {"consumers.two.dns.links.own"}


def test_two_clusters_of_one_name_use_two_existing_zones() -> None:
    zones = [zone_id(f"privatelink.{region}.kusto.windows.net") for region in ("westus", "eastus")]
    settings = {
        "clusters": {"here": cluster("adx"), "there": {"id": cluster_id("adx", group="elsewhere")}},
        "consumers": {"hub": {"subnet_id": subnet_id("hub"), "dns": {"zone_ids": zones}}},
    }
    assert find_problem_paths(Stack(settings, {}), expected=True) == set()


def test_alerts_on_services_need_a_cluster_that_has_services() -> None:
    """A check without Azure would otherwise find a problem that the deployment does not have."""
    settings = both_kinds()
    settings["consumers"]["analytics"]["dns"] = made()
    assert {*expected_kinds(parse(settings)).values()} == {"native"}
    group = f"/subscriptions/{OWNER}/resourceGroups/monitoring/providers/Microsoft.Insights/actionGroups/oncall"
    settings["alerts"] = {"action_group_id": group, "services": {}}
    assert {*expected_kinds(parse(settings)).values()} == {"injected"}
    stated = next(iter(settings["clusters"]))
    settings["clusters"][stated]["targets"] = "cluster"
    [other] = settings["clusters"].keys() - {stated}
    assert expected_kinds(parse(settings)) == {stated: "native", other: "injected"}


@pytest.mark.parametrize("more", [{"ttl": 60}, {"keep": ["ttl"]}])
@pytest.mark.parametrize("consumer_settings", [{}, {"roles": ["engine"]}, {"approval": "auto"}])
def test_settings_of_services_need_a_cluster_that_has_services(
    more: dict[str, Any], consumer_settings: dict[str, Any]
) -> None:
    """Zones for storage accounts are shared with other clusters, so they alone do not make all clusters native."""
    settings = both_kinds({**made(), **more}, **consumer_settings)
    assert {*expected_kinds(parse(settings)).values()} == {"injected"}
    assert find_problem_paths(Stack(settings, {}), expected=True) == set()
    # One is enough, as it is for Azure.
    assert expected_kinds(parse(settings), {"old": "injected"}) == {"new": "native"}
    assert expected_kinds(parse(settings), {"old": "native"}) == {"new": "injected"}


def test_roles_of_external_consumers_need_a_cluster_that_has_services() -> None:
    settings = both_kinds(made())
    settings["external_consumers"] = {"partner": {"subscription": GUEST, "roles": ["engine"]}}
    assert {*expected_kinds(parse(settings)).values()} == {"injected"}
    assert find_problem_paths(Stack(settings, {}), expected=True) == set()


def test_a_cluster_that_moves_was_injected() -> None:
    """The records of a cluster that has left its network are those of this stack, with their TTL."""
    settings = both_kinds({**made(), "ttl": 60})
    for cluster_settings in settings["clusters"].values():
        cluster_settings |= {"targets": "cluster", "names": "public"}
    assert {*expected_kinds(parse(settings)).values()} == {"native"}
    assert find_problem_paths(Stack(settings, {}), expected=True) == set()
