"""Native clusters: one endpoint for all roles, and a zone group over four zones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest

from adx_private_link.facts.records import (
    ConnectionFacts,
    Deployed,
    EndpointFacts,
    Facts,
    Former,
    FormerEndpoint,
    SubnetFacts,
    ZoneGroupFacts,
)
from adx_private_link.facts.zones import CREATED_ZONE
from adx_private_link.naming.azure import endpoint_id
from adx_private_link.naming.logical import ZoneName
from adx_private_link.program import parse, plan
from adx_private_link.resource_ids import ClusterId, EndpointId, ZoneGroupId, ZoneId
from adx_private_link.topology.records import ClusterConnection, ClusterNode, EndpointNode, Topology

from ..samples.building import (
    ELSEWHERE,
    FORBIDDEN,
    GUEST,
    OWNER,
    WrittenSettings,
    cluster,
    cluster_facts,
    cluster_id,
    hosts,
    network_id,
    only_problem,
    problems_of,
    subnet_id,
    with_cluster,
    with_subnet,
    zone_id,
)
from ..samples.native import (
    HUB,
    KUSTO_ZONE,
    STORAGE_ZONES,
    both_kinds,
    handed_over_native,
    hub_zone_id,
    in_hub,
    made,
    native,
    native_facts,
    native_hand_over,
)

ANALYTICS = subnet_id("analytics")


def _plan(settings: WrittenSettings, facts: Facts | None = None) -> Topology:
    return plan(parse(settings), facts or native_facts(settings))


def _cluster(settings: WrittenSettings, facts: Facts | None = None) -> ClusterNode:
    return _plan(settings, facts).clusters["new"]


def _endpoint(settings: WrittenSettings, facts: Facts | None = None) -> EndpointNode:
    [endpoint] = _cluster(settings, facts).endpoints
    return endpoint


def _zones(endpoint: EndpointNode) -> dict[str, str]:
    assert endpoint.zone_group
    return {config.name: config.zone.partition("@")[0] for config in endpoint.zone_group.configs}


# The graph


def test_one_endpoint_connects_to_the_cluster_itself() -> None:
    node = _cluster(native())
    [endpoint] = node.endpoints
    assert (endpoint.target, endpoint.name) == ("cluster", "pe-new-cluster-analytics")
    assert endpoint.connects_to == ClusterConnection(ClusterId.parse(cluster_id("newadx")), "cluster")
    assert node.services == {}
    assert [(host.name, host.role) for host in endpoint.hosts] == [
        ("newadx.westus.kusto.windows.net", "engine"),
        ("ingest-newadx.westus.kusto.windows.net", "ingestion"),
    ]


def test_this_stack_approves_in_the_resource_group_of_the_cluster() -> None:
    approval = _endpoint(native()).approval
    assert approval
    assert (approval.place.subscription, approval.place.resource_group) == (OWNER, "adx")


def test_azure_writes_all_names_into_four_zones() -> None:
    """With the cluster's own names alone, queued ingestion does not find its storage (azure-kusto-spark#390)."""
    endpoint = _endpoint(native())
    blob, queue, table = STORAGE_ZONES
    assert _zones(endpoint) == {"kusto": KUSTO_ZONE, "blob": blob, "queue": queue, "table": table}
    assert endpoint.records == ()


def test_a_cluster_that_left_its_network_keeps_record_sets_of_its_own_names() -> None:
    """They had record sets before, and move in place. Only the storage names are new."""
    settings = native({"resource_group": "analytics", "zones_in": [HUB], "ttl": 60})
    endpoint = _endpoint(settings, native_facts(settings, migrated=True))
    assert set(_zones(endpoint)) == {"blob", "queue", "table"}
    assert [(record.name, record.role, record.ttl) for record in endpoint.records] == [
        ("newadx", "engine", 60),
        ("ingest-newadx", "ingestion", 60),
    ]


def test_both_kinds_have_one_consumer() -> None:
    planned = _plan(both_kinds())
    assert [endpoint.target for endpoint in planned.clusters["old"].endpoints] == ["engine", "ingestion"]
    assert [endpoint.target for endpoint in planned.clusters["new"].endpoints] == ["cluster"]
    assert len(planned.zones) == 4, "both are in one region, so they share the zone of their own names"


def test_names_that_others_manage_have_no_zone_group() -> None:
    endpoint = _endpoint(native("elsewhere"))
    assert (endpoint.zone_group, endpoint.records, endpoint.withheld) == (None, (), None)
    assert _plan(native("elsewhere")).zones == {}


