"""
Random settings on the real engine: refused with a path, or deployed, stable, reachable, and gone again.

`ANY_SETTINGS=100 pytest tests/stack/test_any_settings.py` tries other settings each time, and so many.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from azure_sandbox.azure import ResourceId
from azure_sandbox.testing import Stack

from . import harness
from .worlds import (
    BLUE,
    BLUE_NETWORK,
    CLUSTER_ONE,
    CLUSTER_TWO,
    OUTSIDE_NETWORK,
    RED_NETWORK,
    TWO_BY_TWO,
)

HUB = BLUE.replace("/blue", "/hub")
HUB_ZONE = f"{HUB}/providers/Microsoft.Network/privateDnsZones/privatelink.westus.kusto.windows.net"
DOMAIN = "westus.kusto.windows.net"
IDS = {"one": CLUSTER_ONE, "two": CLUSTER_TWO}
PUBLIC = {
    f"adxone.{DOMAIN}": "40.1.1.1",
    f"ingest-adxone.{DOMAIN}": "40.1.1.2",
    f"adxtwo.{DOMAIN}": "40.2.2.1",
    f"ingest-adxtwo.{DOMAIN}": "40.2.2.2",
}
ROLES = ("engine", "ingestion")
NETWORKS = {"red": RED_NETWORK, "blue": BLUE_NETWORK, "outside": OUTSIDE_NETWORK}
SUBNETS = {"red": ["clients", "others"], "blue": ["clients"]}
STATIC = {"clients": ["10.3.0.9", "10.3.0.10"], "others": ["10.3.1.9", "10.3.0.9"]}
"""By subnet of red; the last one lies in the other subnet."""

_EXAMPLES = int(os.environ.get("ANY_SETTINGS", "0"))


def maybe(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(st.just(dict[str, Any]()), values.map(lambda value: {name: value}))


def roles() -> st.SearchStrategy[list[str]]:
    return st.sampled_from([["engine"], ["ingestion"], ["engine", "ingestion"]])


@st.composite
def clusters(draw: st.DrawFn, key: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": IDS[key],
        **draw(maybe("roles", roles())),
        **draw(maybe("nat", st.fixed_dictionaries({"addresses": st.integers(1, 3)}))),
        **draw(maybe("tags", st.just({"team": "data"}))),
        **draw(maybe("lock", st.just(value=True))),
        **draw(maybe("legacy_names", st.just(value=True))),
        **draw(maybe("formerly", st.just(f"old-{key}"))),
    }
    if key == "one" and draw(st.booleans()):
        made["services"] = {"engine": draw(st.sampled_from([{"frontend": "spare"}, {"nat_addresses": ["10.1.0.40"]}]))}
    return made


@st.composite
def dns(draw: st.DrawFn, owner: str) -> Any:
    kind = draw(st.sampled_from(["own", "own", "shared", "existing", "elsewhere"]))
    if kind == "elsewhere":
        return kind
    names = draw(st.lists(st.sampled_from(["own", *NETWORKS]), unique=True, max_size=3))
    links = {
        name: {
            **({} if name == "own" else {"network_id": NETWORKS[name]}),
            **draw(maybe("resolution_policy", st.just("Default"))),
        }
        for name in names
    }
    made: dict[str, Any] = draw(maybe("links", st.just(links))) | draw(maybe("ttl", st.integers(1, 60)))
    if kind == "existing":
        return {**made, "zone_ids": [HUB_ZONE]}
    # Blue's own group is called `dns`, and lies in its subscription.
    shared = {"resource_group": "dns", "subscription": BLUE.split("/")[2]}
    return {
        **made,
        **(shared if kind == "shared" else {"resource_group": owner}),
        **draw(maybe("lock", st.just(value=True))),
    }


@st.composite
def consumers(draw: st.DrawFn, key: str, published: list[str]) -> dict[str, Any]:
    subnet = draw(st.sampled_from(SUBNETS[key]))
    made: dict[str, Any] = {
        "subnet_id": f"{NETWORKS[key]}/subnets/{subnet}",
        "dns": draw(dns(key)),
        **draw(maybe("clusters", st.lists(st.sampled_from(published), unique=True))),
        **draw(maybe("roles", roles())),
        **draw(maybe("approval", st.sampled_from(["auto", "resource_id"]))),
        **draw(maybe("formerly", st.just(f"old-{key}"))),
    }
    if key == "red" and draw(st.booleans()):
        made["endpoints"] = {published[0]: {"engine": {"address": draw(st.sampled_from(STATIC[subnet]))}}}
    return made


@st.composite
def stacks(draw: st.DrawFn) -> dict[str, Any]:
    published = draw(st.sampled_from([["one"], ["one", "two"], ["two"]]))
    connected = draw(st.sampled_from([["red"], ["red", "blue"], ["blue"], []]))
    return {
        "clusters": {key: draw(clusters(key)) for key in published},
        "consumers": {key: draw(consumers(key, published)) for key in connected},
    }


def links_of(consumer: str, given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The networks that see its zone, each with its policy."""
    made = "resource_group" in given
    for name, link in given.get("links", {"own": {}} if made else {}).items():
        network = NETWORKS[consumer] if name == "own" else link["network_id"]
        yield network, link.get("resolution_policy", "NxDomainRedirect")


