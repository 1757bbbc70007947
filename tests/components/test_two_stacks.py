"""Two stacks: the owner's puts out a hand-over, and the consumer's takes it as its only input about the cluster."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adx_private_link import AdxPrivateLink, HandOver, HandOverSource, SettingsError
from tests.samples.building import GUEST, OWNER, cluster, consumer

from . import objects
from .azure import Azure
from .programs import ENDPOINT, ZONE, Configure, hand_over, providers, stack_settings
from .registration import RUNS, Graph, deploy, must_deploy, run_as

OWNERS = "organization/adx/prod"
_EXTERNAL = {"partner": {"subscription": GUEST}}


def _owner(configured: Configure, *clusters: str) -> Callable[[], Any]:
    given = {each: cluster(each) for each in clusters or ["myadx"]}
    return configured(stack_settings(clusters=given, external_consumers=_EXTERNAL))


def _consumer(configured: Configure, source: dict[str, Any], **more: Any) -> Callable[[], Any]:
    consumers = {"analytics": consumer("analytics", **more)}
    return configured(stack_settings(hand_overs={"myadx": source}, consumers=consumers))


# The owner's stack


def test_every_cluster_is_handed_over(configured: Configure) -> None:
    result = must_deploy(_owner(configured, "one", "two")).result
    assert list(result) == ["clusters", "hand_overs"]
    assert {key: HandOver.model_validate(each).cluster for key, each in result["hand_overs"].items()} == {
        "one": cluster("one")["id"],
        "two": cluster("two")["id"],
    }


def test_a_later_preview_knows_what_is_handed_over(configured: Configure) -> None:
    """An output that turns unknown would announce a change to everybody who reads it."""
    run = _owner(configured)
    made = must_deploy(run)
    assert must_deploy(run, made.azure.later(), preview=True).result == made.result


def test_a_stack_that_only_consumes_hands_nothing_over(configured: Configure) -> None:
    result = must_deploy(_consumer(configured, {"inline": hand_over()})).result
    assert list(result) == ["clusters"]
    assert result["clusters"]["myadx"]["services"] == {}


# The consumer's stack


def _written(tmp_path: Path, found: object) -> dict[str, Any]:
    file = tmp_path / "hand_overs.json"
    file.write_text(json.dumps(found))
    return {"file": str(file)}


@pytest.mark.parametrize("kind", ["file", "one hand-over", "stack", "inline", "another key"])
def test_a_hand_over_may_come_from_anywhere(configured: Configure, tmp_path: Path, kind: str) -> None:
    """What it says decides the graph, not where it is."""
    given = must_deploy(_owner(configured)).result["hand_overs"]
    sources: dict[str, Callable[[], dict[str, Any]]] = {
        "file": lambda: _written(tmp_path, given),
        "one hand-over": lambda: _written(tmp_path, given["myadx"]),
        "stack": lambda: {"stack": OWNERS},
        "inline": lambda: {"inline": given["myadx"]},
        "another key": lambda: {**_written(tmp_path, {"theirs": given["myadx"]}), "cluster": "theirs"},
    }
    azure = Azure(stacks={OWNERS: {"hand_overs": given}})
    graph = must_deploy(_consumer(configured, sources[kind]()), azure)
    [connection] = graph[ENDPOINT].inputs["manualPrivateLinkServiceConnections"]
    assert connection["privateLinkServiceId"] == objects.alias("pls-myadx-engine")
    assert sorted(each.kind for each in graph.children) == [
        "PrivateEndpoint",
        "PrivateEndpoint",
        "PrivateZone",
        "VirtualNetworkLink",
    ]


@pytest.mark.parametrize("run", RUNS)
def test_a_stack_reference_adds_no_resource(configured: Configure, run: str) -> None:
    """A StackReference among the resources would be unknown in no preview, but one more thing to explain in each."""
    azure = Azure(stacks={OWNERS: {"hand_overs": {"myadx": hand_over()}}})
    graph = run_as(run, _consumer(configured, {"stack": OWNERS}), azure)
    components = {"AdxPrivateLink", "ConsumerEndpoints", "KustoPrivateDnsZone"}
    kinds = {each.kind for each in graph}
    assert kinds == {"azure-native", *components, "PrivateEndpoint", "PrivateZone", "VirtualNetworkLink"}


@pytest.mark.parametrize("run", RUNS)
def test_the_endpoint_is_known_in_every_preview(configured: Configure, run: str) -> None:
    """The alias is in the hand-over, so that even the first preview shows exactly what will be asked for."""
    graph = run_as(run, _consumer(configured, {"inline": hand_over()}))
    assert graph[ENDPOINT].inputs["manualPrivateLinkServiceConnections"] == [
        {
            "name": "myadx-engine",
            "privateLinkServiceId": objects.alias("pls-myadx-engine"),
            "groupIds": [],
            "requestMessage": "From the owner",
        }
    ]
    assert graph[ENDPOINT].dependencies == set()


@pytest.mark.parametrize("run", RUNS)
def test_nothing_of_the_owners_is_touched_or_looked_at(configured: Configure, run: str) -> None:
    """Another team's, in another tenant: this stack has no right in their subscription, and no provider for it."""
    graph = run_as(run, _consumer(configured, {"inline": hand_over()}))
    assert {each.name for each in graph if each.kind == "azure-native"} == {GUEST}
    assert OWNER not in {asked for call, _, asked in graph.azure.calls if call != "readStackOutputs"}
    assert {each.provider for each in graph.children} == {GUEST}
    assert [*graph.of("ClusterServices"), *graph.of("Deployment")] == []


