"""The zones and zone groups of native clusters: where Azure writes the names, and who else writes there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adx_private_link.facts.records import (
    Deployed,
    EndpointFacts,
    Facts,
    Former,
    FormerEndpoint,
    Unreadable,
    ZoneGroupFacts,
)
from adx_private_link.facts.zones import CREATED_ZONE
from adx_private_link.naming.azure import endpoint_id
from adx_private_link.naming.logical import ZoneName
from adx_private_link.program import parse
from adx_private_link.resource_ids import EndpointId, ZoneGroupId, ZoneId

from ..samples.building import (
    FORBIDDEN,
    GUEST,
    WrittenSettings,
    cluster,
    cluster_facts,
    only_problem,
    problems_of,
    subnet_id,
    with_cluster,
    zone_id,
)
from ..samples.native import (
    HUB,
    KUSTO_ZONE,
    STORAGE_ZONES,
    handed_over_native,
    hub_zone_id,
    in_hub,
    made,
    native,
    native_facts,
)
from .native_graphs import plan_native

# Zones


@pytest.mark.parametrize(
    ("dns", "lost", "expected"),
    [
        (in_hub(), [], {"hub"}),
        (made(), [], {"analytics"}),
        ({"resource_group": "analytics", "zones_in": [HUB]}, [hub_zone_id(KUSTO_ZONE)], {"analytics", "hub"}),
        ({"resource_group": "analytics", "zones_in": [HUB]}, [], {"hub"}),
        ({"zone_ids": [zone_id(KUSTO_ZONE, GUEST, "own")], "zones_in": [HUB]}, [], {"own", "hub"}),
        ({"zones_in": [HUB.replace("/hub", "/first"), HUB]}, [zone_id(KUSTO_ZONE, GUEST, "first")], {"first", "hub"}),
        (
            {"resource_group": "analytics", "zones_in": [HUB], "storage_zones": "made"},
            [hub_zone_id(STORAGE_ZONES[2])],
            {"analytics", "hub"},
        ),
    ],
    ids=[
        "all in the hub",
        "all created",
        "own kusto zone",
        "the hub has all",
        "one by id",
        "two groups",
        "the hub has no table zone",
    ],
)
def test_a_zone_is_found_by_id_or_name_or_created(dns: dict[str, Any], lost: list[str], expected: set[str]) -> None:
    settings = native(dns)
    planned = plan_native(settings, native_facts(settings, lost=lost))
    assert {zone.resource_group for zone in planned.zones.values()} == expected
    assert {zone.name for zone in planned.zones.values()} == {KUSTO_ZONE, *STORAGE_ZONES}
    assert all(zone.exists == (zone.resource_group != "analytics") for zone in planned.zones.values())


def test_a_zone_that_this_stack_created_stays_when_the_hub_gets_one() -> None:
    """To delete it would take every name away."""
    settings = native({"resource_group": "analytics", "zones_in": [HUB]})
    name = ZoneName.of(ZoneId.parse(zone_id(KUSTO_ZONE, GUEST, "analytics")))
    deployed = Deployed(frozenset({f"urn:pulumi:test::adx-private-link::{CREATED_ZONE}::{name}"}))
    planned = plan_native(settings, replace(native_facts(settings), deployed=deployed))
    assert {zone.name: zone.exists for zone in planned.zones.values()}[KUSTO_ZONE] is False


@pytest.mark.parametrize(
    "zone", ["privatelink.kusto.windows.net", "adx.example.com", "privatelink.eastus.kusto.windows.net"]
)
def test_a_zone_into_which_azure_writes_nothing_is_a_problem(zone: str) -> None:
    """The zone group is created, and the cluster's own names stay public."""
    settings = {**native(made()), "clusters": {"new": cluster("newadx", zone=zone)}}
    problem = only_problem(settings, native_facts(settings))
    assert (problem.path, problem.value) == ("clusters.new.zone", zone)
    assert KUSTO_ZONE in problem.remedy
    handed = handed_over_native()
    handed["hand_overs"]["theirs"]["zone"] = zone
    assert problems_of(handed, native_facts(handed, ())).keys() == {"hand_overs.theirs.zone"}


def test_other_clouds_may_have_zones_of_other_names() -> None:
    """The table of recommended zones lacks Azure Government, and names another domain than China's clusters have."""
    domain = "chinaeast2.kusto.chinacloudapi.cn"
    settings = {
        **native(made()),
        "clusters": {"new": cluster("newadx", zone="privatelink.chinaeast2.kusto.windows.cn")},
    }
    facts = native_facts(settings)
    hosts_there = {"engine": f"newadx.{domain}", "ingestion": f"ingest-newadx.{domain}"}
    assert (
        problems_of(settings, with_cluster(facts, "new", replace(cluster_facts(facts, "new"), hosts=hosts_there))) == {}
    )


