"""The smallest stack, with one thing about it that is special: in its settings, or in Azure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adx_private_link.facts.records import Facts
from adx_private_link.program import parse

from .building import OWNER, balancer_facts, cluster, consumer, facts_of, network_id, small, subnet_id, with_balancer

NAT = f"{network_id('myadx', OWNER, 'adx')}/subnets/adx"
ANALYTICS = subnet_id("analytics")


def small_facts(given: dict[str, Any] | None = None) -> Facts:
    return facts_of(parse(given or small()))


def facts_with_balancer(**changed: Any) -> Facts:
    facts = small_facts()
    return with_balancer(facts, "myadx", "engine", replace(balancer_facts(facts, "myadx", "engine"), **changed))


def given_cluster(**more: Any) -> dict[str, Any]:
    return {**small(), "clusters": {"myadx": cluster("myadx", **more)}}


def given_consumer(**more: Any) -> dict[str, Any]:
    return {**small(), "consumers": {"analytics": consumer("analytics", **more)}}


def given_two(first: dict[str, Any], second: dict[str, Any], **clusters: dict[str, Any]) -> dict[str, Any]:
    return {"clusters": clusters or {"myadx": cluster("myadx")}, "consumers": {"first": first, "second": second}}
