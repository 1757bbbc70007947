"""Options of the component reach its children as Pulumi intends: nothing is merged in."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi_azure_native import Provider, privatedns

from adx_private_link import AdxPrivateLink
from tests.samples.building import GUEST, OWNER, small

from .azure import ELSEWHERE, Azure
from .programs import RECORD, program
from .registration import Graph, must_deploy


def _with_options() -> Any:
    options = pulumi.ResourceOptions(
        protect=True,
        aliases=[pulumi.Alias(name="old")],
        depends_on=[privatedns.PrivateZone("other", resource_group_name="other")],
        ignore_changes=["consumers"],
        retain_on_delete=True,
        custom_timeouts=pulumi.CustomTimeouts(create="1h"),
        delete_before_replace=True,
    )
    return program(opts=options)()


@pytest.fixture(name="graph", scope="module")
def _graph() -> Graph:
    return must_deploy(_with_options)


@pytest.fixture(name="plain", scope="module")
def _plain() -> Graph:
    return must_deploy(program())


def test_the_component_has_its_options(graph: Graph) -> None:
    request = graph["AdxPrivateLink myadx"].request
    assert (request.protect, list(request.ignoreChanges)) == (True, ["consumers"])
    assert graph["AdxPrivateLink myadx"].aliases == ["old"]
    assert graph["AdxPrivateLink myadx"].dependencies == {"PrivateZone other"}


def test_only_protection_reaches_the_children(graph: Graph, plain: Graph) -> None:
    """Merged options would give every child the component's aliases and dependencies."""
    for child in graph.children:
        if child.name == "other":
            continue
        plain_child = plain[child.label]
        assert child.request.protect
        assert child.aliases == plain_child.aliases
        assert child.dependencies == plain_child.dependencies
        assert list(child.request.ignoreChanges) == list(plain_child.request.ignoreChanges)
        assert child.request.deleteBeforeReplace == plain_child.request.deleteBeforeReplace
        assert not child.request.retainOnDelete
        assert not child.request.customTimeouts.create


def _make_component(settings: dict[str, Any]) -> Any:
    return AdxPrivateLink("myadx", settings["clusters"]["myadx"], settings["consumers"]).outputs


def _one_subscription() -> dict[str, Any]:
    settings = small()
    settings["consumers"]["analytics"]["subnet_id"] = settings["consumers"]["analytics"]["subnet_id"].replace(
        GUEST, OWNER
    )
    return settings


@pytest.mark.parametrize("preview", [False, True])
def test_the_default_provider_is_used_without_others(*, preview: bool) -> None:
    """Settings in one subscription need no explicit provider."""
    graph = must_deploy(lambda: _make_component(_one_subscription()), preview=preview)
    assert {child.provider for child in graph.children} == {""}
    assert len(graph.children) == 10


@pytest.mark.parametrize("as_list", [False, True], ids=["provider", "providers"])
def test_the_components_provider_is_used_for_subscriptions_without_one(*, as_list: bool) -> None:
    def run() -> Any:
        own = Provider(OWNER, subscription_id=OWNER)
        options = pulumi.ResourceOptions(providers=[own]) if as_list else pulumi.ResourceOptions(provider=own)
        return program(subscriptions=[GUEST], opts=options)()

    # The default provider has another subscription, so nothing may be read or created with it.
    graph = must_deploy(run, Azure(default_subscription=ELSEWHERE))
    assert {resource.provider for resource in graph.of_kind("PrivateLinkService")} == {OWNER}
    assert {resource.provider for resource in graph.of_kind("PrivateEndpoint")} == {GUEST}
    assert ELSEWHERE not in {subscription for _, _, subscription in graph.azure.calls}


def test_the_callers_transformations_reach_the_children() -> None:
    """A caller may tag all resources this way, and the component's own transformation must not replace it."""
    names: list[str] = []

    def record_name(args: pulumi.ResourceTransformationArgs) -> None:
        names.append(args.name)

    must_deploy(program(opts=pulumi.ResourceOptions(transformations=[record_name])))
    assert {
        "myadx",
        "myadx.engine",
        "myadx.analytics",
        "myadx.analytics.engine.approval",
        RECORD.partition(" ")[2],
    } <= set(names)