@pytest.mark.parametrize("dns", [{"resource_group": "analytics"}, {"zone_ids": [zone_id(KUSTO_ZONE)]}])
def test_fewer_zones_than_needed_are_a_problem(dns: dict[str, Any]) -> None:
    """Queries would work and queued ingestion fail, in production."""
    problem = only_problem(native(dns), native_facts(native(dns)))
    assert problem.path == "consumers.analytics.dns"
    assert "queued ingestion fails" in problem.message
    assert "usually the hub's" in problem.remedy
    assert "storage_zones: made" in problem.remedy


def test_a_zone_without_its_region_is_a_problem() -> None:
    """People copy `privatelink.kusto.windows.net` from lists of zones, and Azure writes nothing into it."""
    zones = [zone_id(name) for name in ("privatelink.kusto.windows.net", *STORAGE_ZONES)]
    settings = native({"zone_ids": zones})
    problem = only_problem(settings, native_facts(settings))
    assert problem.path == "consumers.analytics.dns.zone_ids"
    assert f"has no zone {KUSTO_ZONE}, which its clusters need" in problem.message


def test_a_storage_zone_that_the_hub_lacks_is_a_problem() -> None:
    facts = native_facts(native(), lost=[hub_zone_id(STORAGE_ZONES[0])])
    problem = only_problem(native(), facts)
    assert f"has no zone {STORAGE_ZONES[0]}; without it" in problem.message


def test_a_hub_without_the_zone_of_the_region_is_a_problem_of_the_hub() -> None:
    """Hubs have the storage zones of every service, and no zone of a region that has its first cluster."""
    facts = native_facts(native(), lost=[hub_zone_id(KUSTO_ZONE)])
    problem = only_problem(native(), facts)
    assert (problem.path, problem.value) == ("consumers.analytics.dns.zones_in", HUB)
    assert f"has no zone {KUSTO_ZONE}, which its clusters need" in problem.message
    assert "`resource_group`" in problem.remedy


@pytest.mark.parametrize("more", [{}, {"resource_group": "analytics", "storage_zones": "made"}])
def test_a_resource_group_that_does_not_exist_is_the_only_problem(more: dict[str, Any]) -> None:
    """Four missing zones would hide one wrong letter, and zones of this stack would take their place silently."""
    settings = native({"zones_in": [HUB], **more})
    names = (KUSTO_ZONE, *STORAGE_ZONES)
    missing = Unreadable('Status=404 Code="ResourceGroupNotFound" Message="…"', "")
    facts = replace(native_facts(settings), lost_zones={hub_zone_id(name).lower(): missing for name in names})
    problem = only_problem(settings, facts)
    assert (problem.path, problem.value) == ("consumers.analytics.dns.zones_in.0", HUB)
    assert "does not exist in Azure (a resource group)" in problem.message


def test_a_zone_that_cannot_be_read_is_not_treated_as_missing() -> None:
    """A lost role assignment would otherwise create a second zone, and move all names to it."""
    settings = native({"resource_group": "analytics", "zones_in": [HUB]})
    facts = replace(native_facts(settings), lost_zones={hub_zone_id(KUSTO_ZONE).lower(): FORBIDDEN})
    problem = only_problem(settings, facts)
    assert (problem.path, problem.value) == ("consumers.analytics.dns.zones_in", hub_zone_id(KUSTO_ZONE))
    assert "Reader role" in problem.remedy


def test_created_storage_zones_keep_public_answers() -> None:
    """A storage account of others that has a private endpoint anywhere would not be found any more (NXDOMAIN)."""
    settings = native({**made(), "links": {"own": {"resolution_policy": "Default"}}})
    policies = {
        zone.name: link.resolution_policy for zone in plan_native(settings).zones.values() for link in zone.links
    }
    assert policies == {KUSTO_ZONE: "Default", **dict.fromkeys(STORAGE_ZONES, "NxDomainRedirect")}


def test_existing_zones_are_linked_on_demand_only() -> None:
    assert not any(zone.links for zone in plan_native(native()).zones.values())
    linked = plan_native(native({**in_hub(), "link_existing": {"own": {}}}))
    assert [len(zone.links) for zone in linked.zones.values()] == [1, 1, 1, 1]
    mixed = native({"resource_group": "analytics", "zones_in": [HUB]})
    planned = plan_native(mixed, native_facts(mixed, lost=[hub_zone_id(KUSTO_ZONE)]))
    assert {zone.name: len(zone.links) for zone in planned.zones.values()} == {
        KUSTO_ZONE: 1,
        **dict.fromkeys(STORAGE_ZONES, 0),
    }


