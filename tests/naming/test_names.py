"""Names of resources: a contract that renamed keys keep."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.facts.records import Facts, SubnetFacts
from adx_private_link.program import parse, plan

from ..samples.building import (
    CLIENTS,
    GUEST,
    OWNER,
    WrittenSettings,
    cluster,
    consumer,
    endpoint_id,
    facts_of,
    only_problem,
    plan_settings,
    problems_of,
    small,
    subnet_id,
    with_subnet,
)
from ..samples.objects import endpoints, objects, plan_if_possible
from ..samples.random_stacks import Stack, peaceful_stacks, wild_stacks

ZONE = "privatelink.westus.kusto.windows.net@analytics.22222222-2222-2222-2222-222222222222"


def test_a_small_stack_has_these_names() -> None:
    """
    Names are a contract, because another logical or physical name is another resource and replaces the deployed one.

    Change this test only together with a way to keep the old names.
    """
    assert [
        (planned_object.kind, planned_object.logical_name, planned_object.name)
        for planned_object in objects(plan_settings(small()))
    ] == [
        ("AdxPrivateLink", "myadx", "myadx"),
        ("service", "myadx.engine", "pls-myadx-engine"),
        ("service", "myadx.ingestion", "pls-myadx-ingestion"),
        ("endpoint", "myadx.analytics.engine", "pe-myadx-engine-analytics"),
        ("approval", "myadx.analytics.engine.approval", "approve-myadx.analytics.engine"),
        ("record", f"myadx@{ZONE}", "myadx"),
        ("endpoint", "myadx.analytics.ingestion", "pe-myadx-ingestion-analytics"),
        ("approval", "myadx.analytics.ingestion.approval", "approve-myadx.analytics.ingestion"),
        ("record", f"ingest-myadx@{ZONE}", "ingest-myadx"),
        ("zone", ZONE, "privatelink.westus.kusto.windows.net"),
        (
            "link",
            "privatelink.westus.kusto.windows.net@analytics-vnet.analytics.22222222-2222-2222-2222-222222222222",
            "analytics-own",
        ),
    ]


def test_a_small_stack_has_these_connection_names() -> None:
    """Another name of the connection replaces the endpoint."""
    assert [endpoint.connection_name for endpoint in endpoints(plan_settings(small()))] == [
        "myadx-engine",
        "myadx-ingestion",
    ]


def test_a_small_stack_has_these_places() -> None:
    """Services and approvals belong to the cluster's owner, endpoints and zone to the consumer."""
    planned = plan_settings(small())
    assert {
        (planned_object.kind, planned_object.place[:2]) for planned_object in objects(planned) if planned_object.place
    } == {
        ("service", (OWNER, "adx")),
        ("approval", (OWNER, "adx")),
        ("endpoint", (GUEST, "analytics")),
        ("record", (GUEST, "analytics")),
        ("zone", (GUEST, "analytics")),
        ("link", (GUEST, "analytics")),
    }
    assert {endpoint.place.location for endpoint in endpoints(planned)} == {"westus"}


def test_a_long_deployment_name_is_shortened_and_stays_unique() -> None:
    """Azure accepts 64 characters, and two names may begin with the same 64."""
    keys = ["c" * 39 + end for end in "ab"]
    settings = {"clusters": {"myadx-prod": cluster("myadx")}, "consumers": {key: consumer(key) for key in keys}}
    names = [endpoint.approval.name for endpoint in endpoints(plan_settings(settings)) if endpoint.approval]
    assert len(set(names)) == 4
    assert all(len(name) <= 64 for name in names)
    assert names[1] == "approve-myadx-prod.cccccccccccccccccccccccccccccccccccc-0da407a7"


# Renamed keys


def _rename_key(stack: Stack, old: str, new: str) -> tuple[dict[str, Any], Facts]:
    """The stack's settings and facts after one key is renamed everywhere."""
    settings = {section: dict(objects) for section, objects in stack.written.items()}
    for section in settings.values():
        if old in section:
            value = section[old]
            section[new] = {**value, "formerly": value.get("formerly", old)}
            del section[old]
    for section in ("consumers", "external_consumers"):
        settings[section] = {key: _rename_cluster(value, old, new) for key, value in settings.get(section, {}).items()}
    return settings, _rename_in_facts(stack.facts, old, new)


def _rename_cluster(consumer: WrittenSettings, old: str, new: str) -> dict[str, Any]:
    consumer_settings = dict(consumer)
    if "clusters" in consumer_settings:
        consumer_settings["clusters"] = [new if key == old else key for key in consumer_settings["clusters"]]
    if "endpoints" in consumer_settings:
        consumer_settings["endpoints"] = {
            new if key == old else key: value for key, value in consumer_settings["endpoints"].items()
        }
    return consumer_settings


