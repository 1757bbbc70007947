"""Services that are there already: who is connected to them, and what Azure does not let happen to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.facts.records import (
    ConnectionFacts,
    EndpointFacts,
    Facts,
    Former,
    FormerEndpoint,
    FormerService,
    ServiceFacts,
)
from adx_private_link.naming import azure as names
from adx_private_link.naming.accesses import find_accesses
from adx_private_link.program import parse, plan
from adx_private_link.resource_ids import EndpointId, FrontendId, SubnetId
from adx_private_link.settings import Role
from adx_private_link.topology.records import ClusterNode

from ..samples.building import (
    ELSEWHERE,
    FORBIDDEN,
    GUEST,
    OWNER,
    Given,
    cluster,
    connection,
    consumer,
    endpoint_id,
    facts_of,
    only_problem,
    problems_of,
    service_facts,
    small,
    subnet_id,
    with_service,
)
from ..samples.random_stacks import Stack, peaceful_stacks
from ..samples.smallest import given_cluster

OWN = endpoint_id("pe-myadx-engine-analytics", GUEST, "analytics")
FOREIGN = endpoint_id("pe-theirs")


def _with_external(**more: Any) -> dict[str, Any]:
    return {**small(), "external_consumers": {"partner": {"subscription": ELSEWHERE, **more}}}


def _service(given: Given, *connections: ConnectionFacts, role: Role = "engine", **changed: Any) -> ServiceFacts:
    """The service of a role, as its settings have made it, except for what is said."""
    settings = parse(given)
    node = plan(settings, facts_of(settings)).clusters["myadx"].services[role]
    return replace(service_facts(settings, "myadx", node, *connections), **changed)


def _existing(given: Given, *connections: ConnectionFacts, role: Role = "engine", **changed: Any) -> Facts:
    return with_service(facts_of(parse(given)), _service(given, *connections, role=role, **changed))


def _planned(given: Given, facts: Facts) -> ClusterNode:
    return plan(parse(given), facts).clusters["myadx"]


_OTHER_FRONTEND = FrontendId.of(ELSEWHERE, "other", "balancer", "other")
_OTHER_SUBNET = SubnetId.of(ELSEWHERE, "other", "network", "other")
_CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "its frontend": ({"frontend_id": _OTHER_FRONTEND}, "its frontend"),
    "its NAT subnet": ({"nat_subnet_id": _OTHER_SUBNET}, "its NAT subnet"),
    "its region": ({"location": "northeurope"}, "its region"),
    "two things": ({"location": "northeurope", "frontend_id": _OTHER_FRONTEND}, "its frontend and its region"),
}


@pytest.mark.parametrize(("changed", "what"), _CHANGES.values(), ids=_CHANGES.keys())
def test_a_service_with_foreign_connections_is_not_replaced(changed: dict[str, Any], what: str) -> None:
    """Azure refuses to delete it when our own endpoints are gone already; a new one would have a new alias."""
    facts = _existing(small(), connection(FOREIGN, "Pending"), connection(OWN), **changed)
    problem = only_problem(small(), facts)
    assert problem.path == "clusters.myadx.services.engine"
    assert problem.message.startswith(f"would be replaced, because Azure cannot change {what}")
    assert f"{FOREIGN} (Pending)" in problem.message
    assert OWN not in problem.message
    assert f"adx-private-link release {problem.value}" in problem.remedy


@pytest.mark.parametrize(("changed", "what"), _CHANGES.values(), ids=_CHANGES.keys())
def test_a_service_with_own_connections_alone_is(changed: dict[str, Any], what: str) -> None:
    """Our endpoints go first; the graph sees to it."""
    assert problems_of(small(), _existing(small(), connection(OWN.upper()), **changed)) == {}, what


def test_a_foreign_connection_is_no_trouble_while_the_service_stays() -> None:
    facts = _existing(small(), connection(FOREIGN))
    assert problems_of(small(), facts) == {}
    assert _planned(small(), facts).services["engine"].protect, "`pulumi destroy` runs no program that could say so"
    assert not _planned(small(), facts).services["ingestion"].protect


def test_ids_are_compared_without_case() -> None:
    """Azure answers with another spelling than was written; that replaces nothing."""
    service = _service(small(), connection(FOREIGN))
    facts = with_service(
        facts_of(parse(small())),
        replace(
            service,
            frontend_id=FrontendId.parse(str(service.frontend_id).upper()),
            nat_subnet_id=SubnetId.parse(str(service.nat_subnet_id).upper()),
        ),
    )
    assert problems_of(small(), facts) == {}


def test_a_service_that_cannot_be_read() -> None:
    """Whether somebody is connected has to be known."""
    service = _service(small())
    facts = replace(facts_of(parse(small())), services={service.id.key: FORBIDDEN})
    problem = only_problem(small(), facts)
    assert problem.path == "clusters.myadx.services.engine"
    assert "cannot be read (private link service pls-myadx-engine): Status=403" in problem.message
    assert "Reader role" in problem.remedy


# Services that are not asked for any more


def _formerly(facts: Facts, service: ServiceFacts, role: Role, *, key: str = "myadx", endpoints: str = OWN) -> Facts:
    former = Former(
        (FormerService(key, role, service.id),),
        (FormerEndpoint(key, "analytics", role, EndpointId.parse(endpoints)),),
    )
    return replace(with_service(facts, service), former=former)


def _other() -> dict[str, Any]:
    """A stack from which the cluster is gone."""
    return {"clusters": {"other": cluster("other")}, "consumers": {}}


_REMOVALS: dict[str, Given] = {
    "the cluster": _other(),
    "its role": given_cluster(roles=["ingestion"]),
    "its name": given_cluster(services={"engine": {"name": "pls-new"}}),
    "its resource group": given_cluster(resource_group="services"),
}


@pytest.mark.parametrize("given", _REMOVALS.values(), ids=_REMOVALS.keys())
def test_a_service_with_foreign_connections_is_not_removed(given: Given) -> None:
    """Another name, or another group, is another service: the old one would go."""
    facts = _formerly(facts_of(parse(given)), _service(small(), connection(FOREIGN), connection(OWN)), "engine")
    problem = only_problem(given, facts)
    assert problem.path == "clusters.myadx.services.engine"
    assert problem.message.startswith("would be deleted, because the settings no longer ask for it")
    assert FOREIGN in problem.message
    assert OWN not in problem.message
    assert problem.remedy.startswith("ask for it again, under the name that it has; or let their owners")


@pytest.mark.parametrize("given", _REMOVALS.values(), ids=_REMOVALS.keys())
def test_a_service_with_own_connections_alone_may_go(given: Given) -> None:
    """Even those of consumers that the settings do not name any more: the stack has made them."""
    facts = _formerly(facts_of(parse(given)), _service(small(), connection(OWN)), "engine")
    assert problems_of(given, facts) == {}


def test_a_removed_service_that_cannot_be_read() -> None:
    service = _service(small())
    facts = _formerly(facts_of(parse(_other())), service, "engine")
    problem = only_problem(_other(), replace(facts, services={service.id.key: FORBIDDEN}))
    assert problem.path == "clusters.myadx.services.engine"
    assert "cannot be read (a service that is to be deleted)" in problem.message


def test_a_renamed_cluster_keeps_its_services() -> None:
    """Under another key, and with the same names: nothing is removed."""
    given = {**small(), "clusters": {"prod": cluster("myadx", formerly="myadx")}}
    facts = _formerly(facts_of(parse(given)), _service(small(), connection(FOREIGN)), "engine")
    settings = parse(given)
    node = plan(settings, facts_of(settings)).clusters["prod"].services["engine"]
    facts = with_service(facts, service_facts(settings, "prod", node, connection(FOREIGN)))
    assert problems_of(given, facts) == {}


@given(peaceful_stacks(), st.data())
def test_foreign_connections_are_always_told_and_own_ones_never(stack: Stack, data: st.DataObject) -> None:
    """Whatever else the stack is: a service that would be replaced is refused exactly where others are connected."""
    settings, facts = stack.settings, stack.facts
    nodes = [(key, each) for key, node in plan(settings, facts).clusters.items() for each in node.services.values()]
    if not nodes:
        return
    key, node = data.draw(st.sampled_from(nodes))
    own = [
        each.endpoint.text for each in find_accesses(settings, {}) if (each.cluster, each.target) == (key, node.target)
    ]
    # An endpoint that is called like one of a role that its consumer does not ask for is somebody else's.
    named = [names.endpoint_id(settings, key, each, node.target).text for each in sorted(settings.consumers_of(key))]
    strangers = [FOREIGN, endpoint_id("pe-own-engine"), *(each for each in named if each not in own)]
    foreign = data.draw(st.lists(st.sampled_from(strangers), unique=True))
    connected = [connection(id, data.draw(st.sampled_from(["Approved", "Pending"]))) for id in [*own, *foreign]]
    changed, _ = data.draw(st.sampled_from([*_CHANGES.values(), ({}, "nothing")]))
    service = replace(service_facts(settings, key, node, *connected), **changed)
    found = problems_of(stack.given, with_service(facts, service))
    assert set(found) == ({f"clusters.{key}.services.{node.target}"} if foreign and changed else set())
    assert all(each in str(found) for each in foreign if changed)


def test_subscriptions_that_azure_spells_in_another_way_are_the_same() -> None:
    """A refresh writes Azure's spelling into the state: the lists would be updated in place at each preview."""
    trusted = "abcdef00-0000-0000-0000-000000000000"
    given = given_cluster(visibility=[GUEST, trusted], auto_approval=[trusted])
    here = {"visibility": (trusted.upper(), GUEST), "auto_approval": (trusted.upper(),)}
    assert _lists_as_deployed(given, **here) == {"visibility", "auto_approval"}
    assert _lists_as_deployed(given, visibility=(GUEST, trusted), auto_approval=(trusted,)) == set()
    assert _lists_as_deployed(given, visibility=(GUEST,), auto_approval=()) == set(), "these are other lists"


