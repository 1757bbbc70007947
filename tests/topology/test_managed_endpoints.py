"""Managed private endpoints in the plan: names, regions, states, and what Azure would reject."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adx_private_link.facts.records import (
    Facts,
    Former,
    FormerManagedEndpoint,
    ManagedEndpointFacts,
    ManagedTargetFacts,
)
from adx_private_link.naming.managed_endpoints import request_message
from adx_private_link.program import parse, plan
from adx_private_link.resource_ids import ClusterId, ManagedEndpointId
from adx_private_link.topology.records import ClusterNode, ManagedEndpointNode

from ..samples.building import (
    ELSEWHERE,
    FORBIDDEN,
    GUEST,
    NOT_FOUND,
    OWNER,
    cluster,
    cluster_facts,
    cluster_id,
    facts_of,
    only_problem,
    problems_of,
    with_cluster,
)
from ..samples.managed import (
    EVENTS,
    LAKE,
    OTHER,
    managed_connection,
    message_of,
    reading,
    reading_facts,
    with_target,
)

BLOB: dict[str, Any] = {"target": LAKE, "group": "blob"}
PATH = "clusters.new.managed_endpoints.lake"
NAME = "mpe-new-lake"
PLANNED = ManagedEndpointFacts(LAKE, "blob", "", message_of("lake"))


def plan_cluster(settings: dict[str, Any], facts: Facts | None = None) -> ClusterNode:
    return plan(parse(settings), facts or reading_facts(settings)).clusters["new"]


def plan_one(settings: dict[str, Any], facts: Facts | None = None) -> ManagedEndpointNode:
    [node] = plan_cluster(settings, facts).managed_endpoints
    return node


# Names


def test_names_are_made_from_keys() -> None:
    """They are a contract: another logical name is another resource."""
    node = plan_one(reading())
    assert node.logical_name == "new.lake.managed-endpoint"
    assert node.id.text == f"{cluster_id('newadx').replace('Clusters', 'clusters')}/managedPrivateEndpoints/{NAME}"
    assert node.approval
    assert node.approval.logical_name == "new.lake.managed-approval"
    assert node.approval.name == "approve-newadx.lake-dcc22256"
    assert (node.approval.place.subscription, node.approval.place.resource_group) == (GUEST, "data")


def test_a_renamed_key_keeps_all_names() -> None:
    before = plan_one(reading())
    after = plan_one(reading(files={**BLOB, "formerly": "lake"}))
    assert replace(after, key="lake") == before
    settings = reading()
    settings["clusters"] = {"other": {**settings["clusters"]["new"], "formerly": "new"}}
    facts = reading_facts(reading())
    [renamed] = (
        plan(parse(settings), replace(facts, clusters={"other": facts.clusters["new"]}))
        .clusters["other"]
        .managed_endpoints
    )
    assert renamed == before


def test_two_clusters_with_the_same_keys_are_told_apart_on_their_target() -> None:
    """The target's owner sees one list of connections, and a resource group one list of deployments."""
    one, two = (ClusterId.parse(cluster_id("newadx", subscription)) for subscription in (OWNER, ELSEWHERE))
    assert request_message(one, "lake") != request_message(two, "lake")


def test_the_longest_names_are_ones_that_azure_accepts() -> None:
    """A message has 140 characters at most, the name of an endpoint or a deployment 64."""
    key, name = "k" * 40, "c" * 40
    settings = {
        "clusters": {key: {"id": cluster_id(name), "managed_endpoints": {key: BLOB}}},
        "consumers": {},
    }
    [node] = plan(parse(settings), facts_of(parse(settings))).clusters[key].managed_endpoints
    assert node.approval
    assert (len(node.id.name), len(node.approval.name)) == (64, 64)
    assert len(node.request_message) <= 140


def test_two_of_one_name_are_a_problem() -> None:
    settings = reading(lake={**BLOB, "name": "mpe-x"}, events={"target": EVENTS, "name": "MPE-X"})
    problem = only_problem(settings, reading_facts(settings))
    assert problem.path == f"{PATH}.name"
    assert "managed_endpoints.events" in problem.message


# Targets


def test_a_missing_target_is_a_problem() -> None:
    facts = with_target(reading_facts(reading()), LAKE, NOT_FOUND)
    problem = only_problem(reading(), facts)
    assert (problem.path, problem.value) == (f"{PATH}.target", LAKE)
    assert "does not exist in Azure (a storage account)" in problem.message


