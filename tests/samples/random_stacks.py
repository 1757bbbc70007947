"""Random stacks: peaceful ones without conflicts, and wild ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from hypothesis import strategies as st

from adx_private_link.errors import SettingsError
from adx_private_link.facts.records import DEAD, EndpointFacts, Facts
from adx_private_link.naming.azure import endpoint_id
from adx_private_link.program import parse, plan
from adx_private_link.settings import ROLES, Settings
from adx_private_link.topology.records import Topology

from .building import (
    ELSEWHERE,
    GUEST,
    OWNER,
    WrittenSettings,
    cluster_id,
    connection,
    described,
    facts_of,
    hand_over,
    network_id,
    service_facts,
    subnet_id,
    with_service,
    zone_id,
)

ALIKE = f"{GUEST[:-1]}3"
"""A subscription that begins like another one, so a name needs more than its first characters."""
_SUBSCRIPTIONS = st.sampled_from([OWNER, GUEST, ALIKE])

_TRICKY = ["a", "b", "c", "a-b", "b-c", "a-b-c", "b_c", "a-1", "x" * 26, "engine", "own"]
_CLASHING = [*_TRICKY, "x" * 40, "a-engine-b", "engine-b", "b-engine-c"]
_REGION_OF = {"one": "westus", "two": "westus", "ingest-one": "westus", "three": "eastus"}
"""Regions of the clusters of wild stacks; `ingest-one` is also the name of `one`'s ingestion."""
_NAMES = st.sampled_from(list(_REGION_OF))
_ZONES = [f"privatelink.{region}.kusto.windows.net" for region in ("westus", "eastus")]
_ALIKE = st.sampled_from([GUEST, ALIKE])
_TRICKY_KEYS = st.lists(st.sampled_from(_TRICKY), unique=True, max_size=4)
_CLASHING_KEYS = st.lists(st.sampled_from(_CLASHING), unique=True, min_size=1, max_size=3)
_REGIONS = st.sampled_from(["westus", "eastus"])
_APPROVALS = st.sampled_from(["approve", "auto", "resource_id", "elsewhere"])
_POLICIES = st.sampled_from(["Default", "NxDomainRedirect"])
_ROLES = st.sampled_from([["engine"], ["ingestion"], ["ingestion", "engine"]])
_STATES = st.lists(st.sampled_from(["Approved", "Pending", *DEAD]), max_size=3)
_NOTHING = st.just(dict[str, Any]())


@dataclass(frozen=True)
class Stack:
    """Settings as people write them, and the Azure for which they write them."""

    written: dict[str, dict[str, Any]]
    """The sections of the settings: objects by key."""
    regions: dict[str, str]
    states: tuple[str, ...] = ()
    """The states of the deployed endpoints' connections, repeated as often as needed; empty when none is deployed."""

    @cached_property
    def settings(self) -> Settings:
        return parse(self.written)

    @cached_property
    def facts(self) -> Facts:
        """The facts of Azure, in which the stack is deployed already when there are states."""
        settings = self.settings
        facts = facts_of(settings, self.regions)
        return _deployed(settings, facts, self.states) if self.states else facts


def _deployed(settings: Settings, facts: Facts, states: tuple[str, ...]) -> Facts:
    try:
        planned = plan(settings, facts)
    except SettingsError:
        return facts
    state_of = _endpoint_states(settings, planned, states)
    for key, node in planned.clusters.items():
        for service in node.services.values():
            endpoint_keys = [endpoint_id(settings, key, consumer, service.target).key for consumer in node.consumers]
            connected = [connection(id, state_of[id]) for id in endpoint_keys if id in state_of]
            facts = with_service(facts, service_facts(settings, key, service, *connected))
    return replace(facts, endpoints={id: EndpointFacts(state) for id, state in state_of.items()})


def _endpoint_states(settings: Settings, planned: Topology, states: tuple[str, ...]) -> dict[str, str]:
    endpoints = [(key, endpoint) for key, node in planned.clusters.items() for endpoint in node.endpoints]
    return {
        endpoint_id(settings, key, endpoint.consumer, endpoint.target).key: states[number % len(states)]
        for number, (key, endpoint) in enumerate(endpoints)
    }


