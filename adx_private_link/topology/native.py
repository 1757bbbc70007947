"""The publisher of native clusters: private endpoints connect to the cluster itself."""

from __future__ import annotations

from ..facts.cluster_access import is_closed
from ..facts.records import ClusterFacts
from ..naming.azure import naming_key
from ..naming.hosts import KUSTO, default_zone, native_zones, records_of
from ..resource_ids import ClusterId
from ..settings import ROLES, ClusterSettings
from .approvals import plan_external_approvals
from .offers import REQUEST_MESSAGE, Offer, OfferedTarget
from .planning import Planning
from .publishing import check_zone_name
from .records import ClusterConnection, Host, Place

_GONE = ("Deleting", "Deleted")
_WITHOUT_ANSWER = ("Stopping", "Stopped", "Unavailable")


def offer_native(planning: Planning, key: str, facts: ClusterFacts) -> Offer | None:
    """Make the offer of a native cluster; None where no endpoint can connect to it."""
    cluster, path = planning.settings.clusters[key], f"clusters.{key}"
    assert cluster.id is not None
    if planning.targets[key] == ("cluster",):
        _check_settings(planning, path, cluster, facts)
    if not _is_there(planning, path, cluster.id, facts):
        return None
    place = Place(cluster.id.subscription, cluster.id.resource_group, facts.location)
    name, zone = naming_key(key, cluster), cluster.zone or default_zone(facts.hosts["engine"])
    if facts.was_never_injected:
        check_zone_name(planning, f"{path}.zone", zone, default_zone(facts.hosts["engine"]))
    return Offer(
        cluster=key,
        name=name,
        id=cluster.id,
        location=facts.location,
        zone=zone,
        request_message=REQUEST_MESSAGE,
        targets={"cluster": _offered(cluster, cluster.id, facts, zone, place)},
        external_approvals=plan_external_approvals(planning, key, name, {"cluster": cluster.id}, place),
        external_consumers=tuple(sorted(planning.settings.external_consumers_of(key))),
        was_injected=not facts.was_never_injected,
        warnings=_warnings(path, cluster.id, cluster, facts),
    )


def _offered(cluster: ClusterSettings, id: ClusterId, facts: ClusterFacts, zone: str, place: Place) -> OfferedTarget:
    zones = dict(native_zones(zone, facts.hosts["engine"]))
    if not facts.was_never_injected:
        # Its names had record sets while it was injected. As record sets they move to the new endpoint in place.
        del zones[KUSTO]
    return OfferedTarget(
        target="cluster",
        hosts=tuple(
            Host(record.host, role, zone, record.name)
            for role in ROLES
            for record in records_of(role, facts.hosts[role], legacy_names=cluster.legacy_names)
        ),
        default=ClusterConnection(id),
        by_id=ClusterConnection(id),
        approvals=place,
        idle="prepared" if not facts.is_native else "public" if cluster.names == "public" else None,
        grouped_zones=zones,
    )


def _check_settings(planning: Planning, path: str, cluster: ClusterSettings, facts: ClusterFacts) -> None:
    """Settings of services that a native cluster does not have would be ignored silently."""
    if facts.was_never_injected and cluster.targets in ("services", "both"):
        planning.report(
            f"{path}.targets",
            f"is `{cluster.targets}`, and the cluster was never in a virtual network, so it has no private link "
            "services",
            "remove it",
            cluster.targets,
        )
    for name in cluster.of_services:
        # A roll-back creates services again.
        if facts.is_migrated and (name == "legacy_names" or cluster.targets == "both"):
            continue
        planning.report(
            f"{path}.{name}",
            "concerns private link services, and the cluster is native: private endpoints connect to it directly",
            "remove it",
        )


def _is_there(planning: Planning, path: str, id: ClusterId, facts: ClusterFacts) -> bool:
    """Whether endpoints can connect to the cluster; the reason why not is reported."""
    if facts.state in _GONE:
        planning.report(f"{path}.id", f"is being deleted (state {facts.state})", "remove it here", str(id))
    elif not facts.hosts:
        planning.report(
            f"{path}.id",
            f"is being created (state {facts.state}), and has no host names yet",
            f"wait until Azure shows it as Running (`az kusto cluster wait --created --ids {id}`), then try again",
            str(id),
        )
    else:
        return True
    return False


def _warnings(path: str, id: ClusterId, cluster: ClusterSettings, facts: ClusterFacts) -> tuple[str, ...]:
    warnings: list[str] = []
    if facts.state in _WITHOUT_ANSWER:
        warnings.append(
            f"{path}: {id.name} is {facts.state}: its names resolve, but clients get no answer until it runs "
            f"(`az kusto cluster start --ids {id}`)."
        )
    is_stated = cluster.public_access == "closed"  # then the list stays, for the day when the cluster is opened again
    if facts.access and is_closed(facts.access) and facts.access["allowedIpRangeList"] and not is_stated:
        warnings.append(
            f"{path}: {id.name} has public access disabled, so its list of allowed addresses has no effect: only "
            "private endpoints reach it."
        )
    return tuple(warnings)
