"""Existing services: their connections, and the changes that Azure does not allow."""

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
from adx_private_link.facts.targets import find_targets
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
    WrittenSettings,
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
from ..samples.smallest import small_with_cluster

OWN = endpoint_id("pe-myadx-engine-analytics", GUEST, "analytics")
FOREIGN = endpoint_id("pe-theirs")


def _with_external(**more: Any) -> dict[str, Any]:
    return {**small(), "external_consumers": {"partner": {"subscription": ELSEWHERE, **more}}}


def _deployed_service(
    settings: WrittenSettings, *connections: ConnectionFacts, role: Role = "engine", **changed: Any
) -> ServiceFacts:
    """The deployed service of a role, with changes."""
    parsed = parse(settings)
    node = plan(parsed, facts_of(parsed)).clusters["myadx"].services[role]
    return replace(service_facts(parsed, "myadx", node, *connections), **changed)


def _facts_with_service(
    settings: WrittenSettings, *connections: ConnectionFacts, role: Role = "engine", **changed: Any
) -> Facts:
    return with_service(facts_of(parse(settings)), _deployed_service(settings, *connections, role=role, **changed))


def _plan_cluster(settings: WrittenSettings, facts: Facts) -> ClusterNode:
    return plan(parse(settings), facts).clusters["myadx"]


_OTHER_FRONTEND = FrontendId.of(ELSEWHERE, "other", "balancer", "other")
_OTHER_SUBNET = SubnetId.of(ELSEWHERE, "other", "network", "other")
_CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "its frontend": ({"frontend_id": _OTHER_FRONTEND}, "its frontend"),
    "its NAT subnet": ({"nat_subnet_id": _OTHER_SUBNET}, "its NAT subnet"),
    "its region": ({"location": "northeurope"}, "its region"),
    "its region and its frontend": (
        {"location": "northeurope", "frontend_id": _OTHER_FRONTEND},
        "its frontend and its region",
    ),
}


@pytest.mark.parametrize(("changed", "what"), _CHANGES.values(), ids=_CHANGES.keys())
def test_a_service_with_foreign_connections_is_not_replaced(changed: dict[str, Any], what: str) -> None:
    """Azure refuses to delete the service after our endpoints are deleted, and a new one would have another alias."""
    facts = _facts_with_service(small(), connection(FOREIGN, "Pending"), connection(OWN), **changed)
    problem = only_problem(small(), facts)
    assert problem.path == "clusters.myadx.services.engine"
    assert problem.message.startswith(f"would be replaced, because Azure cannot change {what}")
    assert f"{FOREIGN} (Pending)" in problem.message
    assert OWN not in problem.message
    assert f"adx-private-link release {problem.value}" in problem.remedy


@pytest.mark.parametrize(("changed", "what"), _CHANGES.values(), ids=_CHANGES.keys())
def test_a_service_with_only_own_connections_may_be_replaced(changed: dict[str, Any], what: str) -> None:
    """The graph deletes our own endpoints before the service."""
    assert problems_of(small(), _facts_with_service(small(), connection(OWN.upper()), **changed)) == {}, what


def test_a_foreign_connection_is_not_a_problem_while_the_service_stays() -> None:
    facts = _facts_with_service(small(), connection(FOREIGN))
    assert problems_of(small(), facts) == {}
    assert _plan_cluster(small(), facts).services["engine"].protect, (
        "`pulumi destroy` runs no program that could report it"
    )
    assert not _plan_cluster(small(), facts).services["ingestion"].protect


def test_ids_are_compared_without_case() -> None:
    """Azure answers in another spelling, which must not replace a service."""
    service = _deployed_service(small(), connection(FOREIGN))
    facts = with_service(
        facts_of(parse(small())),
        replace(
            service,
            frontend_id=FrontendId.parse(str(service.frontend_id).upper()),
            nat_subnet_id=SubnetId.parse(str(service.nat_subnet_id).upper()),
        ),
    )
    assert problems_of(small(), facts) == {}