# The strategies are cached because Hypothesis takes longer to build a strategy than to draw from it.


@cache
def _optional(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return values.map(lambda value: {name: value}) | _NOTHING


@cache
def _rarely(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.integers(0, 9).flatmap(lambda dice: _optional(name, values) if dice == 9 else _NOTHING)


@cache
def _switches(*switches: str) -> st.SearchStrategy[dict[str, Any]]:
    """Settings that are switched on, at most two of them."""
    return st.lists(st.sampled_from(switches), unique=True, max_size=2).map(lambda on: dict.fromkeys(on, True))


def _published_roles(settings: WrittenSettings) -> list[str]:
    """The published roles of a cluster's settings."""
    described_services = settings.get("described", {"services": ROLES})["services"]
    return [role for role in ROLES if role in described_services and role in settings.get("roles", ROLES)]


def _common_roles(offered: dict[str, list[str]], clusters: list[str] | None) -> list[str]:
    """The roles that all clusters of a consumer publish."""
    roles_by_cluster = [roles for key, roles in offered.items() if clusters is None or key in clusters]
    return [role for role in ROLES if all(role in roles for roles in roles_by_cluster)]


# Peaceful stacks


@st.composite
def peaceful_stacks(draw: st.DrawFn, hand_overs: int = 1) -> Stack:
    """Stacks in which every consumer has its own network and zone, and every cluster its own name."""
    regions = {key: draw(_REGIONS) for key in draw(_TRICKY_KEYS.filter(bool))}
    handed_over = list(regions)[len(regions) - draw(st.integers(0, hand_overs)) :]
    clusters = {
        key: draw(_peaceful_clusters(number, region))
        for number, (key, region) in enumerate(regions.items())
        if key not in handed_over
    }
    offered = {key: _published_roles(clusters.get(key, {})) for key in regions}
    consumer_keys = draw(_TRICKY_KEYS)
    external = draw(st.lists(st.sampled_from(["partner", "p-2"]), unique=True, max_size=2))
    settings: dict[str, dict[str, Any]] = {
        "clusters": clusters,
        "hand_overs": {
            key: {
                "inline": hand_over(f"theirs{list(regions).index(key)}", regions[key]),
                **draw(_optional("formerly", st.just(f"old-theirs{list(regions).index(key)}"))),
            }
            for key in handed_over
        },
        "consumers": {
            key: draw(_peaceful_consumers(number, offered, handed_over)) for number, key in enumerate(consumer_keys)
        },
        "external_consumers": {key: draw(_peaceful_externals(list(clusters), offered)) for key in external},
    }
    return Stack(settings, regions, tuple(draw(_STATES)))


@st.composite
def _peaceful_clusters(draw: st.DrawFn, number: int, region: str) -> dict[str, Any]:
    settings = {
        "nat": {"addresses": draw(st.integers(1, 8))},
        **draw(_optional("roles", _ROLES)),
        **draw(_optional("formerly", st.just(f"old{number}"))),
        **draw(_optional("tags", st.just({"team": "data"}))),
        **draw(_optional("resource_group", st.just("services"))),
        **draw(_switches("lock", "protect", "legacy_names", "visible_to_all")),
    }
    if draw(st.booleans()):
        settings["id"] = cluster_id(f"adx{number}", draw(_SUBSCRIPTIONS))
    else:
        settings["described"] = described(f"adx{number}", region)
    if draw(st.booleans()):
        settings["services"] = {
            role: {"nat_addresses": [f"10.0.0.{20 + place}", f"10.0.0.{30 + place}"]}
            for place, role in enumerate(_published_roles(settings))
        }
    return settings


@st.composite
def _peaceful_consumers(
    draw: st.DrawFn, number: int, offered: dict[str, list[str]], handed_over: list[str]
) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "subnet_id": subnet_id(f"n{number}", draw(_SUBSCRIPTIONS)),
        "dns": draw(_peaceful_dns(number)),
        **draw(_optional("clusters", st.lists(st.sampled_from(list(offered)), unique=True))),
        **draw(_optional("formerly", st.just(f"old-c{number}"))),
        **draw(_optional("request_message", st.just("please"))),
    }
    connected_clusters = [key for key in offered if key in settings.get("clusters", offered)]
    # Only the alias of another team's service is known.
    settings["approval"] = draw(
        _APPROVALS.filter(lambda approval: approval != "resource_id" or not {*connected_clusters} & {*handed_over})
    )
    if common := _common_roles(offered, connected_clusters):
        settings |= draw(_optional("roles", st.lists(st.sampled_from(common), unique=True, min_size=1)))
    if connected_clusters and draw(st.booleans()):
        roles = [role for role in offered[connected_clusters[0]] if role in settings.get("roles", ROLES)]
        settings["endpoints"] = {
            connected_clusters[0]: {
                role: {
                    **draw(_optional("name", st.just(f"pe-own-{role}"))),
                    **draw(_optional("address", st.just(f"10.1.0.{10 + place}"))),
                    **draw(_optional("interface_name", st.just(f"nic-{role}"))),
                }
                for place, role in enumerate(roles)
            }
        }
    return settings


@st.composite
def _peaceful_dns(draw: st.DrawFn, number: int) -> str | dict[str, Any]:
    kind = draw(st.sampled_from(["created", "existing", "elsewhere"]))
    if kind == "elsewhere":
        return kind
    link_keys = draw(st.lists(st.sampled_from(_TRICKY), unique=True, max_size=3))
    links = {
        link: {"resolution_policy": draw(_POLICIES), "network_id": network_id(f"n{number}-{place}")}
        for place, link in enumerate(link_keys)
    }
    linked = draw(_optional("links", st.just(links)))
    if kind == "existing":
        return {"zone_ids": [zone_id(zone, draw(_SUBSCRIPTIONS), f"hub{number}") for zone in _ZONES], **linked}
    return {
        "resource_group": f"dns{number}",
        **draw(_optional("subscription", _SUBSCRIPTIONS)),
        **draw(_switches("lock", "protect")),
        **linked,
    }


@st.composite
def _peaceful_externals(draw: st.DrawFn, clusters: list[str], offered: dict[str, list[str]]) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "subscription": draw(st.sampled_from([GUEST, ELSEWHERE])),
        **draw(_optional("endpoint_names", st.just(["pe-theirs"]))),
    }
    if clusters:
        settings |= draw(_optional("clusters", st.lists(st.sampled_from(clusters), unique=True)))
    connected = {key: offered[key] for key in settings.get("clusters", clusters)}
    if common := _common_roles(connected, None):
        settings |= draw(_optional("roles", st.lists(st.sampled_from(common), unique=True, min_size=1)))
    return settings