def zone_of(given: Any) -> str | None:
    if given == "elsewhere":
        return None
    return HUB_ZONE if "zone_ids" in given else str((given["resource_group"], given.get("subscription")))


def expected(asked: dict[str, Any], outputs: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    """What each network's clients get for each host: known from the settings, and not from the library."""
    seen: dict[str, tuple[str, str]] = {}
    records: dict[tuple[str, str], list[str]] = {}
    for consumer, its in asked["consumers"].items():
        zone, connected = zone_of(its["dns"]), its.get("clusters", list(asked["clusters"]))
        if zone is None or not connected:
            continue
        seen |= {network: (zone, policy) for network, policy in links_of(consumer, its["dns"])}
        for cluster, role in itertools.product(connected, ROLES):
            if role in its.get("roles", ROLES) and role in asked["clusters"][cluster].get("roles", ROLES):
                host = f"{'' if role == 'engine' else 'ingest-'}adx{cluster}.{DOMAIN}"
                records[zone, host] = outputs[cluster]["endpoints"][consumer][role]["hosts"][host]
    found: dict[tuple[str, str], list[str]] = {}
    for network, (host, public) in itertools.product(NETWORKS.values(), PUBLIC.items()):
        zone, policy = seen.get(network, ("", "NxDomainRedirect"))
        missing = [public] if policy == "NxDomainRedirect" else []
        found[network, host] = records.get((zone, host), missing)
    return found


@pytest.fixture(scope="module")
def directories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    base = tmp_path_factory.mktemp("any")
    return (base / str(number) for number in itertools.count())


@given(asked=stacks())
@settings(
    max_examples=_EXAMPLES or 4,
    derandomize=not _EXAMPLES,
    database=None,
    deadline=None,
    # Each example takes seconds: a smaller one of a failure is quicker found by reading.
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_settings(directories: Iterator[Path], asked: dict[str, Any]) -> None:
    stack: Stack = harness.Stack(next(directories), TWO_BY_TWO)
    stack.home.azure.put(ResourceId.parse(HUB), {"location": "westus"})
    stack.home.azure.put(ResourceId.parse(HUB_ZONE), {"location": "global"})
    before = stack.world()
    stack.configure(**asked)

    first = stack.up()
    if not first.succeeded:
        assert re.search(r"^  adx-private-link:(clusters|consumers)\.\w+", first.output, re.MULTILINE), first.output
        assert "    -> " in first.output, first.output
        assert stack.world() == before
        return
    assert stack.up("--refresh").operations == []
    reached = expected(asked, stack.outputs()["clusters"])
    for (network, host), addresses in reached.items():
        _, *found = stack.resolve(network, host)
        assert found == addresses, (network, host)

    destroyed = stack.destroy()
    assert destroyed.succeeded, destroyed.output
    assert stack.world() == before
