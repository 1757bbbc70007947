"""The evidence that consumers keep their access: for each, a report of `verify` from its own network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ...outputs import ClusterOutput
from ..pulumi.outputs import read_outputs
from ..verify.proof import Proof, find_gap
from .situation import Situation


@dataclass(frozen=True)
class Gap:
    """A consumer that is not proven to reach a cluster by its private endpoints."""

    consumer: str
    reason: str
    remedy: str


def find_gaps(situation: Situation, proofs: Sequence[Proof], max_age: timedelta) -> list[Gap]:
    """
    Find the consumers without a valid report, of those whose names this stack manages.

    Raises:
        CommandError: The stack has no outputs.
    """
    consumers = situation.settings.consumers_of(situation.key)
    managed = sorted(key for key, consumer in consumers.items() if consumer.zones)
    if not managed:
        return []
    output = read_outputs(None, situation.stack).get(situation.key) or ClusterOutput(services={}, endpoints={})
    return [*_find_gaps(situation, managed, output, proofs, max_age)]


def _find_gaps(
    situation: Situation, consumers: Sequence[str], output: ClusterOutput, proofs: Sequence[Proof], max_age: timedelta
) -> Iterator[Gap]:
    for consumer in consumers:
        hosts = _published(output, consumer)
        if not hosts:
            yield Gap(consumer, "this stack publishes no name for it", _publish(situation))
        elif reason := find_gap(proofs, consumer, situation.key, hosts, max_age):
            command = f"adx-private-link verify --consumer {consumer} --stack {situation.stack} --format json"
            yield Gap(consumer, reason, f"In its network, run `{command} > {consumer}.json`")


def _publish(situation: Situation) -> str:
    if situation.settings.clusters[situation.key].names == "public":
        return f"Remove `names: public` in clusters.{situation.key}, then run `pulumi up`"
    return "Run `pulumi up`, and approve its connection"


def _published(output: ClusterOutput, consumer: str) -> Mapping[str, Sequence[str]]:
    endpoints = output.endpoints.get(consumer, {}).values()
    return {host: addresses for endpoint in endpoints for host, addresses in endpoint.hosts.items()}