def test_a_target_that_this_stack_approves_on_must_be_readable() -> None:
    """A look-up that fails is no state."""
    problem = only_problem(reading(), with_target(reading_facts(reading()), LAKE, FORBIDDEN))
    assert problem.path == f"{PATH}.target"
    assert "cannot be read (a storage account)" in problem.message


def test_a_target_of_others_need_not_be_readable() -> None:
    settings = reading(lake={**BLOB, "approve": False})
    node = plan_one(settings, with_target(reading_facts(settings), LAKE, FORBIDDEN))
    assert (node.is_visible, node.state, node.approval) == (False, None, None)


# Regions


@pytest.mark.parametrize(("location", "region"), [("westus", None), ("eastus", "eastus")])
def test_the_region_of_a_target_elsewhere_is_derived(location: str, region: str | None) -> None:
    """Azure wants it for a target in another region (MicrosoftDocs, …managed-private-endpoint-create.md)."""
    assert plan_one(reading(), reading_facts(reading(), location=location)).region == region


def test_another_region_than_azure_shows_is_a_problem() -> None:
    settings = reading(lake={**BLOB, "region": "North Europe"})
    problem = only_problem(settings, reading_facts(settings, location="eastus"))
    assert (problem.path, problem.value) == (f"{PATH}.region", "northeurope")
    assert "lake, which is in eastus" in problem.message


def test_a_target_that_became_unreadable_does_not_replace_its_endpoint() -> None:
    """Its region is known from what is deployed."""
    settings = reading(lake={**BLOB, "approve": False})
    deployed = ManagedEndpointFacts(LAKE, "blob", "eastus", message_of("lake"))
    node = plan_one(settings, with_target(reading_facts(settings, lake=deployed), LAKE, FORBIDDEN))
    assert (node.region, node.is_new) == ("eastus", False)


# Connections


def test_a_connection_is_found_by_name_and_message() -> None:
    other = managed_connection(NAME, "Rejected", "from another team")
    stranger = managed_connection(NAME, "Pending", "from another team")
    library = managed_connection(NAME, "Approved", request_message(ClusterId.parse(cluster_id("third")), "lake"))
    own = managed_connection(NAME.upper(), "Approved", message_of("lake"))
    for listed in ([own], [stranger, own], [library, own], [other, own]):
        assert plan_one(reading(), reading_facts(reading(), *listed, lake=None)).state == "Approved"
    for listed in ([stranger], [library], [managed_connection("mpe-other", "Approved", message_of("lake"))]):
        assert plan_one(reading(), reading_facts(reading(), *listed, lake=None)).state is None


def test_an_owner_may_decide_with_words_of_their_own() -> None:
    listed = managed_connection(NAME, "Approved", "fine with us")
    assert plan_one(reading(), reading_facts(reading(), listed, lake=None)).state == "Approved"


def test_a_living_connection_counts_more_than_its_predecessor() -> None:
    """Azure may still list that of a deleted one."""
    dead, own = managed_connection(NAME, "Disconnected", message_of("lake")), managed_connection(NAME, "Approved", "ok")
    node = plan_one(reading(), reading_facts(reading(), dead, own, lake=None))
    assert (node.state, node.is_lost) == ("Approved", False)


def test_the_message_of_an_adopted_one_stays() -> None:
    """Its connection has it, and a new message changes no connection."""
    deployed = replace(PLANNED, request_message="by hand")
    listed = managed_connection(NAME, "Pending", "by hand")
    node = plan_one(reading(), reading_facts(reading(), listed, lake=deployed))
    assert (node.request_message, node.state) == ("by hand", "Pending")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("Rejected", "is Rejected, and Azure cannot bring it back"),
        ("Disconnected", "is Disconnected, and Azure cannot bring it back"),
        (None, "lists no connection"),
    ],
)
def test_a_lost_connection_is_a_warning_with_its_remedy(state: str | None, words: str) -> None:
    listed = [managed_connection(NAME, state, message_of("lake"))] if state else []
    [warning] = plan_cluster(reading(), reading_facts(reading(), *listed, lake=None)).warnings
    assert warning.startswith(f"{PATH}: ")
    assert words in warning
    assert "`pulumi up --replace '**new.lake.managed-endpoint'`" in warning


def test_a_connection_that_waits_for_its_owner_is_a_warning() -> None:
    settings = reading(lake={**BLOB, "approve": False})
    facts = reading_facts(settings, managed_connection(NAME, "Pending", message_of("lake")), lake=None)
    facts = with_target(facts, LAKE, ManagedTargetFacts(location="westus", connections=()))
    listed = ManagedTargetFacts(
        location="westus", connections=(managed_connection(NAME, "Pending", message_of("lake")),)
    )
    [warning] = plan_cluster(settings, with_target(facts, LAKE, listed)).warnings
    assert "waits for approval by the owner of lake" in warning
    [warning] = plan_cluster(settings).warnings
    assert "must approve the new connection there" in warning