def _rename_in_facts(facts: Facts, old: str, new: str) -> Facts:
    def new_key(former_key: str) -> str:
        return new if former_key == old else former_key

    return replace(
        facts,
        clusters={new_key(former_key): value for former_key, value in facts.clusters.items()},
        load_balancers={
            (new_key(former_key), role): value for (former_key, role), value in facts.load_balancers.items()
        },
        hand_overs={new_key(former_key): value for former_key, value in facts.hand_overs.items()},
    )


@given(peaceful_stacks() | wild_stacks(), st.data())
def test_a_renamed_key_changes_no_name(stack: Stack, data: st.DataObject) -> None:
    """A better key for a network must not interrupt its access."""
    planned = plan_if_possible(stack)
    keys = sorted({key for section in stack.written.values() for key in section})
    if not keys or not planned.clusters:
        return
    old = data.draw(st.sampled_from(keys))
    settings, facts = _rename_key(stack, old, "renamed")
    after = plan(parse(settings), facts)
    before, nodes = _index_by_name(planned), _index_by_name(after)
    assert nodes.keys() == before.keys()
    for name, node in nodes.items():
        assert _drop_keys(node) == _drop_keys(before[name]), name


def _index_by_name(planned: Any) -> dict[tuple[str, str], Any]:
    """All nodes of a graph, by type and logical name."""
    nodes: dict[tuple[str, str], Any] = {("zone", key): zone for key, zone in planned.zones.items()}
    for node in planned.clusters.values():
        parts = [*node.services.values(), *node.endpoints, *(external.approval for external in node.external_approvals)]
        nodes |= {(type(part).__name__, part.logical_name): part for part in parts}
        nodes["cluster", node.name] = (node.location, node.zone_name, node.hosts)
    return nodes


def _drop_keys(node: Any) -> Any:
    """A node without its keys and the order of its links, because a renamed key changes only these."""
    if hasattr(node, "consumer"):
        return replace(node, consumer="")
    return replace(node, links=_sort_links(node)) if hasattr(node, "links") else node


def _sort_links(zone: Any) -> tuple[Any, ...]:
    links = [replace(link, consumer="", path="") for link in zone.links]
    return tuple(sorted(links, key=lambda link: link.logical_name))


@given(peaceful_stacks(), st.data())
def test_two_keys_with_the_same_names_are_a_problem(stack: Stack, data: st.DataObject) -> None:
    """A key with the names of another cluster or consumer would take over its objects."""
    side = data.draw(st.sampled_from([("clusters", "hand_overs"), ("consumers", "external_consumers")]))
    objects = [(section, key) for section in side for key in stack.written[section]]
    if len(objects) < 2:
        return
    (section, key), (other, victim) = data.draw(st.permutations(objects))[:2]
    former_key = stack.written[other][victim].get("formerly", victim)
    renamed = {**stack.written[section][key], "formerly": data.draw(st.sampled_from([former_key, former_key.upper()]))}
    settings = {**stack.written, section: {**stack.written[section], key: renamed}}
    problems = [
        problem for problem in problems_of(settings, stack.facts).values() if "the same names as" in problem.message
    ]
    assert problems
    assert all(re.fullmatch(rf"({'|'.join(side)})\.[^.]+(\.formerly)?", problem.path) for problem in problems)


def test_two_keys_may_be_swapped() -> None:
    """Both have their former key, so nothing changes in Azure."""
    settings = {
        "clusters": {"a": cluster("one", formerly="b"), "b": cluster("two", formerly="a")},
        "consumers": {"analytics": consumer("analytics")},
    }
    services = {key: node.services["engine"].name for key, node in plan_settings(settings).clusters.items()}
    assert services == {"a": "pls-b-engine", "b": "pls-a-engine"}


def test_a_new_key_with_the_names_of_a_renamed_one_is_a_problem() -> None:
    settings = {
        "clusters": {"blue": cluster("one", formerly="myadx"), "myadx": cluster("two")},
        "consumers": {"analytics": consumer("analytics")},
    }
    problem = problems_of(settings)["clusters.myadx"]
    assert problem.message == "would have the same names as clusters.blue, which had this key first"
    assert "choose a key that these settings neither use" in problem.remedy


def test_a_consumer_and_an_external_consumer_with_one_key_are_a_problem() -> None:
    """Their approvals are in the same resource group."""
    settings = {**small(), "external_consumers": {"Analytics": {"subscription": OWNER}}}
    problem = only_problem(settings)
    assert problem.path == "external_consumers.Analytics"
    assert "consumers.analytics" in problem.message


# Length of names

LONG, LONGER = "c" * 40, "n" * 40


