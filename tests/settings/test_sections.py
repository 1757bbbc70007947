"""Sections of the settings: their contradictions, unions and switches."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.program import parse
from adx_private_link.settings import ClusterSettings, HandOver, LinkSettings, Settings

from ..samples.building import (
    ELSEWHERE,
    GUEST,
    OWNER,
    WrittenSettings,
    cluster,
    cluster_id,
    consumer,
    described,
    frontend_id,
    hand_over,
    handed_over,
    network_id,
    only_problem,
    resource_group_id,
    small,
    subnet_id,
    zone_id,
)
from ..samples.smallest import small_with_cluster
from .parsing import only_parse_problem, parse_problems

_ZONE = "privatelink.westus.kusto.windows.net"


def _with_described(**more: Any) -> dict[str, Any]:
    return {**small(), "clusters": {"myadx": {"described": {**described("myadx"), **more}}}}


def _with_consumer(**more: Any) -> dict[str, Any]:
    return {**small(), "consumers": {"analytics": {**consumer("analytics"), **more}}}


def _with_endpoint(**more: Any) -> dict[str, Any]:
    return _with_consumer(endpoints={"myadx": {"engine": more}})


def _with_external(**more: Any) -> dict[str, Any]:
    return {**small(), "external_consumers": {"partner": {"subscription": ELSEWHERE, **more}}}


def _with_source(**source: Any) -> dict[str, Any]:
    return {"hand_overs": {"theirs": source}, "consumers": {}}


def _with_inline(**more: Any) -> dict[str, Any]:
    return _with_source(inline={**hand_over("theirs"), **more})


# Contradictions in whole sections: settings, path, message, remedy.
CONTRADICTIONS: dict[str, tuple[WrittenSettings, str, str, str]] = {
    "neither clusters nor hand-overs": (
        {"clusters": {}, "hand_overs": {}, "consumers": {}},
        "clusters",
        "is missing",
        "or `hand_overs` for those of others",
    ),
    "neither consumers nor external consumers": (
        {"clusters": small()["clusters"], "external_consumers": {}},
        "consumers",
        "is missing",
        "`{}` for services alone",
    ),
    "one key for two clusters": (
        {**small(), "hand_overs": {"MyADX": {"file": "theirs.json"}}},
        "hand_overs.MyADX",
        "is a key of `clusters` as well",
        "rename one of the two",
    ),
    "keys that differ in case only": (
        {**small(), "external_consumers": {"p": {"subscription": OWNER}, "P": {"subscription": OWNER}}},
        "external_consumers",
        "has keys that differ in case only: p, P",
        "rename one",
    ),
    "a cluster that is neither named nor described": (
        {**small(), "clusters": {"myadx": {"roles": ["engine"]}}},
        "clusters.myadx.id",
        "is missing",
        "or the facts of an injected one under `described`",
    ),
    "visible to some and to all": (
        small_with_cluster(visible_to_all=True, visibility=[OWNER]),
        "clusters.myadx.visibility",
        "cannot be combined with `visible_to_all`",
        "write one of the two",
    ),
    "an asterisk in place of subscriptions": (
        small_with_cluster(visibility=["*"]),
        "clusters.myadx.visibility.0",
        "is not a subscription id",
        "write a GUID",
    ),
    "a switch that is a word": (
        small_with_cluster(visible_to_all="yes"),
        "clusters.myadx.visible_to_all",
        "is neither `true` nor `false`",
        "write one of the two, without quotes",
    ),
    "an override of a role that is not published": (
        small_with_cluster(roles=["engine"], services={"ingestion": {"name": "pls"}}),
        "clusters.myadx.services.ingestion",
        "is not published",
        "add it to `roles`, or remove it here",
    ),
    "a role twice": (
        small_with_cluster(roles=["engine", "engine"]),
        "clusters.myadx.roles",
        "names engine twice",
        "write it once",
    ),
    "no role": (small_with_cluster(roles=[]), "clusters.myadx.roles", "is empty", "Default: both"),
    "an unknown role": (
        _with_consumer(roles=["queries"]),
        "consumers.analytics.roles.0",
        "is not known",
        "Known: engine, ingestion",
    ),
    "a NAT address twice": (
        small_with_cluster(services={"engine": {"nat_addresses": ["10.0.0.8", "10.0.0.8"]}}),
        "clusters.myadx.services.engine.nat_addresses",
        "names 10.0.0.8 twice",
        "write it once",
    ),
    "nine static NAT addresses": (
        small_with_cluster(services={"engine": {"nat_addresses": [f"10.0.0.{number}" for number in range(10, 19)]}}),
        "clusters.myadx.services.engine.nat_addresses",
        "is too long: it has 9 entries",
        "write at most 8",
    ),
    "no static NAT address": (
        small_with_cluster(services={"engine": {"nat_addresses": []}}),
        "clusters.myadx.services.engine.nat_addresses",
        "is empty",
        "1 to 8",
    ),
    "an address with a length": (
        _with_endpoint(address="10.1.0.0/24"),
        "consumers.analytics.endpoints.myadx.engine.address",
        "is not an IPv4 address",
        "write an address of the subnet, such as 10.1.0.10",
    ),
    "an address with leading zeros": (
        _with_endpoint(address="10.1.0.01"),
        "consumers.analytics.endpoints.myadx.engine.address",
        "is not an IPv4 address",
        "such as 10.1.0.10",
    ),
    "an address of IPv6": (
        _with_endpoint(address="fd00::10"),
        "consumers.analytics.endpoints.myadx.engine.address",
        "is not an IPv4 address",
        "such as 10.1.0.10",
    ),
    "a network interface's name": (
        _with_endpoint(interface_name="nic-"),
        "consumers.analytics.endpoints.myadx.engine.interface_name",
        "is not a name that Azure accepts",
        "write 1 to 80",
    ),
    "the names of version 0": (
        _with_consumer(names={"myadx": {"engine": "pe-own"}}),
        "consumers.analytics.names",
        "is not a setting",
        "Known: application_security_groups, approval, clusters, dns, endpoints",
    ),
    "an override that is a name": (
        _with_consumer(endpoints={"myadx": {"engine": "pe-own"}}),
        "consumers.analytics.endpoints.myadx.engine",
        "is not a mapping",
        "each indented: name, address, interface_name",
    ),
    "an application security group that is a name": (
        _with_consumer(application_security_groups=["clients"]),
        "consumers.analytics.application_security_groups.0",
        "is not the resource id of an application security group",
        "applicationSecurityGroups/<group>",
    ),
    "a former key that is not a key": (
        _with_consumer(formerly="a.b"),
        "consumers.analytics.formerly",
        "is not a key",
        "write 1 to 40",
    ),
    # Described by hand
    "a role that is not described": (
        {
            **small(),
            "clusters": {"myadx": {"described": described("myadx", roles=["engine"]), "roles": ["ingestion"]}},
        },
        "clusters.myadx.roles",
        "names ingestion, which is not described",
        "describe it (`described.services.ingestion`)",
    ),
    "an override of a role that is not described": (
        {
            **small(),
            "clusters": {"myadx": {"described": described("myadx", roles=["engine"]), "services": {"ingestion": {}}}},
        },
        "clusters.myadx.services.ingestion",
        "is not published",
        "remove it here",
    ),
    "a described frontend that is overridden": (
        {
            **small(),
            "clusters": {"myadx": {"described": described("myadx"), "services": {"engine": {"frontend": "fe"}}}},
        },
        "clusters.myadx.services.engine.frontend",
        "cannot be combined with `described`",
        "`described.services.engine.frontend_id` says the same",
    ),
    "a described host that is a URI": (
        _with_described(
            services={"engine": {"host": "https://myadx.westus.kusto.windows.net", "frontend_id": frontend_id("lb")}}
        ),
        "clusters.myadx.described.services.engine.host",
        "is not the host name of a cluster",
        "without `https://`",
    ),
    "a load balancer in place of its frontend": (
        _with_described(
            services={
                "engine": {
                    "host": "myadx.westus.kusto.windows.net",
                    "frontend_id": frontend_id("lb").rpartition("/frontend")[0],
                }
            }
        ),
        "clusters.myadx.described.services.engine.frontend_id",
        "is not the resource id of a frontend of a load balancer",
        "frontendIPConfigurations/<frontend>",
    ),
    "nothing described": (
        _with_described(services={}),
        "clusters.myadx.described.services",
        "is empty",
        "host and frontend by role",
    ),
    # DNS
    "DNS that is an unknown word": (
        _with_consumer(dns="elswhere"),
        "consumers.analytics.dns",
        "is not known",
        "did you mean `elsewhere`? Known: elsewhere. Where clients find the names of the clusters: `{resource_group",
    ),
    "DNS that is a list of zones": (
        _with_consumer(dns=[zone_id(_ZONE)]),
        "consumers.analytics.dns",
        "is not a mapping",
        "resource_group",
    ),
    "no zone": (
        _with_consumer(dns={"zone_ids": []}),
        "consumers.analytics.dns",
        "names no private DNS zone",
        "`zones_in` or `zone_ids` for existing ones",
    ),
    "a group of zones that is a name": (
        _with_consumer(dns={"zones_in": ["hub"]}),
        "consumers.analytics.dns.zones_in.0",
        "is not the resource id of a resource group",
        "write /subscriptions/<subscription>/resourceGroups/<resource group>",
    ),
    "a group of zones that is a zone": (
        _with_consumer(dns={"zones_in": [zone_id(_ZONE)]}),
        "consumers.analytics.dns.zones_in.0",
        "is not the resource id of a resource group",
        "write /subscriptions/<subscription>/resourceGroups/<resource group>",
    ),
    "storage zones that nothing creates": (
        _with_consumer(dns={"zone_ids": [zone_id(_ZONE)], "storage_zones": "made"}),
        "consumers.analytics.dns.storage_zones",
        "asks for zones that this stack creates, and it creates none",
        "write the `resource_group`",
    ),
    "two settings for links of existing zones": (
        _with_consumer(dns={"zone_ids": [zone_id(_ZONE)], "links": {"own": {}}, "link_existing": {"own": {}}}),
        "consumers.analytics.dns.links",
        "means the same as `link_existing`",
        "remove one of the two",
    ),
    "a zone that is a name": (
        _with_consumer(dns={"zone_ids": [_ZONE]}),
        "consumers.analytics.dns.zone_ids.0",
        "is not the resource id of a private DNS zone",
        "privateDnsZones/<zone>",
    ),
    "a lock on an existing zone": (
        _with_consumer(dns={"zone_ids": [zone_id(_ZONE)], "lock": True}),
        "consumers.analytics.dns.lock",
        "concerns zones that this stack creates, and it creates none",
        "remove it, or write the `resource_group`",
    ),
    "a link of an existing zone": (
        _with_consumer(dns={"zone_ids": [zone_id(_ZONE)], "links": {"hub": {"network": network_id("hub")}}}),
        "consumers.analytics.dns.links.hub.network",
        "is not a setting",
        "did you mean `network_id`?",
    ),
    # Other people
    "an external consumer of no subscription": (
        {**small(), "external_consumers": {"partner": {}}},
        "external_consumers.partner.subscription",
        "is missing",
        "Subscription of their private endpoints",
    ),
    "an external consumer's endpoint by its id": (
        _with_external(endpoint_names=["a/b"]),
        "external_consumers.partner.endpoint_names.0",
        "is not a name that Azure accepts",
        "write 1 to 80",
    ),
    "an external consumer with a subnet": (
        _with_external(subnet_id=subnet_id("partner")),
        "external_consumers.partner.subnet_id",
        "is not a setting",
        "Known: clusters, endpoint_names, formerly, roles, subscription",
    ),
    "a hand-over from nowhere": (
        _with_source(cluster="myadx"),
        "hand_overs.theirs",
        "has none of `file`, `stack` and `inline`",
        "write one of `file`, `stack` and `inline`",
    ),
    "a hand-over from two places": (
        _with_source(file="theirs.json", stack="them/adx/prod"),
        "hand_overs.theirs",
        "has file and stack",
        "write one of",
    ),
    "a hand-over that is a file's name": (
        {"hand_overs": {"theirs": "theirs.json"}, "consumers": {}},
        "hand_overs.theirs",
        "is not a mapping",
        "each indented: file, stack, inline",
    ),
    "a hand-over of a later version": (
        _with_inline(version=3),
        "hand_overs.theirs.inline.version",
        "1",
        "For a higher version, update adx-private-link",
    ),
    "a hand-over without services": (
        _with_inline(services={}),
        "hand_overs.theirs.inline.services",
        "is missing",
        "a hand-over has `services` of an injected cluster, or `targets` of a native one",
    ),
    "an id in place of an alias": (
        _with_inline(services={"engine": {**hand_over("theirs")["services"]["engine"], "alias": cluster_id("theirs")}}),
        "hand_overs.theirs.inline.services.engine.alias",
        "is not the alias of a private link service",
        "write what Azure calls it, {name}.{GUID}.{region}.azure.privatelinkservice",
    ),
    "a service without host names": (
        _with_inline(services={"engine": {**hand_over("theirs")["services"]["engine"], "records": []}}),
        "hand_overs.theirs.inline.services.engine.records",
        "is empty",
        "Its host names",
    ),
}


@pytest.mark.parametrize(("settings", "path", "message", "remedy"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_a_contradiction_is_reported_once_with_its_remedy(
    settings: WrittenSettings, path: str, message: str, remedy: str
) -> None:
    problem = only_parse_problem(settings)
    assert problem.path == path
    assert message in problem.message, problem
    assert remedy in problem.remedy, problem


def test_missing_settings_are_reported_with_all_other_problems() -> None:
    """A second run must not be needed to find the second problem."""
    problems = parse_problems({"hand_overs": {}, "external_consumers": {}, "clusterz": {}}, "adx-private-link:")
    assert [problem.path for problem in problems] == [
        "adx-private-link:clusters",
        "adx-private-link:consumers",
        "adx-private-link:clusterz",
    ]


def test_external_consumers_alone_are_enough() -> None:
    settings = {"clusters": small()["clusters"], "external_consumers": {"partner": {"subscription": ELSEWHERE.upper()}}}
    assert parse(settings).external_consumers["partner"].subscription == ELSEWHERE


def test_zones_are_created_or_exist_or_are_elsewhere() -> None:
    created = parse(small()).consumers["analytics"].zones
    existing = parse(_with_consumer(dns={"zone_ids": [zone_id(_ZONE, ELSEWHERE)]})).consumers["analytics"].zones
    elsewhere = parse(_with_consumer(dns="elsewhere")).consumers["analytics"]
    assert created
    assert existing
    assert ([*created.links], created.links_of_existing) == (["own"], {})
    assert (existing.links_of_existing, existing.ttl) == ({}, 300), "a hub's zone is linked already"
    assert (elsewhere.zones, elsewhere.zone_ids) == (None, [])


def test_links_of_older_files_are_those_of_existing_zones() -> None:
    """Files without `link_existing` keep their meaning: these links exist in somebody's hub."""
    dns: dict[str, Any] = {"zone_ids": [zone_id(_ZONE)], "links": {"own": {}}}
    older = parse(_with_consumer(dns=dns)).consumers["analytics"].zones
    newer = parse(_with_consumer(dns={"zone_ids": [zone_id(_ZONE)], "link_existing": {"own": {}}}))
    assert older
    assert older.links_of_existing == {"own": LinkSettings()}
    assert newer.consumers["analytics"].zones
    assert newer.consumers["analytics"].zones.links_of_existing == {"own": LinkSettings()}


