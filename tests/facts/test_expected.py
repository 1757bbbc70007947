"""What can be said of settings without Azure: nothing that Azure would not say as well."""

from __future__ import annotations

from hypothesis import assume, given

from adx_private_link.facts.expected import expected_facts
from adx_private_link.program import plan
from adx_private_link.topology.expected import expected_topology
from adx_private_link.topology.graph import plan_topology

from ..samples.building import cluster, cluster_id, consumer, facts_of, subnet_id, zone_id
from ..samples.random_stacks import Stack, parse, peaceful_stacks, wild_stacks


def problems(stack: Stack, *, expected: bool) -> set[str]:
    facts = facts_of(stack.settings, stack.regions)
    found = expected_topology(stack.settings) if expected else plan_topology(stack.settings, facts)
    return {each.path for each in found} if isinstance(found, list) else set()


@given(peaceful_stacks())
def test_settings_that_can_be_deployed_are_right(stack: Stack) -> None:
    """A check that cries wolf is switched off."""
    assert problems(stack, expected=True) == set()


@given(wild_stacks())
def test_whatever_is_wrong_is_wrong_in_azure_as_well(stack: Stack) -> None:
    # The Azure of these tests has load balancers of its own for each key, though two may name one cluster.
    ids = [str(each.id) for each in stack.settings.clusters.values()]
    assume(len(ids) == len({*ids}))
    expected, real = problems(stack, expected=True), problems(stack, expected=False)
    # Zones that exist are taken for those of the clusters' regions. Where they are of another, or of several, the same
    # settings may be wrong in another place.
    regions_are_guessed = any(each.zone_ids for each in stack.settings.consumers.values())
    assert expected <= real or (regions_are_guessed and real)


def test_two_clusters_of_one_name_are_taken_to_be_in_two_regions() -> None:
    """A pair for disaster recovery is often called so."""
    settings = parse(
        {
            "clusters": {"here": cluster("adx"), "there": {"id": cluster_id("adx", group="elsewhere")}},
            "consumers": {"analytics": consumer("analytics")},
        }
    )
    graph = plan(settings, expected_facts(settings))
    assert sorted(each.name for each in graph.zones.values()) == [
        "privatelink.region-of-here.invalid",
        "privatelink.region-of-there.invalid",
    ]


def test_a_zone_that_exists_tells_the_region() -> None:
    existing = {
        "subnet_id": consumer("hub")["subnet_id"],
        "dns": {"zone_ids": [zone_id("privatelink.eastus.kusto.windows.net")]},
    }
    settings = parse({"clusters": {"myadx": cluster("myadx")}, "consumers": {"hub": existing, "own": consumer("own")}})
    graph = plan(settings, expected_facts(settings))
    assert graph.clusters["myadx"].endpoints[0].hosts == ("myadx.eastus.kusto.windows.net",)
    assert {each.name for each in graph.zones.values()} == {"privatelink.eastus.kusto.windows.net"}


def test_the_region_is_one_in_which_nothing_is_in_the_way() -> None:
    """Hubs have zones of several regions, and not always in one place."""
    west, east = (f"privatelink.{region}.kusto.windows.net" for region in ("westus", "eastus"))
    hub = {"subnet_id": subnet_id("hub"), "dns": {"zone_ids": [zone_id(west, group="own"), zone_id(east)]}}
    given = {"clusters": {"myadx": cluster("myadx")}, "consumers": {"hub": hub, "own": consumer("own")}}
    assert problems(Stack(given, {}), expected=True) == set()


def test_a_network_may_have_a_zone_for_each_region() -> None:
    """Nobody knows here whether the clusters are in one; where they are not, the zones have other names."""
    own = {key: consumer("own", clusters=[key], dns={"resource_group": f"dns-{key}"}) for key in ("one", "two")}
    given = {"clusters": {"one": cluster("one"), "two": cluster("two")}, "consumers": own}
    assert problems(Stack(given, {"one": "westus", "two": "eastus"}), expected=False) == set()
    assert problems(Stack(given, {}), expected=True) == set()
    assert problems(Stack(given, {}), expected=False) == {"consumers.two.dns.links.own"}


def test_two_clusters_of_one_name_have_two_of_the_zones_that_exist() -> None:
    zones = [zone_id(f"privatelink.{region}.kusto.windows.net") for region in ("westus", "eastus")]
    given = {
        "clusters": {"here": cluster("adx"), "there": {"id": cluster_id("adx", group="elsewhere")}},
        "consumers": {"hub": {"subnet_id": subnet_id("hub"), "dns": {"zone_ids": zones}}},
    }
    assert problems(Stack(given, {}), expected=True) == set()