# Conflicts


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (in_hub(), in_hub()),
        (
            {"resource_group": "first", "zones_in": [HUB]},
            {"resource_group": "second", "zones_in": [HUB]},
        ),
    ],
    ids=["one kusto zone", "own kusto zones"],
)
def test_two_endpoints_of_a_cluster_cannot_share_a_zone(first: dict[str, Any], second: dict[str, Any]) -> None:
    """The second one overwrites the names of the first one, and takes them away when it goes (azure-docs#58044)."""
    consumers = {"first": first, "second": second}
    settings = {
        "clusters": {"new": cluster("newadx")},
        "consumers": {key: {"subnet_id": subnet_id(key), "dns": dns} for key, dns in consumers.items()},
    }
    lost = [hub_zone_id(KUSTO_ZONE)] if "resource_group" in first else []
    problem = only_problem(settings, native_facts(settings, lost=lost))
    assert problem.path == "consumers.second.dns"
    assert "both would write the records of" in problem.message
    assert "one endpoint serves several networks" in problem.remedy


def test_two_clusters_share_the_zones_of_a_consumer() -> None:
    settings = {**native(), "clusters": {"new": cluster("newadx"), "other": cluster("otheradx")}}
    planned = plan_native(settings, native_facts(settings, ["new", "other"]))
    assert len(planned.zones) == 4


def test_two_keys_of_one_cluster_are_a_problem() -> None:
    settings = {**native("elsewhere"), "clusters": {"new": cluster("newadx"), "twin": cluster("newadx")}}
    problem = only_problem(settings, native_facts(settings, ["new", "twin"]))
    assert (problem.path, problem.message) == ("clusters.twin.id", "is the cluster of clusters.new as well")


def _with_zone_group(facts: Facts, settings: WrittenSettings, **more: Any) -> Facts:
    id = endpoint_id(parse(settings), "new", "analytics", "cluster")
    return replace(facts, endpoints={id.key: EndpointFacts("Approved", has_zone_group=True)}, **more)


def _zone_group(id: EndpointId) -> ZoneGroupId:
    return ZoneGroupId.parse(f"{id}/privateDnsZoneGroups/default")


def test_a_zone_group_of_a_policy_is_a_problem() -> None:
    """Azure accepts one for each endpoint, and the update would fail half-way (pulumi-azure-native#2179)."""
    problem = only_problem(native(), _with_zone_group(native_facts(native()), native()))
    assert problem.path == "consumers.analytics.dns"
    assert "has one already" in problem.message
    assert "write `dns: elsewhere`" in problem.remedy
    assert problems_of(native("elsewhere"), _with_zone_group(native_facts(native("elsewhere")), native())) == {}


def _left_group(group: str = "analytics", **zones: str) -> ZoneGroupFacts:
    """The zone group that an update of the first settings creates; some zones are others, by the names of configs."""
    names = {"kusto": KUSTO_ZONE, **dict(zip(("blob", "queue", "table"), STORAGE_ZONES, strict=True)), **zones}
    return ZoneGroupFacts({name: ZoneId.of(GUEST, group, zone) for name, zone in names.items()})


@pytest.mark.parametrize(
    ("group", "is_problem"),
    [
        pytest.param(_left_group(), False, id="the very group"),
        pytest.param(_left_group("elsewhere"), True, id="other zones of these names"),
        pytest.param(_left_group(file="privatelink.file.core.windows.net"), True, id="one zone more"),
    ],
)
def test_the_zone_group_of_a_killed_update_is_no_problem(group: ZoneGroupFacts, *, is_problem: bool) -> None:
    """The state does not know it, so `repair` has to plan in order to import it."""
    settings = native(made())
    id = endpoint_id(parse(settings), "new", "analytics", "cluster")
    facts = _with_zone_group(native_facts(settings), settings, zone_groups={id.key: group})
    assert bool(problems_of(settings, facts)) == is_problem


def test_the_zone_group_of_this_stack_is_no_problem() -> None:
    id = endpoint_id(parse(native()), "new", "analytics", "cluster")
    left = FormerEndpoint("new", "analytics", "cluster", id, zone_group=_zone_group(id))
    after_update = _with_zone_group(native_facts(native()), native(), former=Former(endpoints=(left,)))
    assert problems_of(native(), after_update) == {}
    urn = "urn:pulumi:test::p::azure-native:network:PrivateDnsZoneGroup::new.analytics.cluster.zone-group"
    after_failure = _with_zone_group(native_facts(native()), native(), deployed=Deployed(frozenset({urn})))
    assert problems_of(native(), after_failure) == {}, "an update that fails leaves no outputs"