@pytest.mark.parametrize(
    "dns",
    [
        {"resource_group": "dns"},
        {"zone_ids": [zone_id(_ZONE)]},
        {"zones_in": [resource_group_id("hub")], "resource_group": "dns"},
        "elsewhere",
    ],
)
def test_models_of_dns_are_accepted(dns: Any) -> None:
    """Programs may pass models in place of mappings."""
    first = parse(_with_consumer(dns=dns))
    assert parse({"clusters": first.clusters, "consumers": first.consumers}) == first
    again = {**first.consumers["analytics"].model_dump(), "dns": first.consumers["analytics"].dns}
    assert parse({**small(), "consumers": {"analytics": again}}) == first


def test_a_described_cluster_needs_no_id() -> None:
    """A team without rights on the cluster can still know its load balancers, whose group is the default."""
    settings = parse({**small(), "clusters": {"myadx": {"described": described("myadx", roles=["ingestion"])}}})
    cluster_settings = settings.clusters["myadx"]
    assert cluster_settings.published == ("ingestion",)
    assert (cluster_settings.home.subscription, cluster_settings.home.resource_group) == (OWNER, "adx")
    assert settings.subscriptions == [OWNER, GUEST]


def test_roles_have_one_order() -> None:
    """The order of roles in the settings must not rename a resource."""
    cluster_settings = ClusterSettings.model_validate(cluster("myadx", roles=["ingestion", "engine"]))
    assert cluster_settings.published == ("engine", "ingestion")


