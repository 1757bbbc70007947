"""Problems with settings, providers and facts: they are reported before anything is registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from adx_private_link import AdxPrivateLink, Facts, PrivateDnsZone, SettingsError, parse, plan
from tests.samples.building import GUEST, OWNER, cluster, consumer, facts_of, small
from tests.samples.smallest import small_with_cluster, small_with_consumer

from .azure import ELSEWHERE, Azure
from .programs import program, providers
from .registration import Graph, deploy, must_deploy


def _problem_paths(graph: Graph) -> list[str]:
    """The paths of the reported problems, in a graph that registered nothing but providers."""
    assert isinstance(graph.error, SettingsError), graph.error
    assert [resource.label for resource in graph if "pulumi:providers" not in resource.type] == []
    return [problem.path for problem in graph.error.problems]


@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
def test_invalid_settings_are_reported_before_anything_is_registered(*, preview: bool) -> None:
    graph = deploy(program(settings=small_with_cluster(nat={"addresses": 9}, colour="red")), preview=preview)
    assert _problem_paths(graph) == ["clusters.myadx.nat.addresses", "clusters.myadx.colour"]
    assert graph.azure.calls == []


@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
def test_what_azure_would_reject_is_reported_before_anything_is_registered(*, preview: bool) -> None:
    azure = Azure(missing={"kucompute-myadx-elb", "kucompute-myadx-ilb", "analytics-vnet"})
    graph = deploy(program(), azure, preview=preview)
    assert sorted(_problem_paths(graph)) == [
        "clusters.myadx.services.engine.load_balancer",
        "consumers.analytics.subnet_id",
    ]


def test_a_missing_cluster_is_reported_with_its_path() -> None:
    assert _problem_paths(deploy(program(), Azure(missing={"myadx"}))) == ["clusters.myadx.id"]


def test_pulumi_prints_the_problems_without_a_traceback() -> None:
    """Pulumi prints the message of a RunError and nothing else."""
    assert isinstance(deploy(program(), Azure(missing={"myadx"})).error, pulumi.RunError)


def test_an_invalid_key_is_reported() -> None:
    def run() -> Any:
        return AdxPrivateLink("my.adx", cluster("myadx"), {"analytics": consumer("analytics")})

    assert _problem_paths(deploy(run)) == ["clusters.my.adx"]


# Subscriptions


def _make_program_without_provider(subscription: str) -> Callable[[], Any]:
    return program(subscriptions=[other for other in (OWNER, GUEST) if other != subscription])


@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
def test_a_default_provider_of_another_subscription_is_reported(*, preview: bool) -> None:
    """azure-native takes the subscription from the provider alone and would create the endpoint in the owner's."""
    graph = deploy(_make_program_without_provider(GUEST), Azure(default_subscription=OWNER), preview=preview)
    assert _problem_paths(graph) == [f"providers.{GUEST}"]
    assert f"the default provider works in {OWNER}" in str(graph.error)
    assert f'azure_native.Provider("{GUEST}", subscription_id="{GUEST}")' in str(graph.error)


def test_every_missing_provider_is_reported() -> None:
    graph = deploy(program(subscriptions=[]), Azure(default_subscription=ELSEWHERE))
    assert _problem_paths(graph) == [f"providers.{OWNER}", f"providers.{GUEST}"]


def test_a_default_provider_of_the_right_subscription_is_enough() -> None:
    graph = must_deploy(_make_program_without_provider(GUEST), Azure(default_subscription=GUEST))
    assert {resource.provider for resource in graph.of_kind("PrivateEndpoint")} == {""}
    assert {resource.provider for resource in graph.of_kind("PrivateLinkService")} == {OWNER}


def test_the_spelling_of_the_default_subscription_does_not_matter() -> None:
    subscription = "ABCDEF00-2222-2222-2222-222222222222"
    settings = small()
    settings["consumers"]["analytics"]["subnet_id"] = settings["consumers"]["analytics"]["subnet_id"].replace(
        GUEST, subscription.lower()
    )
    graph = deploy(program(settings=settings, subscriptions=[OWNER]), Azure(default_subscription=subscription))
    assert graph.error is None