# Wild stacks


_formerly = _rarely("formerly", st.sampled_from(_CLASHING))
_WILD_EXTERNALS = st.dictionaries(
    st.sampled_from(_CLASHING), st.fixed_dictionaries({"subscription": _ALIKE}), max_size=2
)
_WILD_ZONE_NAMES = st.sampled_from(["privatelink.own", "Privatelink.Own"])
_WILD_SUBSCRIPTIONS = st.lists(_ALIKE)
_WILD_ADDRESSES = st.lists(st.sampled_from(["10.0.0.10", "10.0.0.11", "10.0.0.1"]), unique=True, min_size=1, max_size=2)
_WILD_ENDPOINTS = st.dictionaries(
    st.sampled_from(ROLES),
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(["pe-own", "pe-two"]),
            "address": st.sampled_from(["10.1.0.10", "10.1.0.11", "10.1.0.255"]),
            "interface_name": st.sampled_from(["nic", "NIC", "nic-2"]),
        },
    ),
)
_TARGETS = st.sampled_from(["services", "both", "cluster"])
_PUBLISHED_NAMES = st.sampled_from(["private", "public"])
_WILD_GROUPS = st.sampled_from(["pe", "PE"])
_WILD_DNS = st.sampled_from(["created", "created", "existing", "elsewhere"])
_WILD_ZONES = st.sampled_from([_ZONES, [zone.title() for zone in _ZONES], _ZONES[:1]])
_WILD_LINKS = st.lists(st.sampled_from(_CLASHING), unique=True, max_size=2)