def test_subscriptions_of_existing_zones_count() -> None:
    """The program writes records there and needs a provider."""
    settings = parse(_with_consumer(dns={"zone_ids": [zone_id(_ZONE, ELSEWHERE)]}))
    assert settings.subscriptions == [OWNER, GUEST, ELSEWHERE]


def test_subscriptions_of_external_consumers_do_not_count() -> None:
    """The program needs no provider there and may not have access."""
    assert parse(_with_external()).subscriptions == [OWNER, GUEST]


def test_unknown_parts_of_a_hand_over_are_ignored() -> None:
    """A newer version of the owner's stack may write more than an older consumer knows."""
    settings = handed_over()
    settings["hand_overs"]["theirs"]["inline"]["colour"] = "red"
    assert parse(settings).hand_overs["theirs"].inline == HandOver.model_validate(hand_over("theirs"))


@pytest.mark.parametrize("location", ["West US", "westus", "WestUS"])
def test_a_region_has_one_spelling(location: str) -> None:
    """Azure shows `West US` in the portal and `westus` in its answers."""
    cluster_facts = parse(_with_described(location=location)).clusters["myadx"].described
    assert cluster_facts
    assert cluster_facts.location == "westus"


@pytest.mark.parametrize("address", ["10.1.0.10", "0.0.0.0", "255.255.255.255", "192.168.9.1"])
def test_ipv4_addresses_are_accepted(address: str) -> None:
    assert parse(_with_endpoint(address=address))