def test_the_component_takes_a_hand_over_in_every_form() -> None:
    """The settings' models and what a program gets from elsewhere are the same."""
    given = hand_over()
    forms = [given, HandOver.model_validate(given), HandOverSource(inline=HandOver.model_validate(given))]

    def run(form: Any) -> Graph:
        consumers = {"analytics": consumer("analytics")}
        return must_deploy(lambda: AdxPrivateLink("myadx", form, consumers, providers=providers(GUEST)).outputs)

    first, *others = [{each.label: each.inputs for each in run(form)} for form in forms]
    assert others == [first, first]


def test_a_component_may_take_a_stacks_hand_over() -> None:
    """In somebody's own program, with nothing but the stack's name."""
    azure = Azure(stacks={OWNERS: {"hand_overs": {"myadx": hand_over()}}})

    def run() -> Any:
        consumers = {"analytics": consumer("analytics")}
        return AdxPrivateLink("myadx", HandOverSource(stack=OWNERS), consumers, providers=providers(GUEST)).outputs

    graph = must_deploy(run, azure)
    assert azure.asked_for("readStackOutputs") == [OWNERS]
    assert graph["AdxPrivateLink myadx"].inputs == {
        "cluster": cluster("myadx")["id"],
        "hosts": {"engine": "myadx.westus.kusto.windows.net", "ingestion": "ingest-myadx.westus.kusto.windows.net"},
        "consumers": ["analytics"],
        "externalConsumers": [],
    }


# What can be wrong with it


@pytest.mark.parametrize(
    ("outputs", "told"),
    [
        (None, "pulumi login"),
        ({}, "no hand-over of myadx is in stack organization/adx/prod"),
        ({"hand_overs": {"other": hand_over()}}, "no hand-over of myadx is in"),
        ({"hand_overs": {"myadx": hand_over(version=2)}}, "version"),
        ({"hand_overs": {"myadx": hand_over(services={})}}, "services"),
        ({"hand_overs": "text"}, "is no hand-over"),
        ({"hand_overs": [1]}, "is no hand-over"),
    ],
)
def test_a_hand_over_that_cannot_be_read_is_told(configured: Configure, outputs: Any, told: str) -> None:
    azure = Azure(stacks={OWNERS: outputs} if outputs is not None else {})
    graph = deploy(_consumer(configured, {"stack": OWNERS}), azure, preview=True)
    assert isinstance(graph.error, SettingsError), repr(graph.error)
    assert graph.registered == []
    [problem] = graph.error.problems
    assert problem.path == "adx-private-link:hand_overs.myadx"
    assert told in str(problem)


def test_a_file_that_is_not_there_is_told(configured: Configure, tmp_path: Path) -> None:
    graph = deploy(_consumer(configured, {"file": str(tmp_path / "none.json")}))
    assert isinstance(graph.error, SettingsError)
    assert "none.json" in str(graph.error)


def test_both_stacks_in_turn(configured: Configure) -> None:
    """As docs/how-to/other-teams.md says: hand over, connect, approve, publish; each step is exactly what it says."""
    owner = must_deploy(_owner(configured))
    handed = {OWNERS: {"hand_overs": owner.result["hand_overs"]}}
    run = _consumer(configured, {"stack": OWNERS})
    waiting = must_deploy(run, Azure(stacks=handed))
    assert waiting.of("PrivateRecordSet") == []
    assert waiting.result["clusters"]["myadx"]["endpoints"]["analytics"]["engine"]["connection_state"] == "Pending"

    theirs = [(objects.id_of(GUEST, "analytics", f"Microsoft.Network/privateEndpoints/{NAME}"), "Pending")]
    approving = must_deploy(_owner(configured), owner.azure.later(foreign={"pls-myadx-engine": theirs}))
    approval = approving["Deployment myadx.partner.engine.approval"].inputs["properties"]["parameters"]
    assert approval["connections"]["value"] == [f"{NAME}.guid"]

    run = _consumer(configured, {"stack": OWNERS})
    published = must_deploy(run, waiting.azure.later(states={NAME: "Approved"}))
    assert [each.name for each in published.of("PrivateRecordSet")] == [f"myadx@{ZONE}"]


NAME = "pe-myadx-engine-analytics"
