"""Planned graphs of the native cluster `new`."""

from __future__ import annotations

from adx_private_link.facts.records import (
    Facts,
)
from adx_private_link.program import parse, plan
from adx_private_link.topology.records import ClusterNode, EndpointNode, Topology

from ..samples.building import (
    WrittenSettings,
)
from ..samples.native import (
    native_facts,
)


def plan_native(settings: WrittenSettings, facts: Facts | None = None) -> Topology:
    return plan(parse(settings), facts or native_facts(settings))


def plan_cluster(settings: WrittenSettings, facts: Facts | None = None) -> ClusterNode:
    return plan_native(settings, facts).clusters["new"]


def plan_endpoint(settings: WrittenSettings, facts: Facts | None = None) -> EndpointNode:
    [endpoint] = plan_cluster(settings, facts).endpoints
    return endpoint


def zones_of(endpoint: EndpointNode) -> dict[str, str]:
    assert endpoint.zone_group
    return {config.name: config.zone.partition("@")[0] for config in endpoint.zone_group.configs}