@pytest.mark.parametrize("address", ["10.1.0", "10.1.0.256", "10.1.0.1 ", "010.1.0.10", "10.1.0.٣", "10.1.0.10\n", ""])
def test_anything_but_an_ipv4_address_is_a_problem(address: str) -> None:
    """Python's own parser would otherwise end the program with a traceback."""
    assert only_problem(_with_endpoint(address=address)).message == "is not an IPv4 address"


def test_settings_of_one_cluster_leave_the_others_out() -> None:
    """A component gets its cluster and its consumers without their settings for other clusters."""
    settings: dict[str, Any] = {
        "clusters": {"one": cluster("one"), "two": cluster("two")},
        "hand_overs": {"theirs": {"inline": hand_over("theirs")}},
        "consumers": {
            "all": consumer(
                "all", endpoints={"one": {"engine": {"name": "pe-a"}}, "two": {"engine": {"name": "pe-b"}}}
            ),
            "some": consumer("some", clusters=["two"]),
        },
        "external_consumers": {"partner": {"subscription": ELSEWHERE, "clusters": ["one", "two"]}},
    }
    alone = parse(settings).alone("one")
    assert isinstance(alone, Settings)
    assert (alone.cluster_keys, list(alone.consumers), list(alone.external_consumers)) == (
        ["one"],
        ["all"],
        ["partner"],
    )
    assert list(alone.consumers["all"].endpoints) == ["one"]
    assert alone.external_consumers["partner"].clusters is None
    assert parse(settings).alone("theirs").cluster_keys == ["theirs"]
