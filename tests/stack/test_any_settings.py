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
    BOTH_KINDS,
    CLUSTER_ONE,
    HUB,
    NATIVE_ONE,
    NATIVE_ZONES,
    OUTSIDE_NETWORK,
    RED_NETWORK,
)
from .worlds import STORAGE_ZONES as STORAGE_NAMES

ALL_ZONES = HUB.replace("/hub", "/all-zones")
STORAGE_ZONES = HUB.replace("/hub", "/storage-zones")
"""Resource groups of a platform team: one has the four zones, the other one those of storage accounts."""
IDS = {"one": CLUSTER_ONE, "two": NATIVE_ONE}
"""An injected cluster and a native one."""
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
    cluster: dict[str, Any] = {"id": IDS[key], **draw(optional("formerly", st.just(f"old-{key}")))}
    if key == "two":
        return cluster
    cluster |= {
        **draw(optional("roles", roles())),
        **draw(optional("nat", st.fixed_dictionaries({"addresses": st.integers(1, 3)}))),
        **draw(optional("tags", st.just({"team": "data"}))),
        **draw(optional("lock", st.just(value=True))),
        **draw(optional("legacy_names", st.just(value=True))),
    }
    if draw(st.booleans()):
        engine = draw(st.sampled_from([{"frontend": "spare"}, {"nat_addresses": ["10.1.0.40"]}]))
        cluster["services"] = {"engine": engine}
    return cluster


@st.composite
def dns(draw: st.DrawFn, owner: str, published: list[str]) -> Any:
    kind = draw(st.sampled_from(["own", "own", "shared", "existing", "elsewhere"]))
    if kind == "elsewhere":
        return kind
    # Azure decides how long clients can cache the names of native clusters.
    common: dict[str, Any] = draw(optional("ttl", st.integers(1, 60))) if "one" in published else {}
    if kind == "existing":
        return {**common, "zones_in": [ALL_ZONES], **draw(optional("link_existing", links()))}
    # Blue's own group is named `dns` too, and is in the same subscription.
    shared = {"resource_group": "dns", "subscription": BLUE.split("/")[2]}
    storage = draw(
        st.sampled_from([{"storage_zones": "made"}, {"storage_zones": "made"}, {"zones_in": [STORAGE_ZONES]}])
    )
    return {
        **common,
        **storage,
        **draw(optional("links", links())),
        **(draw(optional("link_existing", links())) if "zones_in" in storage else {}),
        **(shared if kind == "shared" else {"resource_group": owner}),
        **draw(optional("lock", st.just(value=True))),
    }


@st.composite
def links(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(["own", *NETWORKS]), unique=True, max_size=3))
    return {
        name: {
            **({} if name == "own" else {"network_id": NETWORKS[name]}),
            **draw(optional("resolution_policy", st.just("Default"))),
        }
        for name in names
    }


@st.composite
def consumers(draw: st.DrawFn, key: str, published: list[str]) -> dict[str, Any]:
    subnet = draw(st.sampled_from(SUBNETS[key]))
    approvals = ["auto", "resource_id"] if "one" in published else ["resource_id"]
    consumer: dict[str, Any] = {
        "subnet_id": f"{NETWORKS[key]}/subnets/{subnet}",
        "dns": draw(dns(key, published)),
        **draw(optional("clusters", st.lists(st.sampled_from(published), unique=True))),
        **draw(optional("approval", st.sampled_from(approvals))),
        **draw(optional("formerly", st.just(f"old-{key}"))),
    }
    if "one" in published:
        consumer |= draw(optional("roles", roles()))
        if key == "red" and draw(st.booleans()):
            consumer["endpoints"] = {"one": {"engine": {"address": draw(st.sampled_from(STATIC[subnet]))}}}
    return consumer


@st.composite
def stacks(draw: st.DrawFn) -> dict[str, Any]:
    published = draw(st.sampled_from([["one"], ["one", "two"], ["two"]]))
    connected = draw(st.sampled_from([["red"], ["red", "blue"], ["blue"], []]))
    return {
        "clusters": {key: draw(clusters(key)) for key in published},
        "consumers": {key: draw(consumers(key, published)) for key in connected},
    }


def find_zone(name: str, dns: dict[str, Any]) -> tuple[str, ...]:
    """Return what identifies the zone of a name for a consumer: where it is."""
    for group in dns.get("zones_in", []):
        if group == ALL_ZONES or name in STORAGE_NAMES:
            return (group,)
    return (dns["resource_group"], dns.get("subscription", ""))


