"""Random stacks: peaceful ones, in which nothing is in anything's way, and wild ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from adx_private_link.facts import Facts
from adx_private_link.settings import Settings, parse

from .building import GUEST, OWNER, Given, cluster_id, facts_of, network_id, subnet_id

_ALIKE = f"{GUEST[:-1]}3"
"""A subscription that begins like another one: a name made of a part of them would not tell them apart."""
_SUBSCRIPTIONS = st.sampled_from([OWNER, GUEST, _ALIKE])

_TRICKY = ["a", "b", "c", "a-b", "b-c", "a-b-c", "b_c", "a-1", "x" * 26, "engine", "own"]
_CLASHING = [*_TRICKY, "x" * 40, "a-engine-b", "engine-b", "b-engine-c"]
_REGION_OF = {"one": "westus", "two": "westus", "ingest-one": "westus", "three": "eastus"}
"""Clusters of wild stacks: two keys may mean one cluster, and one's engine may be called as another's ingestion."""
_REGIONS = st.sampled_from(["westus", "eastus"])
_APPROVALS = st.sampled_from(["approve", "auto", "resource_id"])
_POLICIES = st.sampled_from(["Default", "NxDomainRedirect"])
_NOTHING = st.just(dict[str, Any]())


@dataclass(frozen=True)
class Stack:
    """What people wrote, and the Azure they wrote it for."""

    given: dict[str, dict[str, Any]]
    regions: dict[str, str]

    @property
    def settings(self) -> Settings:
        return parse(self.given)

    @property
    def facts(self) -> Facts:
        return facts_of(self.settings, self.regions)


def _optional(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return values.map(lambda value: {name: value}) | _NOTHING


def _rarely(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.integers(0, 9).flatmap(lambda dice: _optional(name, values) if dice == 9 else _NOTHING)


@st.composite
def peaceful_stacks(draw: st.DrawFn) -> Stack:
    """Every consumer has a network and a zone of its own, every cluster a name of its own."""
    keys = st.lists(st.sampled_from(_TRICKY), unique=True, max_size=4)
    regions = {key: draw(_REGIONS) for key in draw(keys.filter(bool))}
    clusters = {
        key: {
            "id": cluster_id(f"adx{number}", draw(_SUBSCRIPTIONS)),
            "nat": {"addresses": draw(st.integers(1, 8))},
            **draw(_optional("tags", st.just({"team": "data"}))),
            **draw(_optional("resource_group", st.just("services"))),
        }
        for number, key in enumerate(regions)
    }
    consumers: dict[str, Any] = {}
    for number, key in enumerate(draw(keys)):
        link_keys = draw(st.lists(st.sampled_from(_TRICKY), unique=True, max_size=3))
        links = {
            link: {
                "resolution_policy": draw(_POLICIES),
                "network_id": network_id(f"n{number}-{place}"),
            }
            for place, link in enumerate(link_keys)
        }
        consumers[key] = {
            "subnet_id": subnet_id(f"n{number}", draw(_SUBSCRIPTIONS)),
            "approval": draw(_APPROVALS),
            "dns": {
                "resource_group": f"dns{number}",
                **draw(_optional("subscription", _SUBSCRIPTIONS)),
                **draw(_optional("links", st.just(links))),
            },
            **draw(_optional("clusters", st.lists(st.sampled_from(list(clusters)), unique=True))),
            **draw(_optional("names", st.just({next(iter(clusters)): {"engine": f"pe-own-{number}"}}))),
        }
    return Stack({"clusters": clusters, "consumers": consumers}, regions)


@st.composite
def wild_stacks(draw: st.DrawFn) -> Stack:
    """Few names, few places, few networks: they meet all the time, and now and then something is wrong."""
    keys = st.lists(st.sampled_from(_CLASHING), unique=True, min_size=1, max_size=3)
    names = {key: draw(st.sampled_from(list(_REGION_OF))) for key in draw(keys)}
    subscriptions = st.sampled_from([GUEST, _ALIKE])
    clusters = {
        key: {
            "id": cluster_id(name),
            **draw(_rarely("zone", st.sampled_from(["privatelink.own", "Privatelink.Own"]))),
            **draw(_rarely("visibility", st.lists(subscriptions))),
            **draw(_rarely("auto_approval", st.lists(subscriptions))),
            **draw(_rarely("services", st.just({"engine": {"name": "pls-own"}}))),
        }
        for key, name in names.items()
    }
    consumers: dict[str, Any] = {}
    for number, key in enumerate(draw(keys)):
        links: dict[str, Given] = {
            link: {
                "network_id": draw(st.sampled_from([network_id(f"n{number}"), network_id("n1"), network_id("N1")])),
                **draw(_rarely("name", st.just("link"))),
            }
            for link in draw(st.lists(st.sampled_from(_CLASHING), unique=True, max_size=2))
        }
        consumers[key] = {
            "subnet_id": subnet_id(draw(st.sampled_from([f"n{number}", "n1"])), draw(subscriptions)),
            "resource_group": draw(st.sampled_from(["pe", "PE"])),
            "approval": draw(_APPROVALS),
            "dns": {
                "resource_group": draw(st.sampled_from(["dns", "DNS", f"dns{number}"])),
                **draw(_optional("subscription", subscriptions)),
                **draw(_optional("links", st.just(links))),
            },
            **draw(_optional("clusters", st.lists(st.sampled_from(list(clusters)), max_size=2))),
            **draw(_rarely("names", st.just({next(iter(clusters)): {"engine": "pe-own", "ingestion": "pe-two"}}))),
            **draw(_rarely("names", st.just({"nobody": {}}))),
        }
    return Stack({"clusters": clusters, "consumers": consumers}, {key: _REGION_OF[name] for key, name in names.items()})