def test_a_service_that_cannot_be_read_is_a_problem() -> None:
    """The program must know whether other endpoints are connected."""
    service = _deployed_service(small())
    facts = replace(facts_of(parse(small())), services={service.id.key: FORBIDDEN})
    problem = only_problem(small(), facts)
    assert problem.path == "clusters.myadx.services.engine"
    assert "cannot be read (private link service pls-myadx-engine): Status=403" in problem.message
    assert "Reader role" in problem.remedy


# Services that the settings no longer ask for


def _with_former(facts: Facts, service: ServiceFacts, role: Role, *, key: str = "myadx", endpoints: str = OWN) -> Facts:
    former = Former(
        (FormerService(key, role, service.id),),
        (FormerEndpoint(key, "analytics", role, EndpointId.parse(endpoints)),),
    )
    return replace(with_service(facts, service), former=former)


def _settings_without_cluster() -> dict[str, Any]:
    """The settings of a stack that no longer has the cluster."""
    return {"clusters": {"other": cluster("other")}, "consumers": {}}


_REMOVALS: dict[str, WrittenSettings] = {
    "the cluster": _settings_without_cluster(),
    "its role": small_with_cluster(roles=["ingestion"]),
    "its name": small_with_cluster(services={"engine": {"name": "pls-new"}}),
    "its resource group": small_with_cluster(resource_group="services"),
}


@pytest.mark.parametrize("settings", _REMOVALS.values(), ids=_REMOVALS.keys())
def test_a_service_with_foreign_connections_is_not_removed(settings: WrittenSettings) -> None:
    """Another name or resource group means another service, and the old one would be deleted."""
    facts = _with_former(
        facts_of(parse(settings)), _deployed_service(small(), connection(FOREIGN), connection(OWN)), "engine"
    )
    problem = only_problem(settings, facts)
    assert problem.path == "clusters.myadx.services.engine"
    assert problem.message.startswith("would be deleted, because the settings no longer ask for it")
    assert FOREIGN in problem.message
    assert OWN not in problem.message
    assert problem.remedy.startswith("ask for it again, under the name that it has; or let their owners")


@pytest.mark.parametrize("settings", _REMOVALS.values(), ids=_REMOVALS.keys())
def test_a_service_with_only_own_connections_may_be_removed(settings: WrittenSettings) -> None:
    """Connections of consumers that the settings no longer have are the stack's own too."""
    facts = _with_former(facts_of(parse(settings)), _deployed_service(small(), connection(OWN)), "engine")
    assert problems_of(settings, facts) == {}


def test_a_removed_service_that_cannot_be_read_is_a_problem() -> None:
    service = _deployed_service(small())
    facts = _with_former(facts_of(parse(_settings_without_cluster())), service, "engine")
    problem = only_problem(_settings_without_cluster(), replace(facts, services={service.id.key: FORBIDDEN}))
    assert problem.path == "clusters.myadx.services.engine"
    assert "cannot be read (a service that is to be deleted)" in problem.message


def test_a_renamed_cluster_keeps_its_services() -> None:
    """Another key with `formerly` keeps the same names, so nothing is removed."""
    settings = {**small(), "clusters": {"prod": cluster("myadx", formerly="myadx")}}
    facts = _with_former(facts_of(parse(settings)), _deployed_service(small(), connection(FOREIGN)), "engine")
    parsed = parse(settings)
    node = plan(parsed, facts_of(parsed)).clusters["prod"].services["engine"]
    facts = with_service(facts, service_facts(parsed, "prod", node, connection(FOREIGN)))
    assert problems_of(settings, facts) == {}


