"""Zones for other stacks: a stack creates and links them, and has no cluster."""

from __future__ import annotations

from typing import Any

import pytest

from adx_private_link import parse
from adx_private_link.settings import Settings, parse_settings
from adx_private_link.topology.expected import expected_topology
from adx_private_link.topology.records import Topology

GROUP = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/dns"
NETWORK = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/n"
)
KUSTO = "privatelink.westus.kusto.windows.net"
BLOB = "privatelink.blob.core.windows.net"


def _settings(**zone: Any) -> dict[str, Any]:
    return {"zones": {"west": {"resource_group_id": GROUP, "names": [KUSTO], **zone}}}


def _plan(settings: dict[str, Any]) -> Topology:
    planned = expected_topology(parse(settings), {})
    assert isinstance(planned, Topology), planned
    return planned


def test_a_stack_can_consist_of_zones_alone() -> None:
    """Stacks that share a zone cannot all create it."""
    topology = _plan(_settings(names=[KUSTO, BLOB], links={"hub": {"network_id": NETWORK}}, lock=True))
    assert not topology.clusters
    assert {zone.name: [link.name for link in zone.links] for zone in topology.zones.values()} == {
        KUSTO: ["west-hub"],
        BLOB: ["west-hub"],
    }
    assert all(zone.lock and not zone.exists for zone in topology.zones.values())


def test_a_storage_zone_keeps_the_public_names_of_other_accounts() -> None:
    """A new storage zone would otherwise hide every account that has a private endpoint anywhere."""
    link = {"network_id": NETWORK, "resolution_policy": "Default"}
    topology = _plan(_settings(names=[KUSTO, BLOB], links={"hub": link}))
    policies = {zone.name: link.resolution_policy for zone in topology.zones.values() for link in zone.links}
    assert policies == {KUSTO: "Default", BLOB: "NxDomainRedirect"}


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        (_settings(names=[]), "zones.west.names"),
        (_settings(links={"hub": {}}), "zones.west.links.hub.network_id"),
        (_settings(keep=["ttl"]), "zones.west.keep"),
        ({"zones": {}}, "clusters"),
    ],
)
def test_what_cannot_be_created_is_reported(settings: dict[str, Any], path: str) -> None:
    """Azure would reject it in the middle of an update."""
    problems = parse_settings(settings)
    assert not isinstance(problems, Settings)
    assert path in [problem.path for problem in problems]


def test_two_settings_that_create_one_zone_are_reported() -> None:
    """Two resources of one id would overwrite each other."""
    zone = _settings()["zones"]["west"]
    consumer = {
        "subnet_id": f"{NETWORK}/subnets/clients",
        "dns": {"resource_group": "dns", "subscription": "44444444-4444-4444-4444-444444444444"},
    }
    id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/a/providers/Microsoft.Kusto/Clusters/a"
    cluster = {"id": id, "zone": KUSTO}
    for settings, path, other in (
        ({"zones": {"a": zone, "b": zone}}, "zones.b", "another of `zones`"),
        (
            {"clusters": {"a": cluster}, "consumers": {"c": consumer}, "zones": {"w": zone}},
            "zones.w",
            "consumers.c.dns",
        ),
    ):
        problems = expected_topology(parse(settings), {})
        assert isinstance(problems, list)
        [problem] = problems
        assert problem.path == path
        assert problem.message.endswith(f"and so does {other}")
