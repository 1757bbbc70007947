"""Warnings of a plan about access that is not as the settings say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adx_private_link.facts.cluster_access import AccessState
from adx_private_link.facts.records import EndpointFacts, Facts
from adx_private_link.naming.azure import endpoint_id
from adx_private_link.program import parse, plan

from ..samples.access import OPEN, access, with_access
from ..samples.building import ELSEWHERE, cluster
from ..samples.native import native, native_facts
from ..samples.smallest import small_facts, small_with_cluster


def _native(**written: Any) -> dict[str, Any]:
    return {**native(), "clusters": {"new": cluster("newadx", **written)}}


def _warnings(settings: dict[str, Any], state: AccessState = OPEN, facts: Facts | None = None) -> tuple[str, ...]:
    facts = with_access(facts or native_facts(settings), "new", state)
    return plan(parse(settings), facts).clusters["new"].warnings


def test_a_cluster_that_is_as_stated_has_no_warning() -> None:
    assert _warnings(_native(public_access="closed"), access(publicNetworkAccess="Disabled")) == ()
    assert _warnings(_native(), OPEN) == ()


def test_facts_without_access_say_nothing() -> None:
    """A program may give facts of its own, which do not know it."""
    settings = _native(public_access="closed")
    assert plan(parse(settings), native_facts(settings)).clusters["new"].warnings == ()


def test_a_closed_cluster_without_names_cannot_be_reached() -> None:
    """`names: public` bridges a move over the public endpoint, which a policy may have closed."""
    closed = access(publicNetworkAccess="Disabled")
    [warning] = _warnings(_native(public_access="closed", names="public"), closed)
    assert warning.startswith("clusters.new.names: public access of the cluster is disabled, so clients have no access")
    assert _warnings(_native(names="public"), OPEN) == ()


def test_an_open_cluster_that_should_be_closed_names_the_command_and_who_loses_access() -> None:
    """Someone opened it by hand, or nobody has closed it yet: the next preview says so."""
    [warning] = _warnings(_native(public_access="closed"))
    assert warning.startswith(
        "clusters.new.public_access: publicNetworkAccess is Enabled in Azure, and Disabled by the settings. To apply "
        "it, run `adx-private-link lock-down new`. Then these lose access: every client at its public address; the "
        "Power BI service;"
    )
    for way in ("Power Automate", "Grafana", "Data Factory", "Log Analytics and Application Insights"):
        assert way in warning
    assert "consumer" not in warning


def test_a_service_tag_lets_its_service_in() -> None:
    """Users close a cluster to all but Grafana (Azure/bicep-registry-modules#6810)."""
    [warning] = _warnings(_native(public_access=["Grafana", "DataFactory.WestUS", "20.1.2.3"]))
    assert "allowedIpRangeList is [] in Azure, and [Grafana, DataFactory.WestUS, 20.1.2.3] by the settings" in warning
    assert "every client whose address is not in the list; the Power BI service" in warning
    # No list lets these queries in (query-monitor-data.md).
    assert "cross-service queries" in warning
    assert "Azure Managed Grafana" not in warning
    assert "Data Factory" not in warning


def test_a_wider_access_costs_nobody_anything() -> None:
    [warning] = _warnings(_native(public_access="open"), access(publicNetworkAccess="Disabled"))
    assert "publicNetworkAccess is Disabled in Azure, and Enabled by the settings" in warning
    assert "lose access" not in warning


def test_each_setting_has_a_warning() -> None:
    warnings = _warnings(_native(public_access="closed", outbound={"fqdns": ["a.example"]}, trusted_tenants="own"))
    assert [warning.partition(":")[0] for warning in warnings] == [
        "clusters.new.trusted_tenants",
        "clusters.new.outbound",
        "clusters.new.public_access",
    ]
    assert "every user of another tenant" in warnings[0]
    assert "restrictOutboundNetworkAccess is Disabled" in warnings[1]
    assert "allowedFqdnList is [] in Azure, and [a.example] by the settings" in warnings[1]


@pytest.mark.parametrize(("state", "is_named"), [("Approved", False), ("Pending", True), ("Rejected", True)])
def test_a_consumer_without_an_approved_endpoint_loses_access(state: str, *, is_named: bool) -> None:
    settings = {**native(approval="elsewhere"), "clusters": {"new": cluster("newadx", public_access="closed")}}
    id = endpoint_id(parse(settings), "new", "analytics", "cluster")
    facts = replace(native_facts(settings), endpoints={id.key: EndpointFacts(state)})
    warning = _warnings(settings, facts=facts)[-1]
    assert ("consumer analytics, which has no approved private endpoint" in warning) == is_named


def test_an_external_consumer_without_a_connection_loses_access() -> None:
    settings = {**_native(public_access="closed"), "external_consumers": {"partner": {"subscription": ELSEWHERE}}}
    [warning] = _warnings(settings)
    assert "external consumer partner, which has no approved private endpoint" in warning


def test_public_access_of_an_injected_cluster_is_decided_elsewhere() -> None:
    """A setting that takes no effect yet must not look as if it did."""
    settings = small_with_cluster(public_access="closed", outbound={"fqdns": []})
    warnings = plan(parse(settings), with_access(small_facts(settings), "myadx", OPEN)).clusters["myadx"].warnings
    assert "its network security groups decide who reaches its public address" in warnings[0]
    assert warnings[1].startswith("clusters.myadx.outbound: restrictOutboundNetworkAccess is Disabled")


def test_a_closed_cluster_keeps_its_list_without_a_warning() -> None:
    """The list has no effect, and limits who gets in when the cluster is opened by hand."""
    state = access(publicNetworkAccess="Disabled", allowedIpRangeList=("20.1.2.3",))
    assert _warnings(_native(public_access="closed"), state) == ()
