"""Sections of the settings: their unions and switches."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link.program import parse
from adx_private_link.settings import ClusterSettings, HandOver, LinkSettings, Settings

from ..samples.building import (
    ELSEWHERE,
    GUEST,
    OWNER,
    cluster,
    consumer,
    described,
    hand_over,
    handed_over,
    only_problem,
    resource_group_id,
    small,
    zone_id,
)
from ..samples.smallest import (
    small_with_description,
    small_with_endpoint,
    small_with_external,
    small_with_other_consumer,
)
from .parsing import parse_problems

_ZONE = "privatelink.westus.kusto.windows.net"


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
    existing = (
        parse(small_with_other_consumer(dns={"zone_ids": [zone_id(_ZONE, ELSEWHERE)]})).consumers["analytics"].zones
    )
    elsewhere = parse(small_with_other_consumer(dns="elsewhere")).consumers["analytics"]
    assert created
    assert existing
    assert ([*created.links], created.links_of_existing) == (["own"], {})
    assert (existing.links_of_existing, existing.ttl) == ({}, 300), "a hub's zone is linked already"
    assert (elsewhere.zones, elsewhere.zone_ids) == (None, [])


def test_links_of_older_files_are_those_of_existing_zones() -> None:
    """Files without `link_existing` keep their meaning: these links exist in somebody's hub."""
    dns: dict[str, Any] = {"zone_ids": [zone_id(_ZONE)], "links": {"own": {}}}
    older = parse(small_with_other_consumer(dns=dns)).consumers["analytics"].zones
    newer = parse(small_with_other_consumer(dns={"zone_ids": [zone_id(_ZONE)], "link_existing": {"own": {}}}))
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
    first = parse(small_with_other_consumer(dns=dns))
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
    settings = parse(small_with_other_consumer(dns={"zone_ids": [zone_id(_ZONE, ELSEWHERE)]}))
    assert settings.subscriptions == [OWNER, GUEST, ELSEWHERE]


def test_subscriptions_of_external_consumers_do_not_count() -> None:
    """The program needs no provider there and may not have access."""
    assert parse(small_with_external()).subscriptions == [OWNER, GUEST]


def test_unknown_parts_of_a_hand_over_are_ignored() -> None:
    """A newer version of the owner's stack may write more than an older consumer knows."""
    settings = handed_over()
    settings["hand_overs"]["theirs"]["inline"]["colour"] = "red"
    assert parse(settings).hand_overs["theirs"].inline == HandOver.model_validate(hand_over("theirs"))


@pytest.mark.parametrize("location", ["West US", "westus", "WestUS"])
def test_a_region_has_one_spelling(location: str) -> None:
    """Azure shows `West US` in the portal and `westus` in its answers."""
    cluster_facts = parse(small_with_description(location=location)).clusters["myadx"].described
    assert cluster_facts
    assert cluster_facts.location == "westus"


@pytest.mark.parametrize("address", ["10.1.0.10", "0.0.0.0", "255.255.255.255", "192.168.9.1"])
def test_ipv4_addresses_are_accepted(address: str) -> None:
    assert parse(small_with_endpoint(address=address))


@pytest.mark.parametrize("address", ["10.1.0", "10.1.0.256", "10.1.0.1 ", "010.1.0.10", "10.1.0.٣", "10.1.0.10\n", ""])
def test_anything_but_an_ipv4_address_is_a_problem(address: str) -> None:
    """Python's own parser would otherwise end the program with a traceback."""
    assert only_problem(small_with_endpoint(address=address)).message == "is not an IPv4 address"


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
