"""Sample settings with native clusters, and facts of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from adx_private_link.facts.records import Facts
from adx_private_link.program import parse
from adx_private_link.resource_ids import SubnetId

from .building import (
    ELSEWHERE,
    GUEST,
    NOT_FOUND,
    OWNER,
    WrittenSettings,
    cluster,
    cluster_facts,
    cluster_id,
    consumer,
    facts_of,
    hosts,
    network_id,
    resource_group_id,
    subnet_id,
    with_cluster,
    zone_id,
)

KUSTO_ZONE = "privatelink.westus.kusto.windows.net"
STORAGE_ZONES = tuple(f"privatelink.{service}.core.windows.net" for service in ("blob", "queue", "table"))
HUB = resource_group_id("hub")


def in_hub() -> dict[str, Any]:
    """DNS settings of a consumer whose zones are all in the hub."""
    return {"zones_in": [HUB]}


def made() -> dict[str, Any]:
    """DNS settings of a consumer whose zones this stack creates."""
    return {"resource_group": "analytics", "storage_zones": "made"}


def native(dns: object = None, **more: Any) -> dict[str, Any]:
    """Settings with the native cluster `newadx` and the consumer `analytics`."""
    settings = {"subnet_id": subnet_id("analytics"), "dns": dns or in_hub(), **more}
    return {"clusters": {"new": cluster("newadx")}, "consumers": {"analytics": settings}}


def both_kinds(dns: object = None, **more: Any) -> dict[str, Any]:
    """Settings with an injected cluster, a native one, and a consumer of both."""
    settings = native(dns, **more)
    return {**settings, "clusters": {**settings["clusters"], "old": cluster("oldadx")}}


def native_facts(
    settings: WrittenSettings, keys: Iterable[str] = ("new",), *, migrated: bool = False, lost: Iterable[str] = ()
) -> Facts:
    """
    Facts in which clusters are native.

    Args:
        settings: The settings.
        keys: The clusters.
        migrated: Whether they were injected once.
        lost: The ids of existing zones that Azure does not have.
    """
    facts = facts_of(parse(settings))
    for key in keys:
        injected = cluster_facts(facts, key)
        former = SubnetId.parse(f"{network_id(key, OWNER, 'adx')}/subnets/adx") if migrated else None
        facts = with_cluster(facts, key, replace(injected, subnet_id=None, former_subnet_id=former, public_ip_ids={}))
    return replace(facts, lost_zones={id.lower(): NOT_FOUND for id in lost})


def hub_zone_id(name: str) -> str:
    return zone_id(name, GUEST, "hub")


def native_hand_over(name: str = "theirs", **changed: Any) -> dict[str, Any]:
    """The hand-over of a native cluster."""
    id = cluster_id(name, ELSEWHERE)
    return {
        "version": 2,
        "cluster": id,
        "location": "westus",
        "zone": KUSTO_ZONE,
        "request_message": "for the data team",
        "services": {},
        "targets": {
            "cluster": {
                "id": id,
                "group": "cluster",
                "hosts": hosts(name),
                "zones": {"kusto": KUSTO_ZONE, **{zone.split(".")[1]: zone for zone in STORAGE_ZONES}},
            }
        },
        **changed,
    }


def handed_over_native(**more: Any) -> dict[str, Any]:
    """Settings with another team's native cluster and the consumer `analytics`."""
    return {
        "hand_overs": {"theirs": {"inline": native_hand_over()}},
        "consumers": {"analytics": {**consumer("analytics"), "dns": in_hub(), **more}},
    }