def test_a_sovereign_cloud_has_its_own_storage_zones() -> None:
    settings = native()
    facts = native_facts(settings)
    domain = "usgovvirginia.kusto.usgovcloudapi.net"
    known = replace(
        cluster_facts(facts, "new"),
        hosts={"engine": f"newadx.{domain}", "ingestion": f"ingest-newadx.{domain}"},
    )
    endpoint = _endpoint(settings, with_cluster(facts, "new", known))
    assert _zones(endpoint) == {
        "kusto": f"privatelink.{domain}",
        **{service: f"privatelink.{service}.core.usgovcloudapi.net" for service in ("blob", "queue", "table")},
    }


def test_a_described_cluster_is_not_looked_up() -> None:
    facts = {"location": "West US", "hosts": hosts("newadx")}
    settings = {**native(), "clusters": {"new": cluster("newadx", described=facts)}}
    looked_up = replace(native_facts(native()), clusters={})
    assert _endpoint(settings, looked_up) == _endpoint(native())


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
    planned = _plan(settings, native_facts(settings, lost=lost))
    assert {zone.resource_group for zone in planned.zones.values()} == expected
    assert {zone.name for zone in planned.zones.values()} == {KUSTO_ZONE, *STORAGE_ZONES}
    assert all(zone.exists == (zone.resource_group != "analytics") for zone in planned.zones.values())


def test_a_zone_that_this_stack_created_stays_when_the_hub_gets_one() -> None:
    """To delete it would take every name away."""
    settings = native({"resource_group": "analytics", "zones_in": [HUB]})
    name = ZoneName.of(ZoneId.parse(zone_id(KUSTO_ZONE, GUEST, "analytics")))
    deployed = Deployed(frozenset({f"urn:pulumi:test::adx-private-link::{CREATED_ZONE}::{name}"}))
    planned = _plan(settings, replace(native_facts(settings), deployed=deployed))
    assert {zone.name: zone.exists for zone in planned.zones.values()}[KUSTO_ZONE] is False


@pytest.mark.parametrize("dns", [{"resource_group": "analytics"}, {"zone_ids": [zone_id(KUSTO_ZONE)]}])
def test_fewer_zones_than_needed_are_a_problem(dns: dict[str, Any]) -> None:
    """Queries would work and queued ingestion fail, in production."""
    problem = only_problem(native(dns), native_facts(native(dns)))
    assert problem.path == "consumers.analytics.dns.zones_in"
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
    assert f"gives no zone {STORAGE_ZONES[0]}" in problem.message


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
    policies = {zone.name: link.resolution_policy for zone in _plan(settings).zones.values() for link in zone.links}
    assert policies == {KUSTO_ZONE: "Default", **dict.fromkeys(STORAGE_ZONES, "NxDomainRedirect")}


def test_existing_zones_are_linked_on_demand_only() -> None:
    assert not any(zone.links for zone in _plan(native()).zones.values())
    linked = _plan(native({**in_hub(), "link_existing": {"own": {}}}))
    assert [len(zone.links) for zone in linked.zones.values()] == [1, 1, 1, 1]
    mixed = native({"resource_group": "analytics", "zones_in": [HUB]})
    planned = _plan(mixed, native_facts(mixed, lost=[hub_zone_id(KUSTO_ZONE)]))
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
    planned = _plan(settings, native_facts(settings, ["new", "other"]))
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


# Names that another zone group leaves

_RENAMED: dict[str, tuple[WrittenSettings, str, str]] = {
    "the cluster": ({**native(), "clusters": {"renamed": cluster("newadx")}}, "clusters.renamed", "formerly: new"),
    "the consumer": (
        {**native(), "consumers": {"renamed": native()["consumers"]["analytics"]}},
        "consumers.renamed",
        "formerly: analytics",
    ),
    "a consumer that takes the zones over": (
        {
            "clusters": {"new": cluster("newadx")},
            "consumers": {
                "analytics": {**native()["consumers"]["analytics"], "clusters": []},
                "other": {"subnet_id": subnet_id("other"), "dns": in_hub()},
            },
        },
        "consumers.other.dns",
        "remove it, run `pulumi up`, then write it again",
    ),
}


def _after_update(settings: WrittenSettings, **endpoint: Any) -> Facts:
    """Facts after an update that published the cluster `new` in the hub's zones."""
    id = endpoint_id(parse(native()), "new", "analytics", "cluster")
    published = FormerEndpoint(
        "new", "analytics", "cluster", id, hosts=frozenset(hosts("newadx").values()), zone_group=_zone_group(id)
    )
    left = replace(published, **endpoint)
    zones = {name: ZoneId.parse(hub_zone_id(name)) for name in (KUSTO_ZONE, *STORAGE_ZONES)}
    facts = native_facts(settings, parse(settings).clusters)
    return replace(facts, former=Former(endpoints=(left,)), zone_groups={id.key: ZoneGroupFacts(zones)})


