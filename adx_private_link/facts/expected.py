"""
The facts that settings let one expect, for whoever cannot ask Azure: all that they name is there, and as it should be.

So whatever is wrong all the same is wrong with the settings themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from ipaddress import IPv4Network

from ..naming import azure as names
from ..naming.accesses import accesses
from ..resource_ids import LoadBalancerId, SubnetId
from ..settings import ROLES, DnsSettings, ExistingZones, HandedRecord, HandedService, HandOver, Role, Settings
from .records import ClusterFacts, EndpointFacts, Facts, FrontendFacts, LoadBalancerFacts, NetworkFacts, SubnetFacts

UNKNOWN = "invalid"
"""The top-level domain of hosts whose region nobody knows here: no such name is ever real (RFC 2606)."""
_NOBODYS = "00000000-0000-0000-0000-000000000000"
"""The subscription of what nobody knows here."""
EXPECTED_REGION = "region"
"""The region of what nobody knows here; no region of Azure has this name."""
_DOMAIN = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
"""Of a cluster's host name; the names of zones may be others."""
_ANY_ADDRESS = IPv4Network("0.0.0.0/0")


def expected_facts(
    settings: Settings, hand_overs: Mapping[str, HandOver] | None = None, *, regions_differ: bool = False
) -> Facts:
    """
    The facts of an Azure in which settings can be deployed, with those hand-overs that are at hand.

    Clusters whose region nobody knows are in one, unless `regions_differ`.
    """
    domains = _domains(settings, regions_differ=regions_differ)
    given = {key: (hand_overs or {}).get(key) or each.inline for key, each in settings.hand_overs.items()}
    handed = {
        key: each or _hand_over(settings.hand_overs[key].cluster or key, domains[key]) for key, each in given.items()
    }
    return Facts(
        clusters={
            key: ClusterFacts(EXPECTED_REGION, _hosts(each.id.name, domains[key]), _nat_subnet(key), _public_ips(key))
            for key, each in settings.clusters.items()
            if each.id and not each.described
        },
        load_balancers={
            (key, role): _load_balancer(settings, key, role)
            for key, each in settings.clusters.items()
            for role in each.published
        },
        networks=_networks(settings),
        hand_overs=handed,
        endpoints=dict.fromkeys((each.endpoint.key for each in accesses(settings, handed)), EndpointFacts("Approved")),
    )


def _domains(settings: Settings, *, regions_differ: bool) -> dict[str, str]:
    """The domains of the clusters' hosts: a zone that exists tells which, otherwise nobody does."""
    called = {key: each.id.name for key, each in settings.clusters.items() if each.id}
    called |= {key: each.cluster or key for key, each in settings.hand_overs.items()}
    # Two clusters of one name have to be in two regions: only then can both have a host.
    alike = Counter(_label(each) for each in called.values())
    taken: set[tuple[str, str]] = set()
    found: dict[str, str] = {}
    for key, name in called.items():
        label = _label(name)
        known = possible_domains(settings, key)
        is_apart = regions_differ or alike[label] > 1
        made_up = f"{_host_label(f'{EXPECTED_REGION}-of-{key}') if is_apart else EXPECTED_REGION}.{UNKNOWN}"
        found[key] = next((each for each in known if (label, each) not in taken), known[0] if known else made_up)
        taken.add((label, found[key]))
    return found


def _label(cluster: str) -> str:
    """What the hosts of a cluster have in common with those of one that is called `ingest-…`."""
    return cluster.lower().removeprefix("ingest-")


def _host_label(name: str) -> str:
    return name.lower().replace("_", "-")


def possible_domains(settings: Settings, key: str) -> list[str]:
    """
    The domains that a cluster may have, as far as settings name zones.

    Its zone is one that all of its consumers have, of those who name zones. First come those by which the consumers
    are least in each other's way.
    """
    named = [
        [each.name.lower() for each in consumer.dns.zone_ids]
        for consumer in settings.consumers_of(key).values()
        if isinstance(consumer.dns, ExistingZones)
    ]
    common = [each for each in named[0] if all(each in zones for zones in named)] if named else []
    domains = [each.removeprefix("privatelink.") for each in common if each.startswith("privatelink.")]
    domains.sort(key=lambda each: -_number_of_zones(settings, key, f"privatelink.{each}"))
    return [each for each in domains if _DOMAIN.fullmatch(each)]


def _number_of_zones(settings: Settings, key: str, name: str) -> int:
    """How many zones of a name the consumers of a cluster have between them."""
    found: set[tuple[str, str]] = set()
    for consumer in settings.consumers_of(key).values():
        if isinstance(consumer.dns, DnsSettings):
            found.add((consumer.zone_subscription, consumer.dns.resource_group.lower()))
        found |= {(e.subscription, e.resource_group.lower()) for e in consumer.zone_ids if e.name.lower() == name}
    return len(found)


def _hosts(cluster: str, domain: str) -> dict[Role, str]:
    host = f"{_host_label(cluster)}.{domain}"
    return {"engine": host, "ingestion": f"ingest-{host}"}


def _nat_subnet(key: str) -> str:
    return str(SubnetId.of(_NOBODYS, UNKNOWN, f"network-of-{key}", UNKNOWN))


def _public_ips(key: str) -> dict[Role, str]:
    return {role: f"address-of-{key}-{role}" for role in ROLES}


def _load_balancer(settings: Settings, key: str, role: Role) -> LoadBalancerFacts:
    cluster = settings.clusters[key]
    given = cluster.service(role)
    home, balancer = cluster.home, given.load_balancer
    if not isinstance(balancer, LoadBalancerId):
        name = balancer or names.load_balancer(home.name, role, "elb")
        balancer = LoadBalancerId.of(home.subscription, home.resource_group, name)
    # Clusters that share a load balancer have frontends of their own.
    frontend = given.frontend or f"frontend-of-{home.name}-{role}"
    return LoadBalancerFacts(
        id=str(balancer),
        location=EXPECTED_REGION,
        sku="Standard",
        frontends=(FrontendFacts(f"{balancer}/frontendIPConfigurations/{frontend}", frontend, _public_ips(key)[role]),),
    )


def _networks(settings: Settings) -> dict[str, NetworkFacts]:
    subnets = [each.subnet_id for each in settings.consumers.values()]
    subnets += [each.nat.subnet_id for each in settings.clusters.values() if each.nat.subnet_id]
    subnets += [SubnetId.parse(_nat_subnet(key)) for key in settings.clusters]
    found: dict[str, dict[str, SubnetFacts]] = {}
    for each in subnets:
        facts = SubnetFacts(service_policies_enabled=False, delegated_to=None, prefixes=(_ANY_ADDRESS,))
        found.setdefault(each.network.key, {})[each.name.lower()] = facts
    return {key: NetworkFacts(EXPECTED_REGION, each) for key, each in found.items()}


def _hand_over(cluster: str, domain: str) -> HandOver:
    """A hand-over that is not at hand: of a cluster whose owner publishes everything."""
    # Unchecked: an alias cannot be made up.
    return HandOver.model_construct(
        version=1,
        cluster=None,
        location=EXPECTED_REGION,
        zone=f"privatelink.{domain}",
        request_message="",
        services={
            role: HandedService.model_construct(
                alias="",
                records=(HandedRecord.model_construct(host=host, name=host.partition(".")[0]),),
            )
            for role, host in _hosts(cluster, domain).items()
        },
    )
