"""Hand-overs from other companies: they decide only the names of their own cluster in its zone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
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

from ..samples.building import ELSEWHERE, GUEST, cluster, consumer, facts_of, hand_over, only_problem, small

ENGINE_HOST = ("services", "engine", "records", 0, "host")
ENGINE_NAME = ("services", "engine", "records", 0, "name")
ALIAS = ("services", "engine", "alias")


def _change_hand_over(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    content: Any = hand_over("theirs")
    part_of_content = content
    for part in path[:-1]:
        part_of_content = part_of_content[part]
    part_of_content[path[-1]] = value
    return content


def _settings_with_hand_over(content: dict[str, Any], **source: Any) -> dict[str, Any]:
    return {
        "hand_overs": {"theirs": {"inline": content, **source}},
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
    "a message that reads backwards": (("request_message",), "please \u202eevorppa"),
    "a message of 141 characters": (("request_message",), "x" * 141),
    "an invalid id": (("cluster",), "\x1b[31mcluster"),
    "a zone with a wildcard": (("zone",), "*.kusto.windows.net"),
    "a name without a host": (("services", "engine", "records"), []),
    "a thousand names": (
        ("services", "engine", "records"),
        [{"host": f"x{n}.westus.kusto.windows.net", "name": f"x{n}"} for n in range(1000)],
    ),
    "a host twice": (("services", "engine", "records"), hand_over("theirs")["services"]["engine"]["records"] * 2),
    "an unknown role": (("services", "storage"), hand_over("theirs")["services"]["engine"]),
    "roles for an invalid subscription": (("allowed_roles",), {"\x1b": ["engine"]}),
    "a later version": (("version",), 3),
}


@pytest.mark.parametrize(("path", "value"), HOSTILE.values(), ids=HOSTILE.keys())
def test_an_invalid_hand_over_is_a_problem_inline_and_from_a_stack(path: tuple[str | int, ...], value: object) -> None:
    content = _change_hand_over(path, value)
    with pytest.raises(SettingsError) as raised:
        parse(_settings_with_hand_over(content))
    assert all(problem.path.startswith("hand_overs.theirs.inline.") for problem in raised.value.problems)
    unreadable = hand_over_in({"theirs": content}, "theirs", HandOverSource(stack="a/b/c"), "stack a/b/c")
    assert isinstance(unreadable, Unreadable)
    assert str(path[0]) in unreadable.reason
    assert unreadable.reason.isprintable(), "no escape sequence reaches a terminal"


def test_follow_up_problems_are_not_reported() -> None:
    """pydantic reports a list of invalid records as empty, and does not count the entries of a mapping."""
    records = _change_hand_over(ENGINE_HOST, "*.westus.kusto.windows.net")
    assert (
        only_problem(_settings_with_hand_over(records)).path
        == "hand_overs.theirs.inline.services.engine.records.0.host"
    )
    unreadable = hand_over_in({"theirs": records}, "theirs", HandOverSource(stack="a/b/c"), "stack a/b/c")
    assert isinstance(unreadable, Unreadable)
    assert "at least 1" not in unreadable.reason
    allowed = {f"33333333-3333-3333-3333-{number:012}": ["engine"] for number in range(1001)}
    problem = only_problem(_settings_with_hand_over(_change_hand_over(("allowed_roles",), allowed)))
    assert problem.message == "is too long: it has 1001 entries"


@pytest.mark.parametrize("zone", ["privatelink.vaultcore.azure.net", "privatelink.eastus.kusto.windows.net", "net.a"])
def test_another_zone_is_the_consumers_own_decision(zone: str) -> None:
    """The consumer's network could otherwise resolve every vault to the partner's endpoint."""
    content = _change_hand_over(("zone",), zone)
    problem = only_problem(_settings_with_hand_over(content))
    assert problem.path == "hand_overs.theirs"
    assert problem.message == (
        f"asks for records in zone {zone}; the zone of its host names is privatelink.westus.kusto.windows.net"
    )
    assert f"write `zone: {zone}` here" in problem.remedy
    offline = expected_topology(parse(_settings_with_hand_over(content)))
    assert isinstance(offline, list), "`check` reports it without Azure"
    assert [problem.path for problem in offline] == ["hand_overs.theirs"]
    assert _plan_zone_name(_settings_with_hand_over(content, zone=zone)) == zone


def test_the_consumers_own_zone_takes_precedence() -> None:
    """The owner never decides the consumer's zone."""
    assert (
        _plan_zone_name(_settings_with_hand_over(hand_over("theirs"), zone="privatelink.own.example"))
        == "privatelink.own.example"
    )


def test_a_hand_over_that_is_not_available_offline_is_not_a_problem() -> None:
    """`check` assumes a hand-over with names that do not exist."""
    settings = {"hand_overs": {"theirs": {"file": "theirs.json"}}, "consumers": {"analytics": consumer("analytics")}}
    assert isinstance(expected_topology(parse(settings)), Topology)


def test_host_names_of_another_cluster_are_a_problem() -> None:
    """Clients would not notice, because Azure Data Explorer's certificates are valid for all clusters of a region."""
    content = {**hand_over("prod"), "cluster": hand_over("theirs")["cluster"]}
    problem = only_problem(_settings_with_hand_over(content))
    assert "has host names of another cluster than theirs: prod.westus.kusto.windows.net" in problem.message