def list_links(consumer: str, zone: str, dns: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """List the networks that see a consumer's zone of a name, each with its resolution policy."""
    is_made = len(find_zone(zone, dns)) == 2
    for name, link in (dns.get("links", {"own": {}}) if is_made else dns.get("link_existing", {})).items():
        network = NETWORKS[consumer] if name == "own" else link["network_id"]
        # A new zone for storage accounts must not hide the accounts of others.
        policy = link.get("resolution_policy") if not (is_made and zone in STORAGE_NAMES) else None
        yield network, policy or "NxDomainRedirect"


def list_hosts(stack: dict[str, Any], outputs: dict[str, Any], consumer: str, cluster: str) -> dict[str, list[str]]:
    """Return the addresses by host of a consumer's endpoints; Azure decides on those of a native cluster."""
    published = outputs[cluster]["endpoints"].get(consumer, {})
    if cluster == "two":
        return published["cluster"]["hosts"]
    hosts: dict[str, list[str]] = {}
    for role in ROLES:
        wanted = (stack["consumers"][consumer].get("roles", ROLES), stack["clusters"][cluster].get("roles", ROLES))
        if all(role in roles for roles in wanted):
            host = f"{'' if role == 'engine' else 'ingest-'}adxone.westus.kusto.windows.net"
            hosts[host] = published[role]["hosts"][host]
    return hosts


def zone_of(host: str) -> str:
    """Return the name of the zone of a host."""
    return f"privatelink.{host.partition('.')[2]}"


def expect_answers(
    stack: dict[str, Any], outputs: dict[str, Any], public: dict[str, list[str]]
) -> dict[tuple[str, str], list[str]]:
    """Return the addresses for each network and host, derived from the settings without the library."""
    seen: dict[tuple[str, str], tuple[tuple[str, ...], str]] = {}
    records: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for key, consumer in stack["consumers"].items():
        dns, connected = consumer["dns"], consumer.get("clusters", list(stack["clusters"]))
        if dns == "elsewhere":
            continue
        # A native cluster needs all zones; an injected one needs its own only.
        needed = NATIVE_ZONES if "two" in connected else NATIVE_ZONES[:1] if connected else ()
        for zone in needed:
            place = find_zone(zone, dns)
            seen |= {(network, zone): (place, policy) for network, policy in list_links(key, zone, dns)}
        for cluster in connected:
            for host, addresses in list_hosts(stack, outputs, key, cluster).items():
                records[find_zone(zone_of(host), dns), host] = addresses
    answers: dict[tuple[str, str], list[str]] = {}
    for network, host in itertools.product(NETWORKS.values(), public):
        place, policy = seen.get((network, zone_of(host)), ((), "NxDomainRedirect"))
        missing = public[host] if policy == "NxDomainRedirect" else []
        answers[network, host] = records.get((place, host), missing)
    return answers


def create_zones(stack: Stack) -> None:
    """Create the zones of the platform team, which no network sees yet."""
    for group, names in ((ALL_ZONES, NATIVE_ZONES), (STORAGE_ZONES, STORAGE_NAMES)):
        stack.home.azure.put(ResourceId.parse(group), {"location": "westus"})
        for name in names:
            zone = f"{group}/providers/Microsoft.Network/privateDnsZones/{name}"
            stack.home.azure.put(ResourceId.parse(zone), {"location": "global"})
    for name in NATIVE_ZONES:
        link = f"{HUB}/providers/Microsoft.Network/privateDnsZones/{name}/virtualNetworkLinks/blue"
        stack.home.azure.delete(ResourceId.parse(link))


def resolve_public(stack: Stack) -> dict[str, list[str]]:
    """Return the public addresses of every host of both clusters."""
    hosts = ["adxone.westus.kusto.windows.net", "ingest-adxone.westus.kusto.windows.net"]
    hosts += [host for member in stack.home.azure.members_of(ResourceId.parse(NATIVE_ONE)) for host in member.fqdns]
    return {host: stack.resolve(OUTSIDE_NETWORK, host)[1:] for host in hosts}


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
    stack: Stack = harness.Stack(next(directories), BOTH_KINDS)
    create_zones(stack)
    public = resolve_public(stack)
    before = stack.world()
    stack.configure(**stack_settings)

    first = stack.up()
    if not first.succeeded:
        assert re.search(r"^  adx-private-link:(clusters|consumers)\.\w+", first.output, re.MULTILINE), first.output
        assert "    -> " in first.output, first.output
        assert stack.world() == before
        return
    assert stack.up("--refresh").operations == []
    answers = expect_answers(stack_settings, stack.outputs()["clusters"], public)
    for (network, host), addresses in answers.items():
        # An answer starts with the private name; a name without any answer has none.
        assert stack.resolve(network, host)[1:] == addresses, (network, host)

    destroyed = stack.destroy()
    assert destroyed.succeeded, destroyed.output
    assert stack.world() == before
