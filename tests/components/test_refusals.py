"""What is wrong is told before anything is registered, and what disappeared is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from adx_private_link import AdxPrivateLink, Facts, PrivateDnsZone, SettingsError, parse, plan
from tests.samples.building import GUEST, OWNER, cluster, consumer, facts_of, small

from .azure import ELSEWHERE, Azure
from .programs import program, providers, with_cluster, with_consumer
from .registration import Graph, deploy, must_deploy


def _told(graph: Graph) -> list[str]:
    """The paths of what is wrong; nothing but providers may have been registered."""
    assert isinstance(graph.error, SettingsError), graph.error
    assert [each.label for each in graph if "pulumi:providers" not in each.type] == []
    return [each.path for each in graph.error.problems]


@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
def test_wrong_settings_are_told_before_anything_is_registered(*, preview: bool) -> None:
    graph = deploy(program(given=with_cluster(nat={"addresses": 9}, colour="red")), preview=preview)
    assert _told(graph) == ["clusters.myadx.nat.addresses", "clusters.myadx.colour"]
    assert graph.azure.calls == []


@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
def test_what_azure_would_refuse_is_told_before_anything_is_registered(*, preview: bool) -> None:
    azure = Azure(missing={"kucompute-myadx-elb", "kucompute-myadx-ilb", "analytics-vnet"})
    graph = deploy(program(), azure, preview=preview)
    assert sorted(_told(graph)) == ["clusters.myadx.services.engine.load_balancer", "consumers.analytics.subnet_id"]


def test_a_cluster_that_is_not_there_is_told_with_its_path() -> None:
    assert _told(deploy(program(), Azure(missing={"myadx"}))) == ["clusters.myadx.id"]


def test_pulumi_prints_it_without_a_traceback() -> None:
    """Pulumi prints the message of a RunError and nothing else."""
    assert isinstance(deploy(program(), Azure(missing={"myadx"})).error, pulumi.RunError)


def test_a_wrong_key_is_told() -> None:
    def run() -> Any:
        return AdxPrivateLink("my.adx", cluster("myadx"), {"analytics": consumer("analytics")})

    assert _told(deploy(run)) == ["clusters.my.adx"]


# Subscriptions


def _without_provider_of(subscription: str) -> Callable[[], Any]:
    others = [each for each in (OWNER, GUEST) if each != subscription]
    return program(subscriptions=others)


@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
def test_a_default_provider_of_another_subscription_is_told(*, preview: bool) -> None:
    """azure-native takes the subscription from the provider alone: the endpoint would be made in the owner's."""
    graph = deploy(_without_provider_of(GUEST), Azure(default_subscription=OWNER), preview=preview)
    assert _told(graph) == [f"providers.{GUEST}"]
    assert f"the default provider works in {OWNER}" in str(graph.error)
    assert f'azure_native.Provider("{GUEST}", subscription_id="{GUEST}")' in str(graph.error)


def test_every_missing_provider_is_told() -> None:
    graph = deploy(program(subscriptions=[]), Azure(default_subscription=ELSEWHERE))
    assert _told(graph) == [f"providers.{OWNER}", f"providers.{GUEST}"]


def test_a_default_provider_of_the_right_subscription_is_enough() -> None:
    graph = must_deploy(_without_provider_of(GUEST), Azure(default_subscription=GUEST))
    assert {each.provider for each in graph.of("PrivateEndpoint")} == {""}
    assert {each.provider for each in graph.of("PrivateLinkService")} == {OWNER}


def test_spelling_of_the_default_subscription_does_not_matter() -> None:
    subscription = "ABCDEF00-2222-2222-2222-222222222222"
    given = small()
    given["consumers"]["analytics"]["subnet_id"] = given["consumers"]["analytics"]["subnet_id"].replace(
        GUEST, subscription.lower()
    )
    graph = deploy(program(given=given, subscriptions=[OWNER]), Azure(default_subscription=subscription))
    assert graph.error is None


_LETTERS = "abcdefab-2222-2222-2222-222222222222"


