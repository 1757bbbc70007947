"""Two stacks: the owner's exports a hand-over, and the consumer's has no other input about the cluster."""

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


def _owner(configured: Configure, *names: str) -> Callable[[], Any]:
    clusters = {name: cluster(name) for name in names or ["myadx"]}
    return configured(stack_settings(clusters=clusters, external_consumers=_EXTERNAL))


def _consumer(configured: Configure, source: dict[str, Any], **more: Any) -> Callable[[], Any]:
    consumers = {"analytics": consumer("analytics", **more)}
    return configured(stack_settings(hand_overs={"myadx": source}, consumers=consumers))


# The owner's stack


def test_every_cluster_has_a_hand_over(configured: Configure) -> None:
    result = must_deploy(_owner(configured, "one", "two")).result
    assert list(result) == ["clusters", "hand_overs"]
    assert {key: HandOver.model_validate(hand_over).cluster for key, hand_over in result["hand_overs"].items()} == {
        "one": cluster("one")["id"],
        "two": cluster("two")["id"],
    }


def test_a_later_preview_knows_the_hand_over(configured: Configure) -> None:
    """An output that turns unknown would announce a change to all stacks that read it."""
    run = _owner(configured)
    first = must_deploy(run)
    assert must_deploy(run, first.azure.later(), preview=True).result == first.result


def test_a_stack_with_consumers_alone_has_no_hand_over(configured: Configure) -> None:
    result = must_deploy(_consumer(configured, {"inline": hand_over()})).result
    assert list(result) == ["clusters"]
    assert result["clusters"]["myadx"]["services"] == {}


# The consumer's stack


def _write_file(tmp_path: Path, contents: object) -> dict[str, Any]:
    file = tmp_path / "hand_overs.json"
    file.write_text(json.dumps(contents))
    return {"file": str(file)}


@pytest.mark.parametrize("kind", ["file", "one hand-over", "stack", "inline", "another key"])
def test_a_hand_over_may_come_from_any_source(configured: Configure, tmp_path: Path, kind: str) -> None:
    """The graph depends on the hand-over's contents, not on its source."""
    hand_overs = must_deploy(_owner(configured)).result["hand_overs"]
    sources: dict[str, Callable[[], dict[str, Any]]] = {
        "file": lambda: _write_file(tmp_path, hand_overs),
        "one hand-over": lambda: _write_file(tmp_path, hand_overs["myadx"]),
        "stack": lambda: {"stack": OWNERS},
        "inline": lambda: {"inline": hand_overs["myadx"]},
        "another key": lambda: {**_write_file(tmp_path, {"theirs": hand_overs["myadx"]}), "cluster": "theirs"},
    }
    azure = Azure(stacks={OWNERS: {"hand_overs": hand_overs}})
    graph = must_deploy(_consumer(configured, sources[kind]()), azure)
    [connection] = graph[ENDPOINT].inputs["manualPrivateLinkServiceConnections"]
    assert connection["privateLinkServiceId"] == objects.alias("pls-myadx-engine")
    assert sorted(child.kind for child in graph.children) == [
        "PrivateEndpoint",
        "PrivateEndpoint",
        "PrivateZone",
        "VirtualNetworkLink",
    ]


@pytest.mark.parametrize("run", RUNS)
def test_a_stack_reference_adds_no_resource(configured: Configure, run: str) -> None:
    """A StackReference would be one more resource for reviewers to understand in every preview."""
    azure = Azure(stacks={OWNERS: {"hand_overs": {"myadx": hand_over()}}})
    graph = run_as(run, _consumer(configured, {"stack": OWNERS}), azure)
    components = {"AdxPrivateLink", "ConsumerEndpoints", "KustoPrivateDnsZone"}
    kinds = {resource.kind for resource in graph}
    assert kinds == {"azure-native", *components, "PrivateEndpoint", "PrivateZone", "VirtualNetworkLink"}