def _lists_as_deployed(given: Given, **lists: Any) -> set[str]:
    node = _planned(given, _existing(given, **lists)).services["engine"]
    return {*node.as_deployed} & {"visibility", "auto_approval"}


def test_an_endpoint_named_like_that_of_another_service_is_foreign() -> None:
    """Somebody connects to the engine by hand, from an endpoint that is called like the one planned for ingestion."""
    by_hand = OWN.replace("-engine-", "-ingestion-")
    problem = only_problem(small(), _existing(small(), connection(by_hand), frontend_id=_OTHER_FRONTEND))
    assert problem.path == "clusters.myadx.services.engine"
    assert by_hand in problem.message


def test_an_endpoint_named_like_that_of_a_missing_role_is_foreign() -> None:
    """With `roles: [engine]` a hand-made endpoint may have the name that ingestion's would have."""
    given = {**small(), "consumers": {"analytics": consumer("analytics", roles=["engine"])}}
    by_hand = OWN.replace("-engine-", "-ingestion-")
    settings = parse(given)
    node = plan(settings, facts_of(settings)).clusters["myadx"].services["ingestion"]
    service = service_facts(settings, "myadx", node, connection(by_hand))
    problem = only_problem(given, with_service(facts_of(settings), replace(service, frontend_id=_OTHER_FRONTEND)))
    assert problem.path == "clusters.myadx.services.ingestion"
    assert by_hand in problem.message