@pytest.mark.parametrize(("settings", "path", "remedy"), _RENAMED.values(), ids=_RENAMED.keys())
def test_names_are_not_taken_over_from_a_group_that_goes(settings: WrittenSettings, path: str, remedy: str) -> None:
    """The group that goes deletes the records of the new one, and all private names would be lost for good."""
    problem = only_problem(settings, _after_update(settings))
    assert problem.path == path
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("settings", "endpoint"),
    [
        (native(), {}),
        ({**native(made()), "clusters": {"renamed": cluster("newadx")}}, {}),
        (_RENAMED["the cluster"][0], {"hosts": frozenset({"other.westus.kusto.windows.net"})}),
        ({**native(), "clusters": {"renamed": cluster("newadx", formerly="new")}}, {}),
    ],
    ids=["nothing renamed", "in other zones", "of another cluster", "with its former key"],
)
def test_other_names_are_no_problem(settings: WrittenSettings, endpoint: dict[str, Any]) -> None:
    assert problems_of(settings, _after_update(settings, **endpoint)) == {}


# Subnets


@pytest.mark.parametrize(
    ("prefix", "problem", "warns"),
    [("10.1.0.0/29", "has 8 addresses", False), ("10.1.0.0/28", None, True), ("10.1.0.0/27", None, False)],
)
def test_a_subnet_has_room_for_eight_addresses_and_more(prefix: str, problem: str | None, *, warns: bool) -> None:
    subnet = SubnetFacts(service_policies_enabled=True, delegated_to=None, prefixes=(IPv4Network(prefix),))
    facts = with_subnet(native_facts(native()), ANALYTICS, subnet)
    if problem:
        found = problems_of(native(), facts)["consumers.analytics.subnet_id"]
        assert problem in found.message or "too few addresses" in found.message
        return
    warnings = _cluster(native(), facts).warnings
    assert bool(warnings) == warns
    assert not warns or "Use a subnet of /27 or larger" in warnings[0]


def test_a_full_subnet_is_a_problem() -> None:
    subnet = SubnetFacts(
        service_policies_enabled=True, delegated_to=None, prefixes=(IPv4Network("10.1.0.0/27"),), used=20
    )
    problem = only_problem(native(), with_subnet(native_facts(native()), ANALYTICS, subnet))
    assert "8 more are needed, and 7 of 27" in problem.message


def test_the_subnet_of_an_injected_cluster_takes_no_endpoint() -> None:
    """Azure rejects endpoints in delegated subnets, and every injected cluster is in one."""
    subnet = SubnetFacts(service_policies_enabled=True, delegated_to="Microsoft.Kusto/clusters")
    problem = only_problem(native(), with_subnet(native_facts(native()), ANALYTICS, subnet))
    assert (problem.path, "Microsoft.Kusto/clusters" in problem.message) == ("consumers.analytics.subnet_id", True)


# States


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"state": "Creating", "hosts": {}}, "is being created (state Creating)"),
        ({"state": "Deleting"}, "is being deleted (state Deleting)"),
    ],
)
def test_a_cluster_that_is_not_there_is_reported_as_such(changed: dict[str, Any], message: str) -> None:
    facts = native_facts(native())
    problem = only_problem(native(), with_cluster(facts, "new", replace(cluster_facts(facts, "new"), **changed)))
    assert problem.path == "clusters.new.id"
    assert message in problem.message


def test_a_stopped_cluster_is_deployed_with_a_warning() -> None:
    facts = native_facts(native())
    stopped = with_cluster(facts, "new", replace(cluster_facts(facts, "new"), state="Stopped"))
    [warning] = _cluster(native(), stopped).warnings
    assert "newadx is Stopped: its names resolve, but clients get no answer" in warning


def test_an_address_list_of_a_closed_cluster_has_no_effect() -> None:
    """People look for hours why their addresses are not let in (terraform-provider-azurerm#18250)."""
    facts = native_facts(native())
    closed = replace(cluster_facts(facts, "new"), public_access=False, allowed_ranges=("20.0.0.0/8",))
    [warning] = _cluster(native(), with_cluster(facts, "new", closed)).warnings
    assert "its list of allowed addresses has no effect" in warning