@given(peaceful_stacks(), st.data())
def test_replaced_services_are_reported_exactly_for_foreign_connections(stack: Stack, data: st.DataObject) -> None:
    """This holds in every stack, because an alias that others use must not be lost."""
    settings, facts = stack.settings, stack.facts
    nodes = [
        (key, service_node)
        for key, node in plan(settings, facts).clusters.items()
        for service_node in node.services.values()
    ]
    if not nodes:
        return
    key, node = data.draw(st.sampled_from(nodes))
    own = [
        access.endpoint.text
        for access in find_accesses(settings, find_targets(settings, facts.clusters, {}, frozenset()))
        if (access.cluster, access.target) == (key, node.target)
    ]
    # An endpoint with the name of a role that its consumer does not ask for is foreign.
    named = [
        names.endpoint_id(settings, key, consumer, node.target).text for consumer in sorted(settings.consumers_of(key))
    ]
    strangers = [FOREIGN, endpoint_id("pe-own-engine"), *(name for name in named if name not in own)]
    foreign = data.draw(st.lists(st.sampled_from(strangers), unique=True))
    connected = [connection(id, data.draw(st.sampled_from(["Approved", "Pending"]))) for id in [*own, *foreign]]
    changed, _ = data.draw(st.sampled_from([*_CHANGES.values(), ({}, "nothing")]))
    service = replace(service_facts(settings, key, node, *connected), **changed)
    problems = problems_of(stack.written, with_service(facts, service))
    assert set(problems) == ({f"clusters.{key}.services.{node.target}"} if foreign and changed else set())
    assert all(id in str(problems) for id in foreign if changed)


def test_subscriptions_are_compared_without_case() -> None:
    """A refresh writes Azure's spelling into the state, and every preview would update the lists."""
    trusted = "abcdef00-0000-0000-0000-000000000000"
    settings = small_with_cluster(visibility=[GUEST, trusted], auto_approval=[trusted])
    other_spelling = {"visibility": (trusted.upper(), GUEST), "auto_approval": (trusted.upper(),)}
    assert _lists_as_deployed(settings, **other_spelling) == {"visibility", "auto_approval"}
    assert _lists_as_deployed(settings, visibility=(GUEST, trusted), auto_approval=(trusted,)) == set()
    assert _lists_as_deployed(settings, visibility=(GUEST,), auto_approval=()) == set(), "these are other lists"


def _lists_as_deployed(settings: WrittenSettings, **lists: Any) -> set[str]:
    node = _plan_cluster(settings, _facts_with_service(settings, **lists)).services["engine"]
    return {*node.as_deployed} & {"visibility", "auto_approval"}


def test_an_endpoint_with_the_name_of_another_role_is_foreign() -> None:
    """An endpoint that was created by hand may have the name that the stack plans for ingestion."""
    by_hand = OWN.replace("-engine-", "-ingestion-")
    problem = only_problem(small(), _facts_with_service(small(), connection(by_hand), frontend_id=_OTHER_FRONTEND))
    assert problem.path == "clusters.myadx.services.engine"
    assert by_hand in problem.message


def test_an_endpoint_with_the_name_of_a_missing_role_is_foreign() -> None:
    """With `roles: [engine]` an endpoint that was created by hand may have the name of ingestion's endpoint."""
    settings = {**small(), "consumers": {"analytics": consumer("analytics", roles=["engine"])}}
    by_hand = OWN.replace("-engine-", "-ingestion-")
    parsed = parse(settings)
    node = plan(parsed, facts_of(parsed)).clusters["myadx"].services["ingestion"]
    service = service_facts(parsed, "myadx", node, connection(by_hand))
    problem = only_problem(settings, with_service(facts_of(parsed), replace(service, frontend_id=_OTHER_FRONTEND)))
    assert problem.path == "clusters.myadx.services.ingestion"
    assert by_hand in problem.message


# NAT addresses


