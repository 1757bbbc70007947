"""
Expected facts, for commands that do not ask Azure: everything that the settings name exists, and is as it should be.

A problem that remains is a problem of the settings themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from ipaddress import IPv4Network

from ..kusto_hosts import is_storage_zone
from ..naming.accesses import find_accesses
from ..naming.azure import load_balancer_name
from ..naming.hosts import native_zones, record_of
from ..resource_ids import ClusterId, FrontendId, LoadBalancerId, PublicAddressId, SubnetId
from ..settings import (
    ROLES,
    ClusterKind,
    ConsumerSettings,
    HandedRecord,
    HandedService,
    HandedTarget,
    HandOver,
    Role,
    Settings,
)
from .described import described_facts
from .records import (
    ClusterFacts,
    EndpointFacts,
    Facts,
    FrontendFacts,
    LoadBalancerFacts,
    NetworkFacts,
    SubnetFacts,
    Unreadable,
)
from .targets import find_targets
from .zones import listed_zones, zones_of_clusters

UNKNOWN = "invalid"
"""The top-level domain of hosts whose region is not known: no such name is ever real (RFC 2606)."""
EXPECTED_REGION = "region"
"""The region of objects whose region is not known; no region of Azure has this name."""
NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
"""The subscription of objects whose subscription is not known."""
_DOMAIN = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
"""Of a cluster's host name; the names of zones may be others."""
_ANY_ADDRESS = IPv4Network("0.0.0.0/0")


def expected_facts(
    settings: Settings,
    hand_overs: Mapping[str, HandOver] | None = None,
    deployed: Mapping[str, ClusterKind] | None = None,
    *,
    regions_differ: bool = False,
) -> Facts:
    """
    Return the facts of an Azure in which settings can be deployed.

    Args:
        settings: The settings of a stack.
        hand_overs: Hand-overs that are at hand, by cluster key; the others are expected as well.
        deployed: The kinds of the clusters that are deployed, by key; the others are expected as well.
        regions_differ: Whether clusters of unknown region are each in another one. Default: all are in one.
    """
    domains = _domains(settings, regions_differ=regions_differ)
    kinds: dict[str, ClusterKind] = {**expected_kinds(settings, deployed), **(deployed or {})}
    known = {key: (hand_overs or {}).get(key) or source.inline for key, source in settings.hand_overs.items()}
    expected = {
        key: hand_over or _hand_over(settings, key, domains[key], kinds[key]) for key, hand_over in known.items()
    }
    clusters = {
        key: ClusterFacts(
            location=EXPECTED_REGION,
            hosts=_hosts(cluster.id.name, domains[key]),
            subnet_id=_nat_subnet(key) if kinds[key] == "injected" else None,
            public_ip_ids=_public_ips(key),
            former_subnet_id=_nat_subnet(key) if kinds[key] == "native" and cluster.moves else None,
        )
        for key, cluster in settings.clusters.items()
        if cluster.id and not cluster.described
    }
    targets = find_targets(settings, clusters, expected, frozenset())
    return Facts(
        clusters=clusters,
        load_balancers={
            (key, role): _load_balancer(settings, key, role)
            for key, cluster in settings.clusters.items()
            if targets[key] != ("cluster",)
            for role in cluster.published
        },
        networks=_networks(settings),
        hand_overs=expected,
        endpoints={access.endpoint.key: EndpointFacts("Approved") for access in find_accesses(settings, targets)},
        lost_zones=_lost_zones(settings, clusters, expected),
    )


# Kinds


def expected_kinds(settings: Settings, known: Mapping[str, ClusterKind] | None = None) -> dict[str, ClusterKind]:
    """
    Return the kind of each cluster that is not known, by key.

    It is the one that the settings state, or else native where all consumers with zones have those of one. Clusters are
    expected to be injected where other settings would take effect on none: those of consumers, and alerts on services.
    """
    kinds: dict[str, ClusterKind] = {}
    open_keys: set[str] = set()
    for key in settings.cluster_keys:
        if known and key in known:
            continue
        stated = stated_kind(settings, key)
        kinds[key] = stated or _kind_by_zones(settings, key)
        if not stated:
            open_keys.add(key)
    natives = {key for key, kind in {**kinds, **(known or {})}.items() if kind == "native"}
    for keys in _need_services(settings):
        if keys <= natives:
            kinds.update((key, "injected") for key in keys & open_keys)
    return kinds