@pytest.mark.parametrize("state", ["Rejected", "Disconnected"])
def test_a_dead_endpoint_has_no_zone_group(state: str) -> None:
    id = endpoint_id(parse(native()), "new", "analytics", "cluster")
    node = _cluster(native(), replace(native_facts(native()), endpoints={id.key: EndpointFacts(state)}))
    [endpoint] = node.endpoints
    assert (endpoint.zone_group, endpoint.hosts, endpoint.withheld) == (None, (), state)
    assert f"is {state}, and Azure cannot bring it back" in node.warnings[0]


@pytest.mark.parametrize(("state", "is_published"), [("Pending", False), ("Approved", True)])
def test_an_approval_elsewhere_is_awaited(state: str, *, is_published: bool) -> None:
    settings = native(approval="elsewhere")
    id = endpoint_id(parse(settings), "new", "analytics", "cluster")
    endpoint = _endpoint(settings, replace(native_facts(settings), endpoints={id.key: EndpointFacts(state)}))
    assert bool(endpoint.zone_group) == is_published
    assert endpoint.approval is None


def test_azure_approves_by_the_rights_of_the_caller() -> None:
    endpoint = _endpoint(native(approval="resource_id"))
    assert (endpoint.approval, endpoint.request_message) == (None, None)


# Spelling


def test_another_spelling_of_deployed_objects_changes_nothing() -> None:
    """Azure spells ids as it likes, and another spelling of a zone would take all names away for a while."""
    settings = native()
    id = endpoint_id(parse(settings), "new", "analytics", "cluster")
    zones = {"kusto": ZoneId.parse(hub_zone_id(KUSTO_ZONE).upper()), "blob": ZoneId.parse(zone_id(STORAGE_ZONES[0]))}
    facts = replace(
        native_facts(settings),
        endpoints={id.key: EndpointFacts("Approved", connects_to=cluster_id("newadx").upper())},
        zone_groups={id.key: ZoneGroupFacts({**zones, "blob": ZoneId.parse(zone_id(STORAGE_ZONES[0], OWNER))})},
    )
    endpoint = _endpoint(settings, facts)
    assert "target" in endpoint.as_deployed
    assert endpoint.zone_group
    assert {config.name: config.as_deployed for config in endpoint.zone_group.configs} == {
        "kusto": True,
        "blob": False,
        "queue": False,
        "table": False,
    }


# Settings that a native cluster does not have