@st.composite
def wild_stacks(draw: st.DrawFn) -> Stack:
    """Stacks with few names, places and networks, so conflicts are frequent."""
    named = {key: draw(_NAMES) for key in draw(_CLASHING_KEYS)}
    handed_over = list(named)[: draw(st.integers(0, 1))]
    settings: dict[str, dict[str, Any]] = {
        "clusters": {key: draw(_wild_clusters(name)) for key, name in named.items() if key not in handed_over},
        "hand_overs": {
            key: {"inline": hand_over(named[key], _REGION_OF[named[key]]), **draw(_formerly)} for key in handed_over
        },
        "consumers": {
            key: draw(_wild_consumers(number, list(named))) for number, key in enumerate(draw(_CLASHING_KEYS))
        },
    }
    settings |= draw(_rarely("external_consumers", _WILD_EXTERNALS))
    regions = {key: _REGION_OF[name] for key, name in named.items()}
    return Stack(settings, regions, tuple(draw(_STATES)))


@st.composite
def _wild_clusters(draw: st.DrawFn, name: str) -> dict[str, Any]:
    settings = {
        "id": cluster_id(name),
        **draw(_formerly),
        **draw(_rarely("roles", _ROLES)),
        **draw(_rarely("zone", _WILD_ZONE_NAMES)),
        **draw(_rarely("visibility", _WILD_SUBSCRIPTIONS)),
        **draw(_rarely("auto_approval", _WILD_SUBSCRIPTIONS)),
        **draw(_rarely("legacy_names", st.booleans())),
        **draw(_rarely("names", _PUBLISHED_NAMES)),
    }
    # What is described has its kind.
    settings |= draw(_rarely("described", st.just(described(name, _REGION_OF[name]))))
    if "described" not in settings:
        settings |= draw(_rarely("targets", _TARGETS))
    if "visibility" not in settings:
        settings |= draw(_rarely("visible_to_all", st.booleans()))
    if "engine" in settings.get("roles", ROLES):
        services = {
            "engine": {**draw(_rarely("name", st.just("pls-own"))), **draw(_rarely("nat_addresses", _WILD_ADDRESSES))}
        }
        settings |= draw(_optional("services", st.just(services)))
    return settings


@st.composite
def _wild_consumers(draw: st.DrawFn, number: int, clusters: list[str]) -> dict[str, Any]:
    endpoints = st.dictionaries(st.sampled_from([*clusters[:2] * 4, "unknown"]), _WILD_ENDPOINTS, max_size=2)
    return {
        "subnet_id": subnet_id(draw(st.sampled_from([f"n{number}", "n1"])), draw(_ALIKE)),
        "resource_group": draw(_WILD_GROUPS),
        "approval": draw(_APPROVALS),
        "dns": draw(_wild_dns(number)),
        **draw(_formerly),
        **draw(_rarely("roles", _ROLES)),
        **draw(_optional("clusters", st.lists(st.sampled_from(clusters), max_size=2))),
        **draw(_optional("endpoints", endpoints)),
    }


@st.composite
def _wild_dns(draw: st.DrawFn, number: int) -> str | dict[str, Any]:
    kind = draw(_WILD_DNS)
    if kind == "elsewhere":
        return kind
    links: dict[str, WrittenSettings] = {
        link: {
            "network_id": draw(st.sampled_from([network_id(f"n{number}"), network_id("n1"), network_id("N1")])),
            **draw(_rarely("name", st.just("link"))),
        }
        for link in draw(_WILD_LINKS)
    }
    linked = draw(_optional("links", st.just(links)))
    groups = st.sampled_from(["dns", "DNS", f"dns{number}"])
    if kind == "existing":
        return {"zone_ids": [zone_id(zone, draw(_ALIKE), draw(groups)) for zone in draw(_WILD_ZONES)], **linked}
    return {"resource_group": draw(groups), **draw(_optional("subscription", _ALIKE)), **linked}