@pytest.mark.parametrize("run", RUNS)
def test_the_endpoint_is_known_in_every_preview(configured: Configure, run: str) -> None:
    """The hand-over has the alias, so even the first preview shows the exact request."""
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
def test_nothing_of_the_owner_is_looked_up_or_changed(configured: Configure, run: str) -> None:
    """The owner may be in another tenant, where this stack has neither rights nor a provider."""
    graph = run_as(run, _consumer(configured, {"inline": hand_over()}))
    assert {resource.name for resource in graph if resource.kind == "azure-native"} == {GUEST}
    assert OWNER not in {subscription for call, _, subscription in graph.azure.calls if call != "readStackOutputs"}
    assert {resource.provider for resource in graph.children} == {GUEST}
    assert [*graph.of_kind("ClusterServices"), *graph.of_kind("Deployment")] == []


def test_the_component_takes_a_hand_over_in_every_form() -> None:
    """A program may have the hand-over as a mapping, as a model or in its source."""
    mapping = hand_over()
    forms = [mapping, HandOver.model_validate(mapping), HandOverSource(inline=HandOver.model_validate(mapping))]

    def run(form: Any) -> Graph:
        consumers = {"analytics": consumer("analytics")}
        return must_deploy(lambda: AdxPrivateLink("myadx", form, consumers, providers=providers(GUEST)).outputs)

    first, *others = [{resource.label: resource.inputs for resource in run(form)} for form in forms]
    assert others == [first, first]


def test_a_component_may_take_a_stacks_hand_over() -> None:
    """A program of its own needs only the name of the owner's stack."""
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


# Problems with a hand-over


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        (None, "pulumi login"),
        ({}, "no hand-over of myadx is in stack organization/adx/prod"),
        ({"hand_overs": {"other": hand_over()}}, "no hand-over of myadx is in"),
        ({"hand_overs": {"myadx": hand_over(version=3)}}, "version"),
        ({"hand_overs": {"myadx": hand_over(services={})}}, "services"),
        ({"hand_overs": "text"}, "is no hand-over"),
        ({"hand_overs": [1]}, "is no hand-over"),
    ],
)
def test_a_hand_over_that_cannot_be_read_is_a_problem(configured: Configure, outputs: Any, words: str) -> None:
    azure = Azure(stacks={OWNERS: outputs} if outputs is not None else {})
    graph = deploy(_consumer(configured, {"stack": OWNERS}), azure, preview=True)
    assert isinstance(graph.error, SettingsError), repr(graph.error)
    assert graph.registered == []
    [problem] = graph.error.problems
    assert problem.path == "adx-private-link:hand_overs.myadx"
    assert words in str(problem)


def test_a_missing_file_is_a_problem(configured: Configure, tmp_path: Path) -> None:
    graph = deploy(_consumer(configured, {"file": str(tmp_path / "none.json")}))
    assert isinstance(graph.error, SettingsError)
    assert "none.json" in str(graph.error)


def test_both_stacks_follow_the_guide_step_by_step(configured: Configure) -> None:
    """The steps of docs/how-to/other-teams.md are hand over, connect, approve and publish."""
    owner = must_deploy(_owner(configured))
    stacks = {OWNERS: {"hand_overs": owner.result["hand_overs"]}}
    run = _consumer(configured, {"stack": OWNERS})
    waiting = must_deploy(run, Azure(stacks=stacks))
    assert waiting.of_kind("PrivateRecordSet") == []
    assert waiting.result["clusters"]["myadx"]["endpoints"]["analytics"]["engine"]["connection_state"] == "Pending"

    theirs = [(objects.id_of(GUEST, "analytics", f"Microsoft.Network/privateEndpoints/{NAME}"), "Pending")]
    approving = must_deploy(_owner(configured), owner.azure.later(foreign={"pls-myadx-engine": theirs}))
    approval = approving["Deployment myadx.partner.engine.approval"].inputs["properties"]["parameters"]
    assert approval["connections"]["value"] == [f"{NAME}.guid"]

    run = _consumer(configured, {"stack": OWNERS})
    published = must_deploy(run, waiting.azure.later(states={NAME: "Approved"}))
    assert [record.name for record in published.of_kind("PrivateRecordSet")] == [f"myadx@{ZONE}"]


NAME = "pe-myadx-engine-analytics"