@pytest.mark.parametrize(
    "setting",
    [
        {"nat": {"addresses": 2}},
        {"services": {"engine": {"proxy_protocol": True}}},
        {"visibility": [GUEST]},
        {"visible_to_all": True},
        {"auto_approval": [GUEST]},
        {"legacy_names": True},
        {"roles": ["engine"]},
        {"resource_group": "services"},
        {"lock": True},
        {"protect": True},
        {"tags": {"team": "data"}},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_settings_of_services_are_rejected(setting: dict[str, Any]) -> None:
    settings = {**native(), "clusters": {"new": cluster("newadx", **setting)}}
    problem = only_problem(settings, native_facts(settings))
    assert problem.path == f"clusters.new.{next(iter(setting))}"
    assert "the cluster is native" in problem.message


def test_legacy_names_of_a_migrated_cluster_stay() -> None:
    settings = {
        **native({"resource_group": "analytics", "zones_in": [HUB]}),
        "clusters": {"new": cluster("newadx", legacy_names=True)},
    }
    endpoint = _endpoint(settings, native_facts(settings, migrated=True))
    assert [record.name for record in endpoint.records] == [
        "newadx",
        "private-newadx",
        "ingest-newadx",
        "ingest-private-newadx",
    ]


_CONSUMER_SETTINGS: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "approval": (lambda: {"approval": "auto"}, "approval"),
    "roles": (lambda: {"roles": ["engine"]}, "roles"),
    "ttl": (lambda: {"dns": {**in_hub(), "ttl": 60}}, "dns.ttl"),
    "keep": (lambda: {"dns": {**in_hub(), "keep": ["ttl"]}}, "dns.keep"),
}


@pytest.mark.parametrize(("more", "path"), _CONSUMER_SETTINGS.values(), ids=_CONSUMER_SETTINGS.keys())
def test_a_setting_that_takes_effect_nowhere_is_a_problem(more: Callable[[], dict[str, Any]], path: str) -> None:
    settings = native(more().get("dns"), **{name: value for name, value in more().items() if name != "dns"})
    assert only_problem(settings, native_facts(settings)).path == f"consumers.analytics.{path}"


@pytest.mark.parametrize(("more", "path"), _CONSUMER_SETTINGS.values(), ids=_CONSUMER_SETTINGS.keys())
def test_the_same_setting_takes_effect_on_another_cluster(more: Callable[[], dict[str, Any]], path: str) -> None:
    settings = both_kinds(more().get("dns"), **{name: value for name, value in more().items() if name != "dns"})
    planned = _plan(settings)
    [endpoint] = planned.clusters["new"].endpoints
    assert endpoint.zone_group, path
    assert endpoint.approval, "a cluster has no list of subscriptions, so this stack approves"
    targets = {endpoint.target for endpoint in planned.clusters["old"].endpoints}
    assert targets == ({"engine"} if path == "roles" else {"engine", "ingestion"})


@pytest.mark.parametrize("setting", [{"address": "10.1.0.9"}, {"by_id": True}, {"keep": ["address"]}])
def test_endpoint_settings_without_effect_are_problems(setting: dict[str, Any]) -> None:
    settings = native(endpoints={"new": {"cluster": setting}})
    problem = only_problem(settings, native_facts(settings))
    assert problem.path == f"consumers.analytics.endpoints.new.cluster.{next(iter(setting))}"


def test_a_private_link_service_has_no_zone_group() -> None:
    """Azure recommends no zone for it, so a zone group would write nothing."""
    settings = both_kinds(endpoints={"old": {"engine": {"zone_group": "default"}}})
    assert only_problem(settings, native_facts(settings)).path == "consumers.analytics.endpoints.old.engine.zone_group"


@pytest.mark.parametrize(("key", "target"), [("new", "engine"), ("old", "cluster")])
def test_an_override_names_a_target_that_the_cluster_has(key: str, target: str) -> None:
    settings = both_kinds(endpoints={key: {target: {"name": "pe"}}})
    assert only_problem(settings, native_facts(settings)).path == f"consumers.analytics.endpoints.{key}.{target}"


# Other teams


def test_connections_of_external_consumers_are_approved_on_the_cluster() -> None:
    settings = {**native(), "external_consumers": {"partner": {"subscription": ELSEWHERE, "endpoint_names": ["pe"]}}}
    base = f"/subscriptions/{ELSEWHERE}/resourceGroups/partner/providers/Microsoft.Network/privateEndpoints"
    own = endpoint_id(parse(settings), "new", "analytics", "cluster")
    listed = [
        ConnectionFacts("pe-guid", EndpointId.parse(f"{base}/pe"), "Pending"),
        ConnectionFacts("other-guid", EndpointId.parse(f"{base}/other"), "Pending"),
        ConnectionFacts("own-guid", own, "Approved"),
    ]
    facts = native_facts(settings)
    known = replace(cluster_facts(facts, "new"), connections=tuple(listed))
    [approval] = _cluster(settings, with_cluster(facts, "new", known)).external_approvals
    assert (approval.target, approval.connections) == ("cluster", ("pe-guid",))


def test_a_handed_over_native_cluster_waits_for_its_owner() -> None:
    settings = handed_over_native()
    facts = native_facts(settings, [])
    [waiting] = plan(parse(settings), facts).clusters["theirs"].endpoints
    assert waiting.connects_to == ClusterConnection(ClusterId.parse(cluster_id("theirs", ELSEWHERE)))
    assert (waiting.approval, waiting.withheld, waiting.zone_group) == (None, "Pending", None)
    id = endpoint_id(parse(settings), "theirs", "analytics", "cluster")
    approved = replace(facts, endpoints={id.key: EndpointFacts("Approved")})
    [endpoint] = plan(parse(settings), approved).clusters["theirs"].endpoints
    assert set(_zones(endpoint).values()) == {KUSTO_ZONE, *STORAGE_ZONES}


def test_a_hand_over_cannot_claim_the_zones_of_others() -> None:
    """It comes from another team, and would decide what names of the network's storage resolve to."""
    target = native_hand_over()["targets"]["cluster"]
    hostile = {**target, "zones": {**target["zones"], "blob": "privatelink.vault.azure.net"}}
    settings = {
        **handed_over_native(),
        "hand_overs": {"theirs": {"inline": native_hand_over(targets={"cluster": hostile})}},
    }
    problem = only_problem(settings)
    assert problem.path == "hand_overs.theirs.inline.targets.cluster.zones.blob"


def test_the_network_of_the_cluster_may_be_anywhere() -> None:
    """A native cluster has no network, and its endpoints may be in any region."""
    settings = native(subnet_id=f"{network_id('far')}/subnets/clients")
    assert _endpoint(settings).place.location == "westus"
