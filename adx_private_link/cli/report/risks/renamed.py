"""Keys that are renamed without `formerly`: everything of theirs is created again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..access import ExternalAccess
from ..graph import is_refused, role_of
from ..plan import StackPlan
from .risk import Risk
from .services import cut_off


def rename_risks(plan: StackPlan, external: Sequence[ExternalAccess]) -> Iterator[Risk]:
    """One for each renamed key: what happens, and what to write instead."""
    for key, before in plan.renames.clusters.items():
        yield _cluster(plan, key, before, external)
    for key, before in plan.renames.consumers.items():
        yield Risk(
            kind="endpoint-replaced",
            subject=f"consumer {key}",
            message=f"is `{before}` under another key: its private endpoints are created again, at other addresses. "
            "Its records and links are deleted and created again: in between, clients get the public address, or no "
            "answer. "
            f"{_remedy('consumers', key, before)}",
        )


def _cluster(plan: StackPlan, key: str, before: str, external: Sequence[ExternalAccess]) -> Risk:
    renamed = [
        service
        for services in plan.of("ClusterServices")
        if services.is_renamed and services.name.partition(".")[0] == key
        for service in plan.below(services, "PrivateLinkService")
    ]
    kind = "service-replaced" if renamed else "endpoint-replaced"
    if any(map(is_refused, renamed)):
        message = (
            f"is `{before}` under another key, and the update fails: Azure accepts no second private link service on a "
            "load balancer's frontend, and the first one is deleted last"
        )
        return Risk(kind=kind, subject=f"cluster {key}", message=f"{message}. {_remedy('clusters', key, before)}")
    of = [each for each in external if each.cluster.rpartition("/")[2] == key]
    others = dict.fromkeys(
        said
        for service in renamed
        for said in cut_off(plan, service, [each for each in of if each.role == role_of(service)])
    )
    services = "its private link services get new aliases, and every connection by the old ones is cut"
    said = [
        f"is `{before}` under another key: everything of it is created again",
        *([services, *others] if renamed else []),
        "its consumers find it at other addresses",
    ]
    message = f"{'; '.join(said)}. {_remedy('clusters' if renamed else 'hand_overs', key, before)}"
    return Risk(kind=kind, subject=f"cluster {key}", message=message)


def _remedy(section: str, key: str, before: str) -> str:
    return f"Write `formerly: {before}` in `{section}.{key}`, and the new key changes nothing"