def test_fewer_nat_addresses_are_a_problem() -> None:
    """Azure rejects fewer addresses in the middle of the update."""
    settings = small_with_cluster(nat={"addresses": 2})
    facts = with_service(
        facts_of(parse(settings)), replace(_deployed_service(settings), nat_addresses=(None, None, None))
    )
    problem = only_problem(settings, facts)
    assert problem.path == "clusters.myadx.nat.addresses"
    assert problem.message.startswith("says 2, but the engine service has 3 NAT addresses")
    assert problem.remedy.startswith("keep 3")


def test_fewer_static_nat_addresses_are_a_problem() -> None:
    settings = small_with_cluster(services={"engine": {"nat_addresses": ["10.0.0.10"]}})
    facts = with_service(
        facts_of(parse(settings)), replace(_deployed_service(settings), nat_addresses=("10.0.0.10", "10.0.0.11"))
    )
    problem = only_problem(settings, facts)
    assert problem.path == "clusters.myadx.services.engine.nat_addresses"
    assert problem.message.startswith("says 1, but the engine service has 2")


def test_a_static_nat_address_that_becomes_dynamic_is_a_problem() -> None:
    facts = with_service(facts_of(parse(small())), replace(_deployed_service(small()), nat_addresses=("10.0.0.10",)))
    problem = only_problem(small(), facts)
    assert problem.path == "clusters.myadx.services.engine.nat_addresses"
    assert problem.message.startswith("lacks 10.0.0.10, a static NAT address of the service")


@pytest.mark.parametrize(
    ("existing", "addresses"),
    [
        pytest.param((None,), ["10.0.0.10"], id="a dynamic one becomes static"),
        pytest.param(("10.0.0.10",), ["10.0.0.11"], id="a static one becomes another"),
        pytest.param(("10.0.0.10",), ["10.0.0.10", "10.0.0.11"], id="one more"),
    ],
)
def test_changes_of_nat_addresses_that_azure_accepts_are_no_problem(
    existing: tuple[str | None, ...], addresses: list[str]
) -> None:
    settings = small_with_cluster(services={"engine": {"nat_addresses": addresses}})
    facts = with_service(facts_of(parse(settings)), replace(_deployed_service(settings), nat_addresses=existing))
    assert problems_of(settings, facts) == {}


@pytest.mark.parametrize("changed", [{"nat_addresses": (None, "10.0.0.10")}, {"nat_subnet_id": _OTHER_SUBNET}])
def test_kept_nat_addresses_are_no_problem(changed: dict[str, Any]) -> None:
    """`keep` removes no address and replaces no service, whatever addresses the service has."""
    settings = small_with_cluster(services={"engine": {"keep": ["nat_addresses"]}})
    service = replace(_deployed_service(settings, connection(FOREIGN, "Approved")), **changed)
    assert problems_of(settings, with_service(facts_of(parse(settings)), service)) == {}


def test_a_replaced_service_may_have_fewer_nat_addresses() -> None:
    settings = small_with_cluster(nat={"subnet_id": subnet_id("nat", OWNER)})
    facts = with_service(facts_of(parse(settings)), replace(_deployed_service(small()), nat_addresses=(None, None)))
    assert problems_of(settings, facts) == {}


# Endpoints of this stack


def test_a_dead_endpoint_is_withheld_and_its_replacement_is_not() -> None:
    """Azure may list a deleted endpoint's connection for a while beside the new one."""
    dead, alive = connection(OWN, "Disconnected"), connection(OWN)
    assert _plan_cluster(small(), _facts_with_service(small(), dead)).endpoints[0].withheld == "Disconnected"
    assert _plan_cluster(small(), _facts_with_service(small(), dead, alive)).endpoints[0].withheld is None


def test_a_dead_endpoint_has_a_warning_and_leaves_other_roles_unchanged() -> None:
    node = _plan_cluster(small(), _facts_with_service(small(), connection(OWN, "Rejected")))
    [warning] = node.warnings
    assert warning.startswith("consumers.analytics: private endpoint pe-myadx-engine-analytics (myadx, engine)")
    assert "--replace '**PrivateEndpoint::myadx.analytics.engine'" in warning
    engine, ingestion = node.endpoints
    assert (engine.records, engine.hosts) == ((), ())
    assert [record.name for record in ingestion.records] == ["ingest-myadx"]