def test_a_connection_that_this_stack_approves_is_no_warning() -> None:
    facts = reading_facts(reading(), managed_connection(NAME, "Pending", message_of("lake")), lake=None)
    assert plan_cluster(reading(), facts).warnings == ()
    assert plan_cluster(reading()).warnings == ()


def test_one_whose_creation_failed_gets_its_connection_with_the_next_update() -> None:
    """Azure keeps it without a connection (hashicorp/terraform-provider-azurerm#18501)."""
    node = plan_one(reading(), reading_facts(reading(), lake=replace(PLANNED, has_failed=True)))
    assert (node.is_new, node.is_lost) == (True, False)


# What is deployed


@pytest.mark.parametrize(
    "changed",
    [{"target_id": EVENTS}, {"group": "dfs"}, {"region": "eastus"}],
)
def test_another_target_is_a_new_one(changed: dict[str, str]) -> None:
    """It waits for another approval, whatever the present connection has."""
    listed = managed_connection(NAME, "Rejected", message_of("lake"))
    node = plan_one(reading(), reading_facts(reading(), listed, lake=replace(PLANNED, **changed)))
    assert (node.is_new, node.state) == (True, None)


def test_another_spelling_is_the_same_object() -> None:
    deployed = ManagedEndpointFacts(LAKE.upper(), "Blob", "westus", message_of("lake"))
    node = plan_one(reading(), reading_facts(reading(), managed_connection(NAME), lake=deployed))
    assert node.as_deployed == ("target", "group", "region", "name")
    assert plan_cluster(reading(), reading_facts(reading(), managed_connection(NAME), lake=deployed)).as_deployed


def test_a_key_that_moves_to_another_cluster_is_another_object() -> None:
    """The state has the old one, even if the new cluster has one of the same name."""
    id = ManagedEndpointId.parse(f"{OTHER}/managedPrivateEndpoints/{NAME}")
    former = Former(managed_endpoints=(FormerManagedEndpoint("new", "lake", id, LAKE.lower(), "blob"),))
    facts = replace(reading_facts(reading(), managed_connection(NAME), lake=None), former=former)
    assert "name" not in plan_one(reading(), facts).as_deployed


def test_a_renamed_key_without_formerly_is_a_problem() -> None:
    """The new one would be created before the old one is deleted, to the same target and group."""
    id = ManagedEndpointId.parse(f"{cluster_id('newadx')}/managedPrivateEndpoints/{NAME}")
    former = Former(managed_endpoints=(FormerManagedEndpoint("new", "lake", id, LAKE.lower(), "blob"),))
    settings = reading(files=BLOB)
    problem = only_problem(settings, replace(reading_facts(settings), former=former))
    assert problem.path == "clusters.new.managed_endpoints.files"
    assert "write `formerly: lake`" in problem.remedy
    named = reading(files={**BLOB, "formerly": "lake"})
    assert problems_of(named, replace(reading_facts(named), former=former)) == {}
    beside = reading(files={"target": EVENTS})
    assert problems_of(beside, replace(reading_facts(beside), former=former)) == {}


# The cluster


def test_a_cluster_that_does_not_run_takes_no_new_one() -> None:
    facts = reading_facts(reading())
    stopped = with_cluster(facts, "new", replace(cluster_facts(facts, "new"), state="Stopped"))
    problem = only_problem(reading(), stopped)
    assert problem.path == PATH
    assert "az kusto cluster start" in problem.remedy
    existing = reading_facts(reading(), managed_connection(NAME), lake=None)
    existing = with_cluster(existing, "new", replace(cluster_facts(existing, "new"), state="Stopped"))
    assert problems_of(reading(), existing) == {}


def test_an_injected_cluster_is_prepared() -> None:
    """They have no effect before it has left its network."""
    settings = {"clusters": {"old": cluster("oldadx", managed_endpoints={"lake": BLOB})}, "consumers": {}}
    node = plan(parse(settings), facts_of(parse(settings))).clusters["old"]
    assert len(node.managed_endpoints) == 1
    [warning] = node.warnings
    assert warning.startswith("clusters.old.managed_endpoints: oldadx is in a virtual network")


def test_facts_that_a_caller_gives_may_lack_targets() -> None:
    """Nothing is known then, and the graph is the same."""
    facts = replace(reading_facts(reading()), managed_targets={})
    assert plan_one(reading(), facts) == plan_one(reading())
