"""Options of the component reach its children the way Pulumi means it: nothing is merged in."""

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


def test_the_component_has_them(graph: Graph) -> None:
    request = graph["AdxPrivateLink myadx"].request
    assert (request.protect, list(request.ignoreChanges)) == (True, ["consumers"])
    assert graph["AdxPrivateLink myadx"].aliases == ["old"]
    assert graph["AdxPrivateLink myadx"].dependencies == {"PrivateZone other"}


def test_protection_reaches_the_children_and_nothing_else_does(graph: Graph, plain: Graph) -> None:
    """Merged options would give every child the component's alias, and make it wait for what the component awaits."""
    for each in graph.children:
        if each.name == "other":
            continue
        alone = plain[each.label]
        assert each.request.protect
        assert each.aliases == alone.aliases
        assert each.dependencies == alone.dependencies
        assert list(each.request.ignoreChanges) == list(alone.request.ignoreChanges)
        assert each.request.deleteBeforeReplace == alone.request.deleteBeforeReplace
        assert not each.request.retainOnDelete
        assert not each.request.customTimeouts.create


def _default_provider(given: dict[str, Any]) -> Any:
    return AdxPrivateLink("myadx", given["clusters"]["myadx"], given["consumers"]).outputs


def _one_subscription() -> dict[str, Any]:
    given = small()
    given["consumers"]["analytics"]["subnet_id"] = given["consumers"]["analytics"]["subnet_id"].replace(GUEST, OWNER)
    return given


@pytest.mark.parametrize("preview", [False, True])
def test_the_default_provider_serves_where_none_is_given(*, preview: bool) -> None:
    """Settings within one subscription need no provider at all."""
    graph = must_deploy(lambda: _default_provider(_one_subscription()), preview=preview)
    assert {each.provider for each in graph.children} == {""}
    assert len(graph.children) == 10


@pytest.mark.parametrize("as_list", [False, True], ids=["provider", "providers"])
def test_the_components_provider_serves_the_sides_that_have_none(*, as_list: bool) -> None:
    def run() -> Any:
        own = Provider(OWNER, subscription_id=OWNER)
        options = pulumi.ResourceOptions(providers=[own]) if as_list else pulumi.ResourceOptions(provider=own)
        return program(subscriptions=[GUEST], opts=options)()

    # The default provider works somewhere else altogether: nothing may be read or made with it.
    graph = must_deploy(run, Azure(default_subscription=ELSEWHERE))
    assert {each.provider for each in graph.of("PrivateLinkService")} == {OWNER}
    assert {each.provider for each in graph.of("PrivateEndpoint")} == {GUEST}
    assert ELSEWHERE not in {asked for _, _, asked in graph.azure.calls}


def test_transformations_of_the_caller_reach_the_children() -> None:
    """Tags for everything, say; the component's own transformation does not take their place."""
    seen: list[str] = []

    def note(args: pulumi.ResourceTransformationArgs) -> None:
        seen.append(args.name)

    must_deploy(program(opts=pulumi.ResourceOptions(transformations=[note])))
    assert {
        "myadx",
        "myadx.engine",
        "myadx.analytics",
        "myadx.analytics.engine.approval",
        RECORD.partition(" ")[2],
    } <= set(seen)