def _need_services(settings: Settings) -> Iterator[Set[str]]:
    """The clusters one of which must have private link services, for each setting that would take effect on none."""
    if settings.alerts and settings.alerts.services:
        yield settings.clusters.keys()
    for consumer in settings.consumers.values():
        if consumer.of_services:
            yield {key for key in settings.cluster_keys if consumer.connects_to(key)}
    for external in settings.external_consumers.values():
        if external.roles:
            yield {key for key in settings.clusters if external.connects_to(key)}


def _kind_by_zones(settings: Settings, cluster: str) -> ClusterKind:
    zones = [consumer for consumer in settings.consumers_of(cluster).values() if consumer.zones]
    return "native" if zones and all(has_storage_zones(consumer) for consumer in zones) else "injected"


def stated_kind(settings: Settings, cluster: str) -> ClusterKind | None:
    """Return the kind whose settings a cluster or its endpoints have; None where both kinds have them."""
    own = settings.clusters.get(cluster)
    if own and (facts := described_facts(own)):
        return "native" if facts.is_native else "injected"
    if own and own.targets:
        return "native" if own.targets == "cluster" else "injected"
    if own and own.of_services:
        return "injected"
    named = {target for consumer in settings.consumers.values() for target in consumer.endpoints.get(cluster, ())}
    if not named:
        return None
    return "native" if "cluster" in named else "injected"


def has_storage_zones(consumer: ConsumerSettings) -> bool:
    """Return whether a consumer with zones has those of native clusters' storage accounts."""
    zones = consumer.zones
    assert zones is not None
    is_listed = any(is_storage_zone(id.name) for id in zones.zone_ids)
    return bool(zones.zones_in) or zones.storage_zones == "made" or is_listed


# Zones


def _lost_zones(
    settings: Settings, clusters: Mapping[str, ClusterFacts], hand_overs: Mapping[str, HandOver]
) -> dict[str, Unreadable]:
    """
    The zones that are not expected in `zones_in`.

    Of a consumer that can create zones, that is the zone of its clusters' own names: it is why it has a group for them.
    """
    names = zones_of_clusters(settings, clusters, hand_overs)
    return {
        id.key: Unreadable("NotFound", "")
        for consumer in settings.consumers.values()
        if consumer.zones and consumer.zones.resource_group
        for cluster in names
        if consumer.connects_to(cluster)
        for name in names[cluster]
        if not is_storage_zone(name)
        for id in listed_zones(consumer, name)
        if id not in consumer.zones.zone_ids
    }


def _domains(settings: Settings, *, regions_differ: bool) -> dict[str, str]:
    """The domains of the clusters' hosts: that of an existing zone in the settings, or one that is made up."""
    names = {key: cluster.id.name for key, cluster in settings.clusters.items() if cluster.id}
    names |= {key: source.cluster or key for key, source in settings.hand_overs.items()}
    # Two clusters of one name have to be in two regions: only then can both have a host.
    count = Counter(_label(name) for name in names.values())
    taken: set[tuple[str, str]] = set()
    domains: dict[str, str] = {}
    for key, name in names.items():
        label = _label(name)
        possible = possible_domains(settings, key)
        is_apart = regions_differ or count[label] > 1
        made_up = f"{_host_label(f'{EXPECTED_REGION}-of-{key}') if is_apart else EXPECTED_REGION}.{UNKNOWN}"
        default = possible[0] if possible else made_up
        domains[key] = next((domain for domain in possible if (label, domain) not in taken), default)
        taken.add((label, domains[key]))
    return domains


def _label(cluster: str) -> str:
    """What the hosts of a cluster have in common with those of one that is called `ingest-…`."""
    return cluster.lower().removeprefix("ingest-")


def _host_label(name: str) -> str:
    return name.lower().replace("_", "-")


def possible_domains(settings: Settings, key: str) -> list[str]:
    """
    Return the domains that a cluster may have, as far as settings name existing zones.

    Its zone is one that all of its consumers have, of those who name zones. First come the domains in which the
    consumers share the fewest zones.
    """
    named = [
        [zone.name.lower() for zone in consumer.zone_ids if not is_storage_zone(zone.name)]
        for consumer in settings.consumers_of(key).values()
        if _names_zones_only(consumer)
    ]
    common = [zone for zone in named[0] if all(zone in zones for zones in named)] if named else []
    domains = [zone.removeprefix("privatelink.") for zone in common if zone.startswith("privatelink.")]
    domains.sort(key=lambda domain: -_number_of_zones(settings, key, f"privatelink.{domain}"))
    return [domain for domain in domains if _DOMAIN.fullmatch(domain)]


