"""Random stacks of native and injected clusters without conflicts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hypothesis import strategies as st

from adx_private_link.facts.records import DEAD, ConnectionFacts, EndpointFacts, Facts
from adx_private_link.naming.azure import endpoint_id
from adx_private_link.program import parse
from adx_private_link.settings import Settings

from .building import (
    GUEST,
    OWNER,
    cluster,
    cluster_facts,
    connection,
    described,
    facts_of,
    hosts,
    network_id,
    resource_group_id,
    subnet_id,
    with_cluster,
)

_KEYS = ["a", "b", "a-b", "b_c", "x" * 26, "engine", "cluster", "own"]
_REGIONS = st.sampled_from(["westus", "eastus"])
_SUBSCRIPTIONS = st.sampled_from([OWNER, GUEST])
_STATES = st.lists(st.sampled_from(["Approved", "Pending", *DEAD]), max_size=3)
_POLICIES = st.sampled_from(["Default", "NxDomainRedirect"])


_DATA = f"/subscriptions/{GUEST}/resourceGroups/data/providers"
_SOURCES = {
    "lake": {"target": f"{_DATA}/Microsoft.Storage/storageAccounts/lake", "group": "blob"},
    "own": {"target": f"{_DATA}/Microsoft.EventHub/namespaces/events"},
    "x" * 26: {"target": f"{_DATA}/Microsoft.Kusto/clusters/other", "region": "northeurope"},
}
"""Managed private endpoints, by key."""


@dataclass(frozen=True)
class NativeStack:
    """Settings as people write them, and the Azure for which they write them."""

    written: dict[str, dict[str, Any]]
    regions: dict[str, str]
    natives: tuple[str, ...]
    """The keys of the native clusters; the others are injected."""
    states: tuple[str, ...] = ()
    """The states of the connections to native clusters, repeated as often as needed; empty when none is deployed."""

    @cached_property
    def settings(self) -> Settings:
        return parse(self.written)

    @cached_property
    def facts(self) -> Facts:
        facts = facts_of(self.settings, self.regions)
        for key in self.natives:
            if key in facts.clusters:
                native = replace(cluster_facts(facts, key), subnet_id=None, public_ip_ids={})
                facts = with_cluster(facts, key, native)
        return self._deployed(facts) if self.states else facts

    def _deployed(self, facts: Facts) -> Facts:
        endpoints: dict[str, EndpointFacts] = {}
        for key in self.natives:
            connections: list[ConnectionFacts] = []
            for consumer in self.settings.consumers_of(key):
                id, state = endpoint_id(self.settings, key, consumer, "cluster"), self.state_of(len(endpoints))
                endpoints[id.key] = EndpointFacts(state)
                connections.append(connection(str(id), state))
            if key in facts.clusters:
                known = replace(cluster_facts(facts, key), connections=tuple(connections))
                facts = with_cluster(facts, key, known)
        return replace(facts, endpoints=endpoints)

    def state_of(self, number: int) -> str:
        return self.states[number % len(self.states)]


@st.composite
def native_stacks(draw: st.DrawFn) -> NativeStack:
    """Stacks in which every consumer has its own network and zones, and at least one cluster is native."""
    regions = {
        key: draw(_REGIONS) for key in draw(st.lists(st.sampled_from(_KEYS), unique=True, min_size=1, max_size=3))
    }
    natives = tuple(draw(st.lists(st.sampled_from(list(regions)), unique=True, min_size=1)))
    consumers = draw(st.lists(st.sampled_from(_KEYS), unique=True, max_size=3))
    written: dict[str, dict[str, Any]] = {
        "clusters": {
            key: draw(_clusters(f"adx{number}", region, is_native=key in natives))
            for number, (key, region) in enumerate(regions.items())
        },
        "consumers": {key: draw(_consumers(number, list(regions), natives)) for number, key in enumerate(consumers)},
    }
    return NativeStack(written, regions, natives, tuple(draw(_STATES)))


@st.composite
def _clusters(draw: st.DrawFn, name: str, region: str, *, is_native: bool) -> dict[str, Any]:
    settings = cluster(name)
    if draw(st.booleans()):
        # Nobody may have to read a cluster.
        known = {"location": region, "hosts": hosts(name, region)} if is_native else described(name, region)
        settings["described"] = known
    if draw(st.booleans()):
        settings["formerly"] = f"old-{name}"
    managed = draw(st.lists(st.sampled_from([*_SOURCES]), unique=True, max_size=2))
    if managed:
        settings["managed_endpoints"] = {key: {**_SOURCES[key], "approve": draw(st.booleans())} for key in managed}
    return settings


@st.composite
def _consumers(draw: st.DrawFn, number: int, clusters: list[str], natives: tuple[str, ...]) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "subnet_id": subnet_id(f"n{number}", draw(_SUBSCRIPTIONS)),
        "dns": draw(_dns(number)),
        "approval": draw(st.sampled_from(["approve", "elsewhere", "resource_id"])),
    }
    if draw(st.booleans()):
        settings["clusters"] = draw(st.lists(st.sampled_from(clusters), unique=True))
    connected = [key for key in settings.get("clusters", clusters) if key in natives]
    if connected and draw(st.booleans()):
        settings["endpoints"] = {connected[0]: {"cluster": {"name": "pe-own", "interface_name": "nic-own"}}}
    return settings


@st.composite
def _dns(draw: st.DrawFn, number: int) -> str | dict[str, Any]:
    hub = {"zones_in": [resource_group_id(f"hub{number}", draw(_SUBSCRIPTIONS))]}
    made = {"resource_group": f"dns{number}", "storage_zones": "made", "lock": draw(st.booleans())}
    link = {"resolution_policy": draw(_POLICIES), "network_id": network_id(f"n{number}-more")}
    return draw(
        st.sampled_from(
            [
                "elsewhere",
                hub,
                {**hub, "link_existing": {"own": {}, "more": link}},
                made,
                {**made, "links": {"own": {}, "more": link}},
                {**made, **hub},
            ]
        )
    )
