"""Private endpoints that are removed or replaced: consumers lose access, for good or for a while."""

from __future__ import annotations

from collections.abc import Iterator

from ..accesses import Access, Update
from ..plan import Consumer
from .names import answers_without, longest_ttl
from .records.endpoints import AccessRemoved, AddressMove, EndpointReplaced


def removed_access(update: Update) -> Iterator[AccessRemoved]:
    """Find each consumer that loses its endpoints for a cluster."""
    for consumer in update.plan.consumers:
        if lost := [access for access in update.accesses_of(consumer) if access.effect == "removed"]:
            record_sets = [record_set for access in lost for record_set in consumer.record_sets_of(access.host)]
            yield AccessRemoved(
                consumer=consumer.key,
                cluster=consumer.cluster,
                targets=tuple(dict.fromkeys(access.target for access in lost)),
                roles=tuple(dict.fromkeys(access.role for access in lost)),
                hosts=tuple(access.host for access in lost if access.host),
                answers=answers_without(update.plan, record_sets) if record_sets else None,
                ttl=longest_ttl(record_sets),
            )


def replaced_endpoints(update: Update) -> Iterator[EndpointReplaced]:
    """Find each endpoint that is replaced; a renamed key is a risk of its own."""
    for consumer in update.plan.consumers:
        for endpoint in consumer.endpoints:
            if endpoint.operation == "replace" and not endpoint.is_renamed:
                accesses = [access for access in update.accesses_of(consumer) if access.target == endpoint.target]
                moves = tuple(_move(consumer, access) for access in accesses)
                if endpoint.was_dead and all(move.has_record_set for move in moves):
                    continue  # no consumer loses access, and this update writes the new address
                yield EndpointReplaced(
                    consumer=consumer.key,
                    cluster=consumer.cluster,
                    target=endpoint.target,
                    follows_service=bool(endpoint.service and endpoint.service.is_deleted),
                    reasons=endpoint.reasons,
                    is_awaited=any(access.connection == "awaited" for access in accesses),
                    moves=moves,
                )


def _move(consumer: Consumer, access: Access) -> AddressMove:
    record_sets = consumer.record_sets_of(access.host)
    return AddressMove(
        host=access.host,
        old_address=access.before,
        new_address=access.after,
        has_record_set=bool(record_sets),
        ttl=longest_ttl(record_sets),
    )
