"""
Random settings on the real engine are reported with a path, or can be deployed, reached and destroyed.

`ANY_SETTINGS=100 pytest tests/stack/test_any_settings.py` tries 100 stacks, other ones each time.
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
"""Addresses by subnet of red; the last one is in the other subnet."""

_EXAMPLES = int(os.environ.get("ANY_SETTINGS", "0"))


def optional(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with one setting, or none."""
    return st.one_of(st.just(dict[str, Any]()), values.map(lambda value: {name: value}))


def roles() -> st.SearchStrategy[list[str]]:
    return st.sampled_from([["engine"], ["ingestion"], ["engine", "ingestion"]])


@st.composite
def clusters(draw: st.DrawFn, key: str) -> dict[str, Any]:
    cluster: dict[str, Any] = {
        "id": IDS[key],
        **draw(optional("roles", roles())),
        **draw(optional("nat", st.fixed_dictionaries({"addresses": st.integers(1, 3)}))),
        **draw(optional("tags", st.just({"team": "data"}))),
        **draw(optional("lock", st.just(value=True))),
        **draw(optional("legacy_names", st.just(value=True))),
        **draw(optional("formerly", st.just(f"old-{key}"))),
    }
    if key == "one" and draw(st.booleans()):
        engine = draw(st.sampled_from([{"frontend": "spare"}, {"nat_addresses": ["10.1.0.40"]}]))
        cluster["services"] = {"engine": engine}
    return cluster


@st.composite
def dns(draw: st.DrawFn, owner: str) -> Any:
    kind = draw(st.sampled_from(["own", "own", "shared", "existing", "elsewhere"]))
    if kind == "elsewhere":
        return kind
    names = draw(st.lists(st.sampled_from(["own", *NETWORKS]), unique=True, max_size=3))
    links = {
        name: {
            **({} if name == "own" else {"network_id": NETWORKS[name]}),
            **draw(optional("resolution_policy", st.just("Default"))),
        }
        for name in names
    }
    common: dict[str, Any] = draw(optional("links", st.just(links))) | draw(optional("ttl", st.integers(1, 60)))
    if kind == "existing":
        return {**common, "zone_ids": [HUB_ZONE]}
    # Blue's own group is named `dns` too, and is in the same subscription.
    shared = {"resource_group": "dns", "subscription": BLUE.split("/")[2]}
    return {
        **common,
        **(shared if kind == "shared" else {"resource_group": owner}),
        **draw(optional("lock", st.just(value=True))),
    }


@st.composite
def consumers(draw: st.DrawFn, key: str, published: list[str]) -> dict[str, Any]:
    subnet = draw(st.sampled_from(SUBNETS[key]))
    consumer: dict[str, Any] = {
        "subnet_id": f"{NETWORKS[key]}/subnets/{subnet}",
        "dns": draw(dns(key)),
        **draw(optional("clusters", st.lists(st.sampled_from(published), unique=True))),
        **draw(optional("roles", roles())),
        **draw(optional("approval", st.sampled_from(["auto", "resource_id"]))),
        **draw(optional("formerly", st.just(f"old-{key}"))),
    }
    if key == "red" and draw(st.booleans()):
        consumer["endpoints"] = {published[0]: {"engine": {"address": draw(st.sampled_from(STATIC[subnet]))}}}
    return consumer


@st.composite
def stacks(draw: st.DrawFn) -> dict[str, Any]:
    published = draw(st.sampled_from([["one"], ["one", "two"], ["two"]]))
    connected = draw(st.sampled_from([["red"], ["red", "blue"], ["blue"], []]))
    return {
        "clusters": {key: draw(clusters(key)) for key in published},
        "consumers": {key: draw(consumers(key, published)) for key in connected},
    }


def list_links(consumer: str, dns: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """List the networks that see a consumer's zone, each with its resolution policy."""
    default_links: dict[str, Any] = {"own": {}} if "resource_group" in dns else {}
    for name, link in dns.get("links", default_links).items():
        network = NETWORKS[consumer] if name == "own" else link["network_id"]
        yield network, link.get("resolution_policy", "NxDomainRedirect")


def identify_zone(dns: Any) -> str | None:
    """Return what identifies the zone of a consumer's records; none without one."""
    if dns == "elsewhere":
        return None
    return HUB_ZONE if "zone_ids" in dns else str((dns["resource_group"], dns.get("subscription")))


def expect_answers(stack: dict[str, Any], outputs: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    """Return the addresses for each network and host, derived from the settings without the library."""
    seen: dict[str, tuple[str, str]] = {}
    records: dict[tuple[str, str], list[str]] = {}
    for key, consumer in stack["consumers"].items():
        zone, connected = identify_zone(consumer["dns"]), consumer.get("clusters", list(stack["clusters"]))
        if zone is None or not connected:
            continue
        seen |= {network: (zone, policy) for network, policy in list_links(key, consumer["dns"])}
        for cluster, role in itertools.product(connected, ROLES):
            if role in consumer.get("roles", ROLES) and role in stack["clusters"][cluster].get("roles", ROLES):
                host = f"{'' if role == 'engine' else 'ingest-'}adx{cluster}.{DOMAIN}"
                records[zone, host] = outputs[cluster]["endpoints"][key][role]["hosts"][host]
    answers: dict[tuple[str, str], list[str]] = {}
    for network, (host, public) in itertools.product(NETWORKS.values(), PUBLIC.items()):
        zone, policy = seen.get(network, ("", "NxDomainRedirect"))
        missing = [public] if policy == "NxDomainRedirect" else []
        answers[network, host] = records.get((zone, host), missing)
    return answers


@pytest.fixture(scope="module")
def directories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    base = tmp_path_factory.mktemp("any")
    return (base / str(number) for number in itertools.count())


@given(stack_settings=stacks())
@settings(
    max_examples=_EXAMPLES or 4,
    derandomize=not _EXAMPLES,
    database=None,
    deadline=None,
    # Each example takes seconds, so reading a failing one is faster than shrinking it.
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_settings_fail_with_a_path_or_work(directories: Iterator[Path], stack_settings: dict[str, Any]) -> None:
    """People combine settings that no test of a single one has combined."""
    stack: Stack = harness.Stack(next(directories), TWO_BY_TWO)
    stack.home.azure.put(ResourceId.parse(HUB), {"location": "westus"})
    stack.home.azure.put(ResourceId.parse(HUB_ZONE), {"location": "global"})
    before = stack.world()
    stack.configure(**stack_settings)

    first = stack.up()
    if not first.succeeded:
        assert re.search(r"^  adx-private-link:(clusters|consumers)\.\w+", first.output, re.MULTILINE), first.output
        assert "    -> " in first.output, first.output
        assert stack.world() == before
        return
    assert stack.up("--refresh").operations == []
    answers = expect_answers(stack_settings, stack.outputs()["clusters"])
    for (network, host), addresses in answers.items():
        # An answer starts with the private name; a name without any answer has none.
        assert stack.resolve(network, host)[1:] == addresses, (network, host)

    destroyed = stack.destroy()
    assert destroyed.succeeded, destroyed.output
    assert stack.world() == before