def _plan_zone_name(settings: dict[str, Any]) -> str:
    parsed = parse(settings)
    return plan(parsed, facts_of(parsed)).clusters["theirs"].zone_name


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("name", ["theirs", "private-theirs", "ingest-theirs"])
def test_valid_hand_overs_of_every_cloud_are_accepted(domain: str, name: str) -> None:
    """Injected clusters also have legacy names, and a cluster's own name may look like one."""
    hosts = {
        "engine": (f"{name}.westus.{domain}", f"private-{name}.westus.{domain}"),
        "ingestion": (f"ingest-{name}.westus.{domain}", f"ingest-private-{name}.westus.{domain}"),
    }
    content = hand_over(name)
    content["zone"] = f"privatelink.westus.{domain}"
    for role, service in content["services"].items():
        service["records"] = [{"host": host.upper(), "name": host.partition(".")[0]} for host in hosts[role]]
    parsed = parse(_settings_with_hand_over(content))
    node = plan(parsed, facts_of(parsed)).clusters["theirs"]
    assert node.zone_name == f"privatelink.westus.{domain}"
    assert is_kusto_zone(node.zone_name)
    assert [host.name for hosts in node.hosts.values() for host in hosts] == [*hosts["engine"], *hosts["ingestion"]]


_TEXT = st.text(max_size=40) | st.sampled_from(["*", "@", "a.b", "theirs", "theirs.westus.kusto.windows.net", "\x1b[m"])
_PATHS = st.sampled_from(
    [ENGINE_HOST, ENGINE_NAME, ALIAS, ("zone",), ("location",), ("request_message",), ("cluster",)]
)


@given(st.dictionaries(_PATHS, _TEXT, min_size=1, max_size=3))
def test_an_accepted_hand_over_has_names_of_one_cluster_only(changes: dict[tuple[str | int, ...], str]) -> None:
    content: Any = hand_over("theirs")
    for path, value in changes.items():
        part_of_content = content
        for part in path[:-1]:
            part_of_content = part_of_content[part]
        part_of_content[path[-1]] = value
    try:
        accepted = HandOver.model_validate(content)
    except ValidationError:
        return
    assert accepted.own_zone == "privatelink.westus.kusto.windows.net"
    assert {record.name for service in accepted.services.values() for record in service.records} == {
        "theirs",
        "ingest-theirs",
    }
    assert accepted.request_message.isprintable() or " " in accepted.request_message


# Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_is_read_in_every_encoding_that_tools_write(tmp_path: Path, encoding: str) -> None:
    """`pulumi stack output hand_overs --json > file` in Windows PowerShell writes UTF-16 with a byte order mark."""
    (tmp_path / "h.json").write_bytes(json.dumps({"theirs": hand_over("theirs")}).encode(encoding))
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
def test_a_file_without_a_hand_over_has_a_short_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "h.json").write_bytes(content)
    unreadable = hand_over_of_file("theirs", HandOverSource(file="h.json"), tmp_path)
    assert isinstance(unreadable, Unreadable)
    assert reason in unreadable.reason
    assert len(unreadable.reason) < 1000


# Roles that an owner allows


def _allow_engine_only(**more: Any) -> dict[str, Any]:
    settings = _settings_with_hand_over({**hand_over("theirs"), "allowed_roles": {GUEST.upper(): ["engine"]}})
    settings["consumers"]["analytics"] |= more
    return settings


def _plan_roles(settings: dict[str, Any], state: str | None = None) -> list[str]:
    parsed = parse(settings)
    facts = facts_of(parsed)
    if state:
        endpoint = f"{consumer('analytics')['subnet_id'].partition('/providers/')[0]}/providers/Microsoft.Network"
        id = f"{endpoint}/privateEndpoints/pe-theirs-ingestion-analytics".lower()
        facts = replace(facts, endpoints={id: EndpointFacts(state)})
    return [endpoint.target for endpoint in plan(parsed, facts).clusters["theirs"].endpoints]


def test_a_role_that_the_owner_does_not_allow_has_no_endpoint() -> None:
    """Its endpoint would wait for an approval for ever."""
    assert _plan_roles(_allow_engine_only()) == ["engine"]
    assert _plan_roles(_allow_engine_only(), "Pending") == ["engine"]


def test_an_approved_connection_keeps_its_endpoint() -> None:
    """A hand-over with fewer roles must not interrupt clients."""
    assert _plan_roles(_allow_engine_only(), "Approved") == ["engine", "ingestion"]


def test_another_subscription_is_not_restricted() -> None:
    settings = _allow_engine_only()
    settings["hand_overs"]["theirs"]["inline"]["allowed_roles"] = {ELSEWHERE: ["engine"]}
    assert _plan_roles(settings) == ["engine", "ingestion"]


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"roles": ["ingestion"]}, "consumers.analytics.roles"),
        ({"endpoints": {"theirs": {"ingestion": {}}}}, "consumers.analytics.endpoints.theirs.ingestion"),
    ],
)
def test_a_request_for_a_role_that_is_not_allowed_names_the_owner(more: dict[str, Any], path: str) -> None:
    problem = only_problem(_allow_engine_only(**more))
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
def test_a_hand_over_offers_the_roles_that_external_consumers_may_use(
    externals: dict[str, Any], handed_roles: list[str], allowed: dict[str, list[str]]
) -> None:
    parsed = parse({**small(), "clusters": {"myadx": cluster("myadx")}, "external_consumers": externals})
    node = plan(parsed, facts_of(parsed)).clusters["myadx"]
    assert node.handed_targets == handed_roles
    assert node.allowed_targets == allowed