def _names_zones_only(consumer: ConsumerSettings) -> bool:
    """Whether a consumer has the zones of `zone_ids`, and no others."""
    return consumer.zones is not None and not consumer.zones.resource_group and not consumer.zones.zones_in


def _number_of_zones(settings: Settings, key: str, name: str) -> int:
    """How many zones of a name the consumers of a cluster have between them."""
    places: set[tuple[str, str]] = set()
    for consumer in settings.consumers_of(key).values():
        if consumer.zones and consumer.zones.resource_group:
            places.add((consumer.zone_subscription, consumer.zones.resource_group.lower()))
        places |= {
            (zone.subscription, zone.resource_group.lower()) for zone in consumer.zone_ids if zone.name.lower() == name
        }
    return len(places)


def _hosts(cluster: str, domain: str) -> dict[Role, str]:
    host = f"{_host_label(cluster)}.{domain}"
    return {"engine": host, "ingestion": f"ingest-{host}"}


def _nat_subnet(key: str) -> SubnetId:
    return SubnetId.of(NO_SUBSCRIPTION, UNKNOWN, f"network-of-{key}", UNKNOWN)


def _public_ips(key: str) -> dict[Role, PublicAddressId | None]:
    return {role: PublicAddressId.of(NO_SUBSCRIPTION, UNKNOWN, f"address-of-{key}-{role}") for role in ROLES}


def _load_balancer(settings: Settings, key: str, role: Role) -> LoadBalancerFacts:
    cluster = settings.clusters[key]
    service, home = cluster.service(role), cluster.home
    id = service.load_balancer
    if not isinstance(id, LoadBalancerId):
        name = id or load_balancer_name(home.name, role, "elb")
        id = LoadBalancerId.of(home.subscription, home.resource_group, name)
    # Clusters that share a load balancer have frontends of their own.
    frontend = service.frontend or f"frontend-of-{home.name}-{role}"
    frontend_id = FrontendId.of(id.subscription, id.resource_group, id.name, frontend)
    return LoadBalancerFacts(
        id=id,
        location=EXPECTED_REGION,
        sku="Standard",
        frontends=(FrontendFacts(frontend_id, _public_ips(key)[role]),),
    )


def _networks(settings: Settings) -> dict[str, NetworkFacts]:
    ids = [consumer.subnet_id for consumer in settings.consumers.values()]
    ids += [cluster.nat.subnet_id for cluster in settings.clusters.values() if cluster.nat.subnet_id]
    ids += [_nat_subnet(key) for key in settings.clusters]
    networks: dict[str, dict[str, SubnetFacts]] = {}
    for id in ids:
        facts = SubnetFacts(service_policies_enabled=False, delegated_to=None, prefixes=(_ANY_ADDRESS,))
        networks.setdefault(id.network.key, {})[id.name.lower()] = facts
    return {key: NetworkFacts(EXPECTED_REGION, subnets) for key, subnets in networks.items()}


def _hand_over(settings: Settings, key: str, domain: str, kind: ClusterKind) -> HandOver:
    """A hand-over that is not at hand: of a cluster whose owner publishes everything."""
    cluster, is_native = settings.hand_overs[key].cluster or key, kind == "native"
    zone, hosts = f"privatelink.{domain}", _hosts(cluster, domain)
    services = {
        role: HandedService.model_construct(
            alias="",
            records=(HandedRecord.model_construct(host=host, name=record_of(host)),),
        )
        for role, host in hosts.items()
    }
    target = HandedTarget.model_construct(
        id=str(ClusterId.of(NO_SUBSCRIPTION, f"group-of-{key}", cluster)),
        group="cluster",
        hosts=hosts,
        zones=native_zones(zone, hosts["engine"]),
    )
    # Unchecked: an alias cannot be made up.
    return HandOver.model_construct(
        version=2 if is_native else 1,
        cluster=None,
        location=EXPECTED_REGION,
        zone=zone,
        request_message="",
        services={} if is_native else services,
        targets={"cluster": target} if is_native else {},
    )
