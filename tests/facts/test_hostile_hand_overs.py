"""A hand-over comes from another company: it decides nothing outside of the zone of its own cluster's host names."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from adx_private_link.errors import SettingsError
from adx_private_link.facts.hand_overs import hand_over_in, hand_over_of_file
from adx_private_link.facts.records import EndpointFacts, Unreadable
from adx_private_link.kusto_hosts import DOMAINS, is_kusto_zone
from adx_private_link.program import parse, plan
from adx_private_link.settings import HandOver, HandOverSource
from adx_private_link.topology.expected import expected_topology
from adx_private_link.topology.records import Topology

from ..samples.building import ELSEWHERE, GUEST, cluster, consumer, facts_of, handed, only_problem, small

ENGINE_HOST = ("services", "engine", "records", 0, "host")
ENGINE_NAME = ("services", "engine", "records", 0, "name")
ALIAS = ("services", "engine", "alias")


def _changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    found: Any = handed("theirs")
    given = found
    for part in path[:-1]:
        given = given[part]
    given[path[-1]] = value
    return found


def _stack(hand_over: dict[str, Any], **source: Any) -> dict[str, Any]:
    return {
        "hand_overs": {"theirs": {"inline": hand_over, **source}},
        "consumers": {"analytics": consumer("analytics")},
    }


HOSTILE: dict[str, tuple[tuple[str | int, ...], object]] = {
    "every name of a zone": (ENGINE_NAME, "*"),
    "the zone itself": (ENGINE_NAME, "@"),
    "another cluster's record": (ENGINE_NAME, "victim"),
    "a record of two labels": (ENGINE_NAME, "theirs.westus"),
    "a vault": (ENGINE_HOST, "theirs.vault.azure.net"),
    "another cluster beside its own": (ENGINE_HOST, "victim.westus.kusto.windows.net"),
    "another region": (ENGINE_HOST, "theirs.eastus.kusto.windows.net"),
    "no region": (ENGINE_HOST, "theirs.kusto.windows.net"),
    "a domain that ends alike": (ENGINE_HOST, "theirs.westus.evilkusto.windows.net"),
    "a domain that begins alike": (ENGINE_HOST, "theirs.westus.kusto.windows.net.evil.com"),
    "another cloud than its own": (ENGINE_HOST, "theirs.westus.kusto.chinacloudapi.cn"),
    "a Cyrillic letter": (ENGINE_HOST, "theirs.westus.kust\u043e.windows.net"),
    "a trailing dot": (ENGINE_HOST, "theirs.westus.kusto.windows.net."),
    "a line feed": (ENGINE_HOST, "theirs.westus.kusto.windows.net\n"),
    "a wildcard host": (ENGINE_HOST, "*.westus.kusto.windows.net"),
    "a label of 64 characters": (ENGINE_HOST, f"{'x' * 64}.westus.kusto.windows.net"),
    "a label that begins with a hyphen": (ENGINE_HOST, "-theirs.westus.kusto.windows.net"),
    "no alias": (ALIAS, ""),
    "an alias with an escape sequence": (ALIAS, f"pls\x1b[2J.{ELSEWHERE}.westus.azure.privatelinkservice"),
    "an alias in two lines": (ALIAS, f"pls.{ELSEWHERE}.westus.azure.privatelinkservice\n"),
    "an alias of another kind of service": (ALIAS, f"pls.{ELSEWHERE}.westus.azure.evil"),
    "a region with a path in it": (("location",), "../westus"),
    "a message with an escape sequence": (("request_message",), "\x1b]0;owned\x07"),
    "a message in two lines": (("request_message",), "please\napprove"),
    "a message that runs backwards": (("request_message",), "please \u202eevorppa"),
    "a message of 141 characters": (("request_message",), "x" * 141),
    "an id that is none": (("cluster",), "\x1b[31mcluster"),
    "a zone with a wildcard": (("zone",), "*.kusto.windows.net"),
    "a name without a host": (("services", "engine", "records"), []),
    "a thousand names": (
        ("services", "engine", "records"),
        [{"host": f"x{n}.westus.kusto.windows.net", "name": f"x{n}"} for n in range(1000)],
    ),
    "a host twice": (("services", "engine", "records"), handed("theirs")["services"]["engine"]["records"] * 2),
    "an unknown role": (("services", "storage"), handed("theirs")["services"]["engine"]),
    "roles for a subscription that is none": (("allowed_roles",), {"\x1b": ["engine"]}),
    "a later version": (("version",), 2),
}


@pytest.mark.parametrize(("path", "value"), HOSTILE.values(), ids=HOSTILE.keys())
def test_it_is_refused_inline_and_from_a_file_or_stack(path: tuple[str | int, ...], value: object) -> None:
    hand_over = _changed(path, value)
    with pytest.raises(SettingsError) as raised:
        parse(_stack(hand_over))
    assert all(each.path.startswith("hand_overs.theirs.inline.") for each in raised.value.problems)
    found = hand_over_in({"theirs": hand_over}, "theirs", HandOverSource(stack="a/b/c"), "stack a/b/c")
    assert isinstance(found, Unreadable)
    assert str(path[0]) in found.reason
    assert found.reason.isprintable(), "no escape sequence reaches a terminal"


def test_only_what_is_wrong_is_reported() -> None:
    """pydantic calls a list empty whose records are all invalid, and does not count the entries of a mapping."""
    records = _changed(ENGINE_HOST, "*.westus.kusto.windows.net")
    assert only_problem(_stack(records)).path == "hand_overs.theirs.inline.services.engine.records.0.host"
    found = hand_over_in({"theirs": records}, "theirs", HandOverSource(stack="a/b/c"), "stack a/b/c")
    assert isinstance(found, Unreadable)
    assert "at least 1" not in found.reason
    allowed = {f"33333333-3333-3333-3333-{each:012}": ["engine"] for each in range(1001)}
    problem = only_problem(_stack(_changed(("allowed_roles",), allowed)))
    assert problem.message == "is too long: it has 1001 entries"


@pytest.mark.parametrize("zone", ["privatelink.vaultcore.azure.net", "privatelink.eastus.kusto.windows.net", "net.a"])
def test_another_zone_is_the_consumers_own_decision(zone: str) -> None:
    """Otherwise the consumer's network would resolve every vault to the partner's endpoint."""
    hand_over = _changed(("zone",), zone)
    problem = only_problem(_stack(hand_over))
    assert problem.path == "hand_overs.theirs"
    assert problem.message == (
        f"asks for records in zone {zone}; the zone of its host names is privatelink.westus.kusto.windows.net"
    )
    assert f"write `zone: {zone}` here" in problem.remedy
    offline = expected_topology(parse(_stack(hand_over)))
    assert isinstance(offline, list), "`check` reports it without Azure"
    assert [each.path for each in offline] == ["hand_overs.theirs"]
    assert _zone_of(_stack(hand_over, zone=zone)) == zone


def test_the_consumers_own_zone_goes_before() -> None:
    """The owner decides no zone, not even which of two."""
    assert _zone_of(_stack(handed("theirs"), zone="privatelink.own.example")) == "privatelink.own.example"


def test_a_hand_over_that_is_not_at_hand_is_no_problem() -> None:
    """`check` makes one up, with names that nobody has."""
    given = {"hand_overs": {"theirs": {"file": "theirs.json"}}, "consumers": {"analytics": consumer("analytics")}}
    assert isinstance(expected_topology(parse(given)), Topology)


def test_all_names_of_another_cluster_are_refused() -> None:
    """A certificate of Azure Data Explorer is valid for every cluster of its region: clients would not notice."""
    hand_over = {**handed("prod"), "cluster": handed("theirs")["cluster"]}
    problem = only_problem(_stack(hand_over))
    assert "has host names of another cluster than theirs: prod.westus.kusto.windows.net" in problem.message


def _zone_of(given: dict[str, Any]) -> str:
    settings = parse(given)
    return plan(settings, facts_of(settings)).clusters["theirs"].zone_name


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("name", ["theirs", "private-theirs", "ingest-theirs"])
def test_honest_hand_overs_of_every_cloud_are_taken(domain: str, name: str) -> None:
    """The names of injected networks are among them, and clusters may be called like them."""
    hosts = {
        "engine": (f"{name}.westus.{domain}", f"private-{name}.westus.{domain}"),
        "ingestion": (f"ingest-{name}.westus.{domain}", f"ingest-private-{name}.westus.{domain}"),
    }
    hand_over = handed(name)
    hand_over["zone"] = f"privatelink.westus.{domain}"
    for role, service in hand_over["services"].items():
        service["records"] = [{"host": each.upper(), "name": each.partition(".")[0]} for each in hosts[role]]
    settings = parse(_stack(hand_over))
    node = plan(settings, facts_of(settings)).clusters["theirs"]
    assert node.zone_name == f"privatelink.westus.{domain}"
    assert is_kusto_zone(node.zone_name)
    assert [host.name for hosts in node.hosts.values() for host in hosts] == [*hosts["engine"], *hosts["ingestion"]]


_TEXT = st.text(max_size=40) | st.sampled_from(["*", "@", "a.b", "theirs", "theirs.westus.kusto.windows.net", "\x1b[m"])
_PATHS = st.sampled_from(
    [ENGINE_HOST, ENGINE_NAME, ALIAS, ("zone",), ("location",), ("request_message",), ("cluster",)]
)


@for_all(st.dictionaries(_PATHS, _TEXT, min_size=1, max_size=3))
def test_whatever_is_taken_writes_names_of_one_cluster_only(changes: dict[tuple[str | int, ...], str]) -> None:
    hand_over: Any = handed("theirs")
    for path, value in changes.items():
        given = hand_over
        for part in path[:-1]:
            given = given[part]
        given[path[-1]] = value
    try:
        found = HandOver.model_validate(hand_over)
    except ValidationError:
        return
    assert found.own_zone == "privatelink.westus.kusto.windows.net"
    assert {r.name for each in found.services.values() for r in each.records} == {"theirs", "ingest-theirs"}
    assert found.request_message.isprintable() or " " in found.request_message


# Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_is_read_in_every_encoding_that_tools_write(tmp_path: Path, encoding: str) -> None:
    """`pulumi stack output hand_overs --json > file` in Windows PowerShell writes UTF-16 with a byte order mark."""
    (tmp_path / "h.json").write_bytes(json.dumps({"theirs": handed("theirs")}).encode(encoding))
    assert isinstance(hand_over_of_file("theirs", HandOverSource(file="h.json"), tmp_path), HandOver)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"{", "is not JSON: EOF"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"\xff\xfe\x00", "is not UTF-16 text"),
        (b'"\x80"', "is not UTF-8 text"),
        (b"[]", "is no hand-over"),
        (b"3", "is no hand-over"),
        (b'{"theirs": null}', "no hand-over of theirs is in"),
        (b'{"\\ud800": 1}', "is not JSON"),
        (b'{"services": {"engine": {"alias": "\\ud800"}}}', "is not JSON"),
    ],
)
def test_a_file_that_is_none_is_a_problem_with_words(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "h.json").write_bytes(content)
    found = hand_over_of_file("theirs", HandOverSource(file="h.json"), tmp_path)
    assert isinstance(found, Unreadable)
    assert reason in found.reason
    assert len(found.reason) < 1000


# What an owner lets them connect to


def _for_engine_only(**more: Any) -> dict[str, Any]:
    given = _stack({**handed("theirs"), "allowed_roles": {GUEST.upper(): ["engine"]}})
    given["consumers"]["analytics"] |= more
    return given


def _roles(given: dict[str, Any], state: str | None = None) -> list[str]:
    settings = parse(given)
    facts = facts_of(settings)
    if state:
        endpoint = f"{consumer('analytics')['subnet_id'].partition('/providers/')[0]}/providers/Microsoft.Network"
        id = f"{endpoint}/privateEndpoints/pe-theirs-ingestion-analytics".lower()
        facts = replace(facts, endpoints={id: EndpointFacts(state)})
    return [each.target for each in plan(settings, facts).clusters["theirs"].endpoints]


def test_no_endpoint_is_made_for_a_role_that_its_owner_does_not_allow() -> None:
    """It would wait for ever."""
    assert _roles(_for_engine_only()) == ["engine"]
    assert _roles(_for_engine_only(), "Pending") == ["engine"]


def test_a_connection_that_was_approved_stays() -> None:
    """A hand-over that says less must not cut clients off."""
    assert _roles(_for_engine_only(), "Approved") == ["engine", "ingestion"]


def test_another_subscription_is_not_restricted() -> None:
    given = _for_engine_only()
    given["hand_overs"]["theirs"]["inline"]["allowed_roles"] = {ELSEWHERE: ["engine"]}
    assert _roles(given) == ["engine", "ingestion"]


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"roles": ["ingestion"]}, "consumers.analytics.roles"),
        ({"endpoints": {"theirs": {"ingestion": {}}}}, "consumers.analytics.endpoints.theirs.ingestion"),
    ],
)
def test_who_asks_for_it_is_told_whom_to_ask(more: dict[str, Any], path: str) -> None:
    problem = only_problem(_for_engine_only(**more))
    assert problem.path == path
    assert problem.message == (
        f"asks for ingestion; the owner of cluster theirs lets subscription {GUEST} connect to engine only"
    )
    assert "ask the owner to extend `external_consumers.*.roles`" in problem.remedy


@pytest.mark.parametrize(
    ("externals", "handed_roles", "allowed"),
    [
        ({}, ["engine", "ingestion"], {}),
        ({"blue": {"subscription": GUEST}}, ["engine", "ingestion"], {}),
        ({"blue": {"subscription": GUEST, "roles": ["engine"]}}, ["engine"], {GUEST: ["engine"]}),
        (
            {"blue": {"subscription": GUEST, "roles": ["engine"]}, "red": {"subscription": ELSEWHERE}},
            ["engine", "ingestion"],
            {GUEST: ["engine"]},
        ),
        (
            {"a": {"subscription": GUEST, "roles": ["engine"]}, "b": {"subscription": GUEST, "roles": ["ingestion"]}},
            ["engine", "ingestion"],
            {},
        ),
    ],
)
def test_an_owner_offers_what_external_consumers_may_use(
    externals: dict[str, Any], handed_roles: list[str], allowed: dict[str, list[str]]
) -> None:
    settings = parse({**small(), "clusters": {"myadx": cluster("myadx")}, "external_consumers": externals})
    node = plan(settings, facts_of(settings)).clusters["myadx"]
    assert node.handed_targets == handed_roles
    assert node.allowed_targets == allowed
