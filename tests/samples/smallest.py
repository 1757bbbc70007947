"""The smallest stack, with one change to its settings or to Azure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from adx_private_link.facts.records import Facts
from adx_private_link.program import parse

from .building import (
    ELSEWHERE,
    OWNER,
    balancer_facts,
    cluster,
    consumer,
    described,
    facts_of,
    network_id,
    small,
    subnet_id,
    with_balancer,
)

NAT = f"{network_id('myadx', OWNER, 'adx')}/subnets/adx"
ANALYTICS = subnet_id("analytics")


def small_facts(settings: dict[str, Any] | None = None) -> Facts:
    """Facts of the smallest stack, or of other settings."""
    return facts_of(parse(settings or small()))


def facts_with_balancer(**changed: Any) -> Facts:
    """Facts of the smallest stack with changes to the engine's load balancer."""
    facts = small_facts()
    return with_balancer(facts, "myadx", "engine", replace(balancer_facts(facts, "myadx", "engine"), **changed))


def small_with_cluster(**more: Any) -> dict[str, Any]:
    """The smallest stack, with more settings of its cluster."""
    return {**small(), "clusters": {"myadx": cluster("myadx", **more)}}


def small_with_consumer(**more: Any) -> dict[str, Any]:
    """The smallest stack, with more settings of its consumer."""
    return {**small(), "consumers": {"analytics": consumer("analytics", **more)}}


def small_with_other_consumer(**changed: Any) -> dict[str, Any]:
    """The smallest stack, with settings of its consumer that take the place of those it has."""
    return {**small(), "consumers": {"analytics": {**consumer("analytics"), **changed}}}


def small_with_endpoint(**more: Any) -> dict[str, Any]:
    """The smallest stack, with settings of its engine's endpoint."""
    return small_with_consumer(endpoints={"myadx": {"engine": more}})


def small_with_external(**more: Any) -> dict[str, Any]:
    """The smallest stack with an external consumer, with more settings of it."""
    return {**small(), "external_consumers": {"partner": {"subscription": ELSEWHERE, **more}}}


def small_with_description(**changed: Any) -> dict[str, Any]:
    """The smallest stack with a described cluster, with changes to its description."""
    return {**small(), "clusters": {"myadx": {"described": {**described("myadx"), **changed}}}}


def small_with_consumers(first: dict[str, Any], second: dict[str, Any], **clusters: dict[str, Any]) -> dict[str, Any]:
    """Settings with two consumers, of `myadx` unless other clusters are passed."""
    return {"clusters": clusters or {"myadx": cluster("myadx")}, "consumers": {"first": first, "second": second}}