def test_an_own_pending_endpoint_is_published() -> None:
    """The program approves the endpoint in the same run."""
    assert (
        _plan_cluster(small(), _facts_with_service(small(), connection(OWN, "Pending"))).endpoints[0].withheld is None
    )


def test_the_state_of_an_unlisted_connection_comes_from_its_endpoint() -> None:
    """The service no longer lists a removed connection, and a record would point at nothing."""
    facts = replace(_facts_with_service(small()), endpoints={OWN.lower(): EndpointFacts("Disconnected")})
    assert _plan_cluster(small(), facts).endpoints[0].withheld == "Disconnected"


# External consumers


def _approved_connections(settings: WrittenSettings, *connections: ConnectionFacts) -> tuple[str, ...]:
    node = _plan_cluster(settings, _facts_with_service(settings, *connections))
    [engine] = [approval for approval in node.external_approvals if approval.target == "engine"]
    return engine.connections


def test_external_connections_are_approved_by_subscription() -> None:
    """Only live connections of the partner's subscription may enter the list."""
    connections = _approved_connections(
        _with_external(),
        connection(endpoint_id("pe-2").upper(), "Pending"),
        connection(endpoint_id("pe-1"), "Approved"),
        connection(endpoint_id("pe-3"), "Rejected"),
        connection(endpoint_id("pe-4"), "Disconnected"),
        connection(endpoint_id("pe-5", OWNER), "Pending"),
        connection(OWN, "Pending"),
    )
    assert connections == ("PE-2.0f1e2d3c", "pe-1.0f1e2d3c")


def test_external_connections_may_be_limited_to_endpoint_names() -> None:
    settings = _with_external(endpoint_names=["PE-1"])
    assert _approved_connections(settings, connection(endpoint_id("pe-1")), connection(endpoint_id("pe-11"))) == (
        "pe-1.0f1e2d3c",
    )


def test_own_endpoints_in_a_partners_subscription_are_not_the_partners() -> None:
    """A consumer of this stack may be in the partner's subscription and has its own approval."""
    assert _approved_connections(_with_external(subscription=GUEST), connection(OWN, "Pending")) == ()


def test_external_approvals_exist_before_the_first_connection() -> None:
    """A connection then previews as one update of an existing approval."""
    node = _plan_cluster(_with_external(), facts_of(parse(_with_external())))
    assert [(approval.consumer, approval.target, approval.connections) for approval in node.external_approvals] == [
        ("partner", "engine", ()),
        ("partner", "ingestion", ()),
    ]
    assert [approval.approval.logical_name for approval in node.external_approvals] == [
        "myadx.partner.engine.approval",
        "myadx.partner.ingestion.approval",
    ]
    assert node.services["engine"].visibility == (GUEST, ELSEWHERE)
    assert node.services["engine"].auto_approval == ()


def test_an_external_consumer_of_one_role_has_one_approval() -> None:
    node = _plan_cluster(_with_external(roles=["ingestion"]), facts_of(parse(_with_external())))
    assert [approval.target for approval in node.external_approvals] == ["ingestion"]


def test_an_external_consumer_of_another_cluster_is_not_visible() -> None:
    settings = {
        "clusters": {"myadx": cluster("myadx"), "other": cluster("other")},
        "consumers": {"analytics": consumer("analytics")},
        "external_consumers": {"partner": {"subscription": ELSEWHERE, "clusters": ["other"]}},
    }
    node = _plan_cluster(settings, facts_of(parse(settings)))
    assert (node.external_approvals, node.external_consumers) == ((), ())
    assert node.services["engine"].visibility == (GUEST,)
