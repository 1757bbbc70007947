"""Names are a contract, and a renamed key keeps them."""

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
    Given,
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


def test_names_of_a_small_stack() -> None:
    """
    Names are a contract: another logical name is another resource for Pulumi, another physical one for Azure, and
    either replaces what people have deployed. Change this test only together with a way to keep the old names.
    """
    assert [(each.kind, each.logical_name, each.name) for each in objects(plan_settings(small()))] == [
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


def test_connection_names_of_a_small_stack() -> None:
    """The connection's name is part of what cannot be changed without replacing the endpoint."""
    assert [each.connection_name for each in endpoints(plan_settings(small()))] == ["myadx-engine", "myadx-ingestion"]


def test_places_of_a_small_stack() -> None:
    """Each object lives on its side: services and approvals with the cluster, endpoints and zone with the consumer."""
    planned = plan_settings(small())
    assert {(each.kind, each.place[:2]) for each in objects(planned) if each.place} == {
        ("service", (OWNER, "adx")),
        ("approval", (OWNER, "adx")),
        ("endpoint", (GUEST, "analytics")),
        ("record", (GUEST, "analytics")),
        ("zone", (GUEST, "analytics")),
        ("link", (GUEST, "analytics")),
    }
    assert {each.place.location for each in endpoints(planned)} == {"westus"}


def test_a_long_deployment_name_is_cut_and_stays_distinguishable() -> None:
    """Azure takes 64 characters, and two consumers' names may be alike for longer than that."""
    keys = ["c" * 39 + end for end in "ab"]
    given = {"clusters": {"myadx-prod": cluster("myadx")}, "consumers": {key: consumer(key) for key in keys}}
    names = [each.approval.name for each in endpoints(plan_settings(given)) if each.approval]
    assert len(set(names)) == 4
    assert all(len(each) <= 64 for each in names)
    assert names[1] == "approve-myadx-prod.cccccccccccccccccccccccccccccccccccc-0da407a7"


# Renamed keys


def _renamed(stack: Stack, old: str, new: str) -> tuple[dict[str, Any], Facts]:
    """The same stack after one key was renamed everywhere, and the same Azure."""
    given = {section: dict(objects) for section, objects in stack.given.items()}
    for section in given.values():
        if old in section:
            value = section[old]
            section[new] = {**value, "formerly": value.get("formerly", old)}
            del section[old]
    for section in ("consumers", "external_consumers"):
        given[section] = {key: _following(value, old, new) for key, value in given.get(section, {}).items()}
    return given, _facts_after(stack.facts, old, new)


def _following(consumer: Given, old: str, new: str) -> dict[str, Any]:
    found = dict(consumer)
    if "clusters" in found:
        found["clusters"] = [new if each == old else each for each in found["clusters"]]
    if "endpoints" in found:
        found["endpoints"] = {new if key == old else key: value for key, value in found["endpoints"].items()}
    return found


def _facts_after(facts: Facts, old: str, new: str) -> Facts:
    def key(each: str) -> str:
        return new if each == old else each

    return replace(
        facts,
        clusters={key(each): value for each, value in facts.clusters.items()},
        load_balancers={(key(each), role): value for (each, role), value in facts.load_balancers.items()},
        hand_overs={key(each): value for each, value in facts.hand_overs.items()},
    )


@given(peaceful_stacks() | wild_stacks(), st.data())
def test_a_renamed_key_changes_no_name_at_all(stack: Stack, data: st.DataObject) -> None:
    """Whoever finds a better word for a network must not cut it off for it."""
    planned = plan_if_possible(stack)
    keys = sorted({key for section in stack.given.values() for key in section})
    if not keys or not planned.clusters:
        return
    old = data.draw(st.sampled_from(keys))
    settings, facts = _renamed(stack, old, "renamed")
    after = plan(parse(settings), facts)
    before, found = _by_name(planned), _by_name(after)
    assert found.keys() == before.keys()
    for name, node in found.items():
        assert _without_keys(node) == _without_keys(before[name]), name


def _by_name(planned: Any) -> dict[tuple[str, str], Any]:
    """All nodes by what Pulumi calls them."""
    found: dict[tuple[str, str], Any] = {("zone", key): zone for key, zone in planned.zones.items()}
    for node in planned.clusters.values():
        parts = [*node.services.values(), *node.endpoints, *(each.approval for each in node.external_approvals)]
        found |= {(type(each).__name__, each.logical_name): each for each in parts}
        found["cluster", node.name] = (node.location, node.zone_name, node.hosts)
    return found


def _without_keys(node: Any) -> Any:
    """Keys are what people call things; only they may have changed, and with them the order of a zone's links."""
    if hasattr(node, "consumer"):
        return replace(node, consumer="")
    return replace(node, links=_links(node)) if hasattr(node, "links") else node


def _links(zone: Any) -> tuple[Any, ...]:
    links = [replace(each, consumer="") for each in zone.links]
    return tuple(sorted(links, key=lambda each: each.logical_name))


@given(peaceful_stacks(), st.data())
def test_two_keys_that_last_never_meet(stack: Stack, data: st.DataObject) -> None:
    """Whoever takes over the name of another cluster, or another network, takes its objects."""
    side = data.draw(st.sampled_from([("clusters", "hand_overs"), ("consumers", "external_consumers")]))
    objects = [(section, key) for section in side for key in stack.given[section]]
    if len(objects) < 2:
        return
    (section, key), (other, victim) = data.draw(st.permutations(objects))[:2]
    wanted = stack.given[other][victim].get("formerly", victim)
    taken = {**stack.given[section][key], "formerly": data.draw(st.sampled_from([wanted, wanted.upper()]))}
    given = {**stack.given, section: {**stack.given[section], key: taken}}
    told = [each for each in problems_of(given, stack.facts).values() if "the same names as" in each.message]
    assert told
    assert all(re.fullmatch(rf"({'|'.join(side)})\.[^.]+(\.formerly)?", each.path) for each in told)


def test_two_keys_may_change_places() -> None:
    """Each says what it was: nothing moves in Azure."""
    given = {
        "clusters": {"a": cluster("one", formerly="b"), "b": cluster("two", formerly="a")},
        "consumers": {"analytics": consumer("analytics")},
    }
    services = {key: each.services["engine"].name for key, each in plan_settings(given).clusters.items()}
    assert services == {"a": "pls-b-engine", "b": "pls-a-engine"}


def test_a_new_key_cannot_take_a_name_that_lasts() -> None:
    given = {
        "clusters": {"blue": cluster("one", formerly="myadx"), "myadx": cluster("two")},
        "consumers": {"analytics": consumer("analytics")},
    }
    problem = problems_of(given)["clusters.myadx"]
    assert problem.message == "would have the same names as clusters.blue, which had this key first"
    assert "give it a key that" in problem.remedy


def test_a_consumer_and_an_external_one_have_names_of_their_own() -> None:
    """Their approvals lie side by side."""
    given = {**small(), "external_consumers": {"Analytics": {"subscription": OWNER}}}
    problem = only_problem(given)
    assert problem.path == "external_consumers.Analytics"
    assert "consumers.analytics" in problem.message


# How long names may be

LONG, LONGER = "c" * 40, "n" * 40


def _long(**more: Any) -> dict[str, Any]:
    return {"clusters": {LONG: cluster("myadx")}, "consumers": {LONGER: consumer("analytics", **more)}}


def _endpoints(stack: Given, facts: Facts | None = None) -> dict[str, str]:
    settings = parse(stack)
    planned = plan(settings, facts or facts_of(settings))
    return {each.target: each.name for each in planned.clusters[LONG].endpoints}


def test_a_default_name_is_as_long_as_azure_takes() -> None:
    """64 characters for an endpoint (resource-name-rules.md); keys of 40 characters each would make 94."""
    found = _endpoints(_long())
    assert all(len(name) == 64 for name in found.values())
    assert len(set(found.values())) == 2
    assert found == _endpoints(_long())
    assert found["engine"].startswith(f"pe-{LONG}-engine-nnn")
    link = f"{LONGER}-{LONG}"
    [zone] = plan_settings(_long(dns={"links": {LONG: {}}})).zones.values()
    assert len(zone.links[0].name) == 80
    assert zone.links[0].name.startswith(link[:71])


@pytest.mark.parametrize("consumer_key", ["n" * 13, "n" * 14])
def test_a_name_that_azure_takes_stays_as_it_is(consumer_key: str) -> None:
    stack = {"clusters": {LONG: cluster("myadx")}, "consumers": {consumer_key: consumer("analytics")}}
    full = f"pe-{LONG}-engine-{consumer_key}"
    assert (_endpoints(stack)["engine"] == full) == (len(full) <= 64)


def test_an_endpoint_that_exists_keeps_a_longer_name() -> None:
    """
    Sources disagree whether Azure takes 64 characters or 80. If it takes 80, earlier versions of this library have
    created such endpoints, and another name would replace them.
    """
    stack = {"clusters": {LONG: cluster("myadx")}, "consumers": {"n" * 20: consumer("analytics")}}
    full = f"pe-{LONG}-engine-{'n' * 20}"
    facts = _with_endpoint(facts_of(parse(stack)), endpoint_id(full, GUEST, "analytics"))
    found = _endpoints(stack, facts)
    assert found["engine"] == full
    assert len(found["ingestion"]) == 64


def test_an_endpoint_that_exists_may_be_given_by_a_longer_name() -> None:
    stack = {**small(), "consumers": {"analytics": consumer("analytics", endpoints=_named("x" * 70))}}
    assert problems_of(stack)
    assert not problems_of(stack, _with_endpoint(facts_of(parse(stack)), endpoint_id("x" * 70, GUEST, "analytics")))


def _with_endpoint(facts: Facts, id: str) -> Facts:
    """The same facts with an endpoint in the consumer's subnet."""
    subnet = SubnetFacts(
        service_policies_enabled=False, delegated_to=None, prefixes=(CLIENTS,), endpoint_keys=frozenset({id.lower()})
    )
    return with_subnet(facts, subnet_id("analytics"), subnet)


def _named(name: str) -> dict[str, Any]:
    return {"myadx": {"engine": {"name": name}}}


@pytest.mark.parametrize("group", ["Instruktører", "データ", "हिंदी", "мир_(1).x", "a" * 90])
def test_a_resource_group_has_letters_of_any_script(group: str) -> None:
    """Azure takes what .NET calls a word character (azure-sdk-for-js#13247, azure-rest-api-specs#13136)."""
    subnet = subnet_id("analytics").replace("/resourceGroups/analytics/", f"/resourceGroups/{group}/")
    stack = {**small(), "consumers": {"analytics": {"subnet_id": subnet, "dns": {"resource_group": group}}}}
    [zone] = plan_settings(stack).zones.values()
    assert zone.resource_group == group
    assert plan_settings(stack).clusters["myadx"].endpoints[0].place.resource_group == group


@pytest.mark.parametrize("group", ["data①", "½", "🍦", "a b", "a#b"])
def test_a_resource_group_has_no_signs(group: str) -> None:
    """MicrosoftDocs/architecture-center#848 and #863."""
    problem = only_problem({**small(), "consumers": {"analytics": consumer("analytics", resource_group=group)}})
    assert problem.message == "is not the name of a resource group"
    assert "letters (of any script)" in problem.remedy


@pytest.mark.parametrize("zone", ["windows.net", "Azure.com"])
def test_a_domain_of_azure_is_no_zone(zone: str) -> None:
    problem = only_problem({**small(), "clusters": {"myadx": cluster("myadx", zone=zone)}})
    assert problem.path == "clusters.myadx.zone"
    assert problem.remedy == "write a domain below it"