_LETTERS = "abcdefab-2222-2222-2222-222222222222"


def _register_zone(**more: Any) -> None:
    settings = parse(small_with_consumer(dns={"subscription": _LETTERS}))
    for node in plan(settings, facts_of(settings)).zones.values():
        PrivateDnsZone(node, **more)


def test_a_zone_finds_its_provider_in_any_spelling() -> None:
    """The default provider would create the zone in another subscription without a word."""
    graph = must_deploy(lambda: _register_zone(providers=providers(_LETTERS.upper())))
    assert {resource.provider for resource in graph.children} == {_LETTERS.upper()}


def test_a_zone_is_not_created_in_the_default_providers_subscription() -> None:
    """A zone on its own can go to the wrong subscription as easily as a cluster's zone."""
    assert _problem_paths(deploy(_register_zone, Azure(default_subscription=OWNER))) == [f"providers.{_LETTERS}"]


# Objects that a person removed in Azure


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("pls-myadx-engine", "Private link service pls-myadx-engine"),
        ("pe-myadx-engine-analytics", "Private endpoint pe-myadx-engine-analytics"),
        ("pe-myadx-engine-analytics.nic.guid", "of private endpoint pe-myadx-engine-analytics"),
    ],
)
@pytest.mark.parametrize("preview", [False, True], ids=["update", "later preview"])
def test_a_removed_object_is_named_with_the_next_step(missing: str, words: str, *, preview: bool) -> None:
    """The state still has the object, so its look-up fails; a traceback would not say what to do."""
    azure = must_deploy(program()).azure
    graph = deploy(program(), azure.later(missing={missing}), preview=preview)
    assert isinstance(graph.error, pulumi.RunError)
    assert words in str(graph.error)
    assert "`pulumi refresh`" in str(graph.error)


# Facts and settings of the caller


def test_facts_of_the_caller_replace_the_look_ups() -> None:
    settings = small()
    graph = must_deploy(program(settings=settings, facts=facts_of(parse(settings))))
    assert not {"getCluster", "getLoadBalancer", "getVirtualNetwork"} & {call for call, _, _ in graph.azure.calls}
    [frontend] = graph["PrivateLinkService myadx.engine"].inputs["loadBalancerFrontendIpConfigurations"]
    assert frontend["id"].endswith("/loadBalancers/myadx-engine/frontendIPConfigurations/public")


@pytest.mark.parametrize("part", ["clusters", "load_balancers", "networks"])
def test_incomplete_facts_are_reported(part: str) -> None:
    """Facts may be written by hand, and a KeyError would not say what is missing."""
    facts = facts_of(parse(small()))
    parts: dict[str, Any] = {name: getattr(facts, name) for name in ("clusters", "load_balancers", "networks")}
    parts[part] = {}
    graph = deploy(program(facts=Facts(**parts)))
    assert isinstance(graph.error, SettingsError), repr(graph.error)


def test_consumers_of_other_clusters_are_left_out() -> None:
    settings = {**small(), "consumers": {**small()["consumers"], "other": consumer("other", clusters=["theirs"])}}
    graph = must_deploy(program(settings=settings))
    assert graph["AdxPrivateLink myadx"].inputs["consumers"] == ["analytics"]


def test_a_consumer_may_name_other_clusters_beside_this_one() -> None:
    """A consumer's settings are passed to every one of its clusters."""
    endpoints = {"myadx": {"engine": {"name": "pe-own"}}, "theirs": {"engine": {"name": "pe-theirs"}}}
    settings = small_with_consumer(clusters=["myadx", "theirs"], endpoints=endpoints)
    graph = must_deploy(program(settings=settings))
    assert graph["PrivateEndpoint myadx.analytics.engine"].inputs["privateEndpointName"] == "pe-own"


def test_models_and_mappings_make_the_same_graph() -> None:
    parsed = parse(small())
    models = {"clusters": parsed.clusters, "consumers": parsed.consumers}
    expected, graph = must_deploy(program()), must_deploy(program(settings=models))
    assert {resource.label: resource.inputs for resource in graph} == {
        resource.label: resource.inputs for resource in expected
    }
