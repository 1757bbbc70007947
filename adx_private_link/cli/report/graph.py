"""How the resources of a plan hang together: which service, record and approval belong to which endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .change import Change, last, subscription_of, text, texts
from .plan import StackPlan


@dataclass(frozen=True)
class Side:
    """One consumer's access to one cluster: its component, and what belongs to it."""

    plan: StackPlan
    component: Change

    @property
    def cluster(self) -> str:
        return cluster_of(self.plan, self.component)

    @property
    def consumer(self) -> str:
        return text(self.component.input("consumer")) or self.component.name.rpartition(".")[2]

    @property
    def endpoints(self) -> list[Change]:
        return self.plan.below(self.component, "PrivateEndpoint")

    def service(self, endpoint: Change) -> Change | None:
        """The service that an endpoint connects to, if it is this stack's."""
        services = _services_beside(self.plan, self.component)
        return of_role(self.plan, services, "PrivateLinkService", endpoint) if services else None

    def approval(self, endpoint: Change) -> Change | None:
        """This stack's approval of an endpoint's connection."""
        return of_role(self.plan, self.component, "Deployment", endpoint)

    def records(self, host: str) -> list[Change]:
        """A host's records, in whatever zones: of one that moves there are two."""
        label = host.partition(".")[0]
        found = self.plan.below(self.component, "PrivateRecordSet")
        return [each for each in found if each.name.partition("@")[0] == label]

    def hosts_before(self, role: str) -> list[str]:
        """The hosts that are published for a role now."""
        return texts(self.component.had("hosts", role))

    def hosts_after(self, role: str) -> list[str]:
        return texts(self.component.has("hosts", role))

    def hosts(self, role: str) -> list[str]:
        """All hosts of a role: those that are published, or will be, or else the one that the cluster has."""
        found = list(dict.fromkeys([*self.hosts_before(role), *self.hosts_after(role)]))
        whole = self.plan.changes.get(self.component.parent)
        host = text(whole.input("hosts", role)) if whole else None
        return found or [host or f"(host of the {role} not known)"]


def sides(plan: StackPlan) -> Iterator[Side]:
    """Every consumer of every cluster."""
    for each in plan.of("ConsumerEndpoints"):
        yield Side(plan, each)


def cluster_of(plan: StackPlan, component: Change) -> str:
    """
    A cluster's key, by its component or one of its halves: the one that it had first.

    With the name of an outer component, if there is one.
    """
    whole = plan.changes.get(component.parent)
    outer = whole if whole and whole.kind == "AdxPrivateLink" else component
    key = outer.name.partition(".")[0]
    is_inside = outer.parent and "::pulumi:pulumi:Stack::" not in outer.parent
    return f"{outer.parent.rsplit('::', 1)[-1]}/{key}" if is_inside else key


def role_of(change: Change) -> str:
    """The role that the name of an endpoint, a service, or an approval of theirs tells."""
    return change.name.removesuffix(".approval").rpartition(".")[2]


def of_role(plan: StackPlan, parent: Change, kind: str, other: Change) -> Change | None:
    """The resource of a kind in a component that is for the same role as another one."""
    return next((each for each in plan.below(parent, kind) if role_of(each) == role_of(other)), None)


def is_refused(service: Change | None) -> bool:
    """
    Whether Azure refuses a renamed service: the old one still has its load balancer's frontend.

    Pulumi creates the new one first; Azure's code is
    `PrivateLinkServiceCannotReferenceFrontendIpConfigurationReferencedByDifferentPrivateLinkService`.
    """
    if service is None or not service.is_renamed:
        return False
    old, new = (text(get("loadBalancerFrontendIpConfigurations", 0, "id")) for get in (service.had, service.has))
    return old is not None and new is not None and old.lower() == new.lower()


def connections(approval: Change) -> tuple[list[str], list[str]]:
    """The connections that an approval is for, by name: so far, and after the update."""
    path = ("properties", "parameters", "connections", "value")
    return texts(approval.had(*path)), texts(approval.has(*path))


def external_of(approval: Change) -> str:
    """The external consumer whose connections an approval is for."""
    return approval.name.split(".")[1]


def consumers_in(plan: StackPlan, subscription: str) -> list[str]:
    """The consumers whose endpoints lie in a subscription."""
    return sorted(
        {
            side.consumer
            for side in sides(plan)
            for each in side.endpoints
            if subscription_of(each.has("subnet", "id")) == subscription.lower()
        }
    )


def hosts_in(plan: StackPlan, zone: str) -> list[str]:
    """The hosts whose records are in a zone now; `zone` is its key."""
    return sorted(addresses_in(plan, zone)[0])


def addresses_in(plan: StackPlan, zone: str) -> tuple[dict[str, object], dict[str, object]]:
    """The hosts whose records are in a zone with their addresses, now and after the update; `zone` is its key."""
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for side in sides(plan):
        for role in {role_of(each) for each in side.endpoints}:
            for hosts, found, is_now in (
                (side.hosts_before(role), before, True),
                (side.hosts_after(role), after, False),
            ):
                for host in hosts:
                    for record in side.records(host):
                        if record.name.endswith(f"@{zone}") and (record.before if is_now else record.after):
                            address = ("aRecords", 0, "ipv4Address")
                            found[host] = record.had(*address) if is_now else record.has(*address)
    return before, after


def zone_words(key: str) -> str:
    """A zone's key, as people say it."""
    name, _, place = key.partition("@")
    return f"{name} (resource group {place.rpartition('.')[0]})"


def zones_in_words(keys: Sequence[str]) -> list[str]:
    """Several zones, told apart by their subscriptions where nothing else does."""
    words = [zone_words(each) for each in keys]
    return [
        f"{word.removesuffix(')')}, subscription {key.rpartition('.')[2]})" if words.count(word) > 1 else word
        for key, word in zip(keys, words, strict=True)
    ]


def network_id_of(link: Change) -> str:
    """The network that a link is for: an id has no case."""
    return str(link.input("virtualNetwork", "id")).lower()


def network_of(plan: StackPlan, link: Change) -> str:
    """The name of the network that a link is for; with its group, where another network of the name is linked."""
    id, name = str(link.input("virtualNetwork", "id")), last(link.input("virtualNetwork", "id"))
    ids = {network_id_of(each) for each in plan.of("VirtualNetworkLink")}
    alike = [each for each in ids if last(each) == name.lower()]
    parts = id.split("/")
    return f"{parts[4]}/{name}" if len(alike) > 1 and len(parts) > 4 else name


def _services_beside(plan: StackPlan, side: Change) -> Change | None:
    whole = plan.changes.get(side.parent)
    if whole and whole.kind == "AdxPrivateLink":
        return next(iter(plan.below(whole, "ClusterServices")), None)
    # A program may be made of the halves alone.
    name = side.name.partition(".")[0]
    return next((each for each in plan.of("ClusterServices") if each.name == name), None)