def _zone_alone(**more: Any) -> None:
    settings = parse(with_consumer(dns={"subscription": _LETTERS}))
    for node in plan(settings, facts_of(settings)).zones.values():
        PrivateDnsZone(node, **more)


def test_a_zone_finds_its_provider_in_any_spelling() -> None:
    """The default provider would make it in another subscription, and say nothing."""
    graph = must_deploy(lambda: _zone_alone(providers=providers(_LETTERS.upper())))
    assert {each.provider for each in graph.children} == {_LETTERS.upper()}


def test_a_zone_is_not_made_in_the_default_providers_subscription_in_passing() -> None:
    """A zone made by itself is as much in danger as one that a cluster makes."""
    assert _told(deploy(_zone_alone, Azure(default_subscription=OWNER))) == [f"providers.{_LETTERS}"]


# Objects that somebody has removed


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("pls-myadx-engine", "Private link service pls-myadx-engine"),
        ("pe-myadx-engine-analytics", "Private endpoint pe-myadx-engine-analytics"),
        ("pe-myadx-engine-analytics.nic.guid", "of private endpoint pe-myadx-engine-analytics"),
    ],
)
@pytest.mark.parametrize("preview", [False, True], ids=["update", "later preview"])
def test_an_object_that_somebody_removed_is_named_with_the_next_step(missing: str, told: str, *, preview: bool) -> None:
    """The state still has it, so the look-up finds nothing: no traceback of a failed look-up."""
    made = must_deploy(program()).azure
    graph = deploy(program(), made.later(missing={missing}), preview=preview)
    assert isinstance(graph.error, pulumi.RunError)
    assert told in str(graph.error)
    assert "`pulumi refresh`" in str(graph.error)


# What the caller gives


def test_given_facts_are_used_and_nothing_is_read_before_the_graph() -> None:
    given = small()
    graph = must_deploy(program(given=given, facts=facts_of(parse(given))))
    assert not {"getCluster", "getLoadBalancer", "getVirtualNetwork"} & {call for call, _, _ in graph.azure.calls}
    [frontend] = graph["PrivateLinkService myadx.engine"].inputs["loadBalancerFrontendIpConfigurations"]
    assert frontend["id"].endswith("/loadBalancers/myadx-engine/frontendIPConfigurations/public")


@pytest.mark.parametrize("part", ["clusters", "load_balancers", "networks"])
def test_facts_that_lack_something_are_told(part: str) -> None:
    """Facts may be given by hand; a KeyError would leave the reader alone."""
    found = facts_of(parse(small()))
    parts: dict[str, Any] = {each: getattr(found, each) for each in ("clusters", "load_balancers", "networks")}
    parts[part] = {}
    graph = deploy(program(facts=Facts(**parts)))
    assert isinstance(graph.error, SettingsError), repr(graph.error)


def test_consumers_of_other_clusters_are_left_out() -> None:
    given = {**small(), "consumers": {**small()["consumers"], "other": consumer("other", clusters=["theirs"])}}
    graph = must_deploy(program(given=given))
    assert graph["AdxPrivateLink myadx"].inputs["consumers"] == ["analytics"]


def test_a_consumer_may_name_other_clusters_beside_this_one() -> None:
    """One consumer's settings are handed to each of its clusters."""
    endpoints = {"myadx": {"engine": {"name": "pe-own"}}, "theirs": {"engine": {"name": "pe-theirs"}}}
    given = with_consumer(clusters=["myadx", "theirs"], endpoints=endpoints)
    graph = must_deploy(program(given=given))
    assert graph["PrivateEndpoint myadx.analytics.engine"].inputs["privateEndpointName"] == "pe-own"


def test_models_and_mappings_are_the_same() -> None:
    settings = parse(small())
    given = {"clusters": settings.clusters, "consumers": settings.consumers}
    expected, found = must_deploy(program()), must_deploy(program(given=given))
    assert {each.label: each.inputs for each in found} == {each.label: each.inputs for each in expected}