def _long_settings(**more: Any) -> dict[str, Any]:
    return {"clusters": {LONG: cluster("myadx")}, "consumers": {LONGER: consumer("analytics", **more)}}


def _endpoint_names(stack: WrittenSettings, facts: Facts | None = None) -> dict[str, str]:
    parsed = parse(stack)
    planned = plan(parsed, facts or facts_of(parsed))
    return {endpoint.target: endpoint.name for endpoint in planned.clusters[LONG].endpoints}


def test_a_default_name_is_at_most_as_long_as_azure_accepts() -> None:
    """Azure accepts 64 characters for an endpoint (resource-name-rules.md), and two keys of 40 would make 94."""
    names = _endpoint_names(_long_settings())
    assert all(len(name) == 64 for name in names.values())
    assert len(set(names.values())) == 2
    assert names == _endpoint_names(_long_settings())
    assert names["engine"].startswith(f"pe-{LONG}-engine-nnn")
    link = f"{LONGER}-{LONG}"
    [zone] = plan_settings(_long_settings(dns={"links": {LONG: {}}})).zones.values()
    assert len(zone.links[0].name) == 80
    assert zone.links[0].name.startswith(link[:71])


@pytest.mark.parametrize("consumer_key", ["n" * 13, "n" * 14])
def test_a_name_that_azure_accepts_is_not_shortened(consumer_key: str) -> None:
    stack = {"clusters": {LONG: cluster("myadx")}, "consumers": {consumer_key: consumer("analytics")}}
    full = f"pe-{LONG}-engine-{consumer_key}"
    assert (_endpoint_names(stack)["engine"] == full) == (len(full) <= 64)


def test_an_existing_endpoint_keeps_a_longer_name() -> None:
    """
    Earlier versions of this library may have created endpoints with longer names, and another name would replace them.

    Sources disagree whether Azure accepts 64 characters or 80.
    """
    stack = {"clusters": {LONG: cluster("myadx")}, "consumers": {"n" * 20: consumer("analytics")}}
    full = f"pe-{LONG}-engine-{'n' * 20}"
    facts = _with_endpoint(facts_of(parse(stack)), endpoint_id(full, GUEST, "analytics"))
    names = _endpoint_names(stack, facts)
    assert names["engine"] == full
    assert len(names["ingestion"]) == 64


def test_an_existing_endpoint_may_have_a_longer_name_in_the_settings() -> None:
    stack = {**small(), "consumers": {"analytics": consumer("analytics", endpoints=_with_endpoint_name("x" * 70))}}
    assert problems_of(stack)
    assert not problems_of(stack, _with_endpoint(facts_of(parse(stack)), endpoint_id("x" * 70, GUEST, "analytics")))


def _with_endpoint(facts: Facts, id: str) -> Facts:
    """Facts with an endpoint in the consumer's subnet."""
    subnet = SubnetFacts(
        service_policies_enabled=False, delegated_to=None, prefixes=(CLIENTS,), endpoint_keys=frozenset({id.lower()})
    )
    return with_subnet(facts, subnet_id("analytics"), subnet)


def _with_endpoint_name(name: str) -> dict[str, Any]:
    return {"myadx": {"engine": {"name": name}}}


@pytest.mark.parametrize("group", ["Instruktører", "データ", "हिंदी", "мир_(1).x", "a" * 90])
def test_a_resource_group_may_have_letters_of_any_script(group: str) -> None:
    """Azure accepts .NET's word characters (azure-sdk-for-js#13247, azure-rest-api-specs#13136)."""
    subnet = subnet_id("analytics").replace("/resourceGroups/analytics/", f"/resourceGroups/{group}/")
    stack = {**small(), "consumers": {"analytics": {"subnet_id": subnet, "dns": {"resource_group": group}}}}
    [zone] = plan_settings(stack).zones.values()
    assert zone.resource_group == group
    assert plan_settings(stack).clusters["myadx"].endpoints[0].place.resource_group == group


@pytest.mark.parametrize("group", ["data①", "½", "🍦", "a b", "a#b"])
def test_a_resource_group_with_symbols_is_a_problem(group: str) -> None:
    """Azure rejects symbols (MicrosoftDocs/architecture-center#848 and #863)."""
    problem = only_problem({**small(), "consumers": {"analytics": consumer("analytics", resource_group=group)}})
    assert problem.message == "is not the name of a resource group"
    assert "letters (of any script)" in problem.remedy


@pytest.mark.parametrize("zone", ["windows.net", "Azure.com"])
def test_a_domain_of_azure_is_not_accepted_as_a_zone(zone: str) -> None:
    problem = only_problem({**small(), "clusters": {"myadx": cluster("myadx", zone=zone)}})
    assert problem.path == "clusters.myadx.zone"
    assert problem.remedy == "write a domain below it"