# NAT addresses


def test_nat_addresses_are_not_taken_away() -> None:
    """Azure answers with an error in the middle of the update."""
    given = given_cluster(nat={"addresses": 2})
    facts = with_service(facts_of(parse(given)), replace(_service(given), nat_addresses=(None, None, None)))
    problem = only_problem(given, facts)
    assert problem.path == "clusters.myadx.nat.addresses"
    assert problem.message.startswith("says 2, but the engine service has 3 NAT addresses")
    assert problem.remedy.startswith("keep 3")


def test_static_nat_addresses_are_not_taken_away() -> None:
    given = given_cluster(services={"engine": {"nat_addresses": ["10.0.0.10"]}})
    facts = with_service(facts_of(parse(given)), replace(_service(given), nat_addresses=("10.0.0.10", "10.0.0.11")))
    problem = only_problem(given, facts)
    assert problem.path == "clusters.myadx.services.engine.nat_addresses"
    assert problem.message.startswith("says 1, but the engine service has 2")


def test_a_static_nat_address_stays_static() -> None:
    facts = with_service(facts_of(parse(small())), replace(_service(small()), nat_addresses=("10.0.0.10",)))
    problem = only_problem(small(), facts)
    assert problem.path == "clusters.myadx.services.engine.nat_addresses"
    assert problem.message.startswith("lacks 10.0.0.10, a static NAT address of the service")


@pytest.mark.parametrize(
    ("has", "wanted"),
    [
        pytest.param((None,), ["10.0.0.10"], id="a dynamic one becomes static"),
        pytest.param(("10.0.0.10",), ["10.0.0.11"], id="a static one becomes another"),
        pytest.param(("10.0.0.10",), ["10.0.0.10", "10.0.0.11"], id="one more"),
    ],
)
def test_what_azure_lets_nat_addresses_become(has: tuple[str | None, ...], wanted: list[str]) -> None:
    given = given_cluster(services={"engine": {"nat_addresses": wanted}})
    facts = with_service(facts_of(parse(given)), replace(_service(given), nat_addresses=has))
    assert problems_of(given, facts) == {}


@pytest.mark.parametrize("changed", [{"nat_addresses": (None, "10.0.0.10")}, {"nat_subnet_id": _OTHER_SUBNET}])
def test_nat_addresses_that_stay_are_nobodys_concern(changed: dict[str, Any]) -> None:
    """More of them, static ones, or in another subnet: nothing is taken away, and nothing is made anew."""
    given = given_cluster(services={"engine": {"keep": ["nat_addresses"]}})
    service = replace(_service(given, connection(FOREIGN, "Approved")), **changed)
    assert problems_of(given, with_service(facts_of(parse(given)), service)) == {}


def test_nat_addresses_do_not_matter_to_a_service_that_is_made_anew() -> None:
    given = given_cluster(nat={"subnet_id": subnet_id("nat", OWNER)})
    facts = with_service(facts_of(parse(given)), replace(_service(small()), nat_addresses=(None, None)))
    assert problems_of(given, facts) == {}


# Endpoints of this stack


def test_a_dead_endpoint_publishes_nothing_and_its_replacement_does() -> None:
    """Azure may list the connection of a deleted endpoint for a while, beside that of the new one."""
    dead, alive = connection(OWN, "Disconnected"), connection(OWN)
    assert _planned(small(), _existing(small(), dead)).endpoints[0].withheld == "Disconnected"
    assert _planned(small(), _existing(small(), dead, alive)).endpoints[0].withheld is None


def test_a_dead_endpoint_is_told_with_the_way_back_and_leaves_the_others_alone() -> None:
    node = _planned(small(), _existing(small(), connection(OWN, "Rejected")))
    [warning] = node.warnings
    assert warning.startswith("consumers.analytics: private endpoint pe-myadx-engine-analytics (myadx, engine)")
    assert "--replace '**PrivateEndpoint::myadx.analytics.engine'" in warning
    engine, ingestion = node.endpoints
    assert (engine.records, engine.hosts) == ((), ())
    assert [each.name for each in ingestion.records] == ["ingest-myadx"]


def test_an_own_endpoint_that_waits_is_approved_and_published() -> None:
    """This program approves it in the same run."""
    assert _planned(small(), _existing(small(), connection(OWN, "Pending"))).endpoints[0].withheld is None


def test_an_endpoint_whose_connection_was_removed_is_asked_itself() -> None:
    """Its service lists nothing of it any more; without an answer of its own there would be a record to nowhere."""
    facts = replace(_existing(small()), endpoints={OWN.lower(): EndpointFacts("Disconnected")})
    assert _planned(small(), facts).endpoints[0].withheld == "Disconnected"


# External consumers


def _approved(given: Given, *connections: ConnectionFacts) -> tuple[str, ...]:
    node = _planned(given, _existing(given, *connections))
    [engine] = [each for each in node.external_approvals if each.target == "engine"]
    return engine.connections


def test_external_connections_are_approved_by_subscription() -> None:
    """A partner who connects later is one more name in the list; nobody else is, and none that is dead."""
    found = _approved(
        _with_external(),
        connection(endpoint_id("pe-2").upper(), "Pending"),
        connection(endpoint_id("pe-1"), "Approved"),
        connection(endpoint_id("pe-3"), "Rejected"),
        connection(endpoint_id("pe-4"), "Disconnected"),
        connection(endpoint_id("pe-5", OWNER), "Pending"),
        connection(OWN, "Pending"),
    )
    assert found == ("PE-2.0f1e2d3c", "pe-1.0f1e2d3c")


def test_external_connections_are_approved_by_name_where_names_are_given() -> None:
    given = _with_external(endpoint_names=["PE-1"])
    assert _approved(given, connection(endpoint_id("pe-1")), connection(endpoint_id("pe-11"))) == ("pe-1.0f1e2d3c",)


def test_own_endpoints_in_a_partners_subscription_are_not_the_partners() -> None:
    """A consumer of this stack may lie in the same subscription; it has an approval of its own."""
    assert _approved(_with_external(subscription=GUEST), connection(OWN, "Pending")) == ()


def test_external_approvals_are_there_before_anybody_connects() -> None:
    """What is always there previews as an update, and nothing else, once somebody has."""
    node = _planned(_with_external(), facts_of(parse(_with_external())))
    assert [(each.consumer, each.target, each.connections) for each in node.external_approvals] == [
        ("partner", "engine", ()),
        ("partner", "ingestion", ()),
    ]
    assert [each.approval.logical_name for each in node.external_approvals] == [
        "myadx.partner.engine.approval",
        "myadx.partner.ingestion.approval",
    ]
    assert node.services["engine"].visibility == (GUEST, ELSEWHERE)
    assert node.services["engine"].auto_approval == ()


def test_external_consumers_of_one_role() -> None:
    node = _planned(_with_external(roles=["ingestion"]), facts_of(parse(_with_external())))
    assert [each.target for each in node.external_approvals] == ["ingestion"]


def test_external_consumers_of_another_cluster() -> None:
    given = {
        "clusters": {"myadx": cluster("myadx"), "other": cluster("other")},
        "consumers": {"analytics": consumer("analytics")},
        "external_consumers": {"partner": {"subscription": ELSEWHERE, "clusters": ["other"]}},
    }
    node = _planned(given, facts_of(parse(given)))
    assert (node.external_approvals, node.external_consumers) == ((), ())
    assert node.services["engine"].visibility == (GUEST,)
