"""What the parts of the planning share: what was said, what is known, and what was found to be wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Address

from ..facts.records import ConnectionFacts, Facts, NetworkFacts, ServiceFacts, SubnetFacts, Unreadable
from ..naming import azure as names
from ..naming.accesses import Access, accesses
from ..problems import Problem
from ..resource_ids import ResourceId, ServiceId, SubnetId, ZoneId
from ..settings import HandedRecord, Role, Settings


@dataclass(frozen=True)
class Offer:
    """What endpoints and zones have to know of a cluster, whoever publishes it."""

    key: str
    name: str
    """Its lasting key."""
    location: str
    zone_name: str
    records: Mapping[Role, tuple[HandedRecord, ...]]
    aliases: Mapping[Role, str] | None
    """What somebody else's services are called; None for services of this stack."""
    request_message: str
    allowed_roles: Mapping[str, Sequence[Role]] = field(default_factory=dict[str, Sequence[Role]])
    """By subscription, what somebody else approves connections to, where these are not all."""
    takes_new_endpoints: bool = True
    """Otherwise only those are planned that are there already."""


@dataclass
class Planning:
    """One run of `topology`."""

    settings: Settings
    facts: Facts
    problems: list[Problem] = field(default_factory=list[Problem])
    _zones: dict[tuple[str, str], ZoneId | None] = field(default_factory=dict[tuple[str, str], "ZoneId | None"])

    @cached_property
    def accesses(self) -> Mapping[str, tuple[Access, ...]]:
        """Who connects to what, by cluster key."""
        found: dict[str, list[Access]] = {}
        for each in accesses(self.settings, self.facts.hand_overs):
            found.setdefault(each.cluster, []).append(each)
        return {key: tuple(each) for key, each in found.items()}

    @cached_property
    def services(self) -> Mapping[tuple[str, Role], ServiceId]:
        """The ids of the private link services that the settings ask for, by cluster key and role."""
        return {
            (key, role): names.service(self.settings, key, role)
            for key, cluster in self.settings.clusters.items()
            for role in cluster.published
        }

    def zone(self, consumer: str, name: str) -> ZoneId | None:
        """As `names.zone`; each is asked for by several parts."""
        if (consumer, name) not in self._zones:
            self._zones[consumer, name] = names.zone(self.settings.consumers[consumer], name)
        return self._zones[consumer, name]

    def is_own(self, connection: ConnectionFacts, service: ServiceFacts) -> bool:
        """
        Whether a connection of a service is one of this stack's.

        Its endpoint is one that the last update left, or is planned to connect to this very service: one that was
        created by hand may have the name of an endpoint that is planned for another.
        """
        endpoint = connection.endpoint_id.lower()
        return endpoint in self._left_endpoints or (service.id.lower(), endpoint) in self._planned_connections

    @cached_property
    def _left_endpoints(self) -> frozenset[str]:
        return frozenset(each.id.key for each in self.facts.former.endpoints)

    @cached_property
    def _planned_connections(self) -> frozenset[tuple[str, str]]:
        """The ids (lower case) of services of this stack, each with that of an endpoint."""
        planned = (access for each in self.accesses.values() for access in each)
        return frozenset((each.service.key, each.endpoint.key) for each in planned if each.service)

    @cached_property
    def service_ids(self) -> frozenset[str]:
        """The ids (lower case) of the private link services that the settings ask for."""
        return frozenset(each.key for each in self.services.values())

    @cached_property
    def former_services(self) -> Mapping[tuple[str, str], str]:
        """The ids (lower case) of the services that the last update left, by cluster key and role."""
        return {(each.cluster, each.role): each.id.key for each in self.facts.former.services}

    @cached_property
    def former_endpoints(self) -> Mapping[tuple[str, str, str], str]:
        """The ids (lower case) of the endpoints that the last update left, by cluster key, consumer key and role."""
        return {(each.cluster, each.consumer, each.role): each.id.key for each in self.facts.former.endpoints}

    def report(self, path: str, message: str, remedy: str, value: object = None) -> None:
        """Something is wrong."""
        self.problems.append(Problem(path, message, remedy, value))

    def report_unreadable(self, path: str, unreadable: Unreadable, what: str, value: str | None) -> None:
        """Something that has to be known is not."""
        if unreadable.not_found:
            self.report(
                path,
                f"leads nowhere: Azure has no such resource ({what})",
                "correct it; the object must exist already",
                value,
            )
        else:
            self.report(path, f"cannot be read ({what}): {unreadable.reason}", unreadable.remedy, value)

    def subnet(self, path: str, id: SubnetId) -> SubnetFacts | None:
        """A subnet's facts; without them the reason is reported."""
        facts = self.facts.network(id.network)
        if isinstance(facts, Unreadable):
            self.report_unreadable(path, facts, "its virtual network", str(id))
            return None
        found = facts.subnets.get(id.name.lower())
        if found is None:
            names = ", ".join(sorted(facts.subnets)) or "none"
            self.report(
                path, f"is not in its network; the subnets there: {names}", "correct the subnet's name", str(id)
            )
        return found

    def location_of(self, id: SubnetId) -> str | None:
        """The region of a subnet's network."""
        network = self.facts.network(id.network)
        return network.location if isinstance(network, NetworkFacts) else None

    def check_address(self, path: str, address: str, subnet: SubnetFacts, id: ResourceId) -> None:
        """A static address lies in its subnet, and is none of those that Azure keeps for itself there."""
        # The first four and the last of each prefix (MicrosoftDocs, virtual-networks-faq.md, "restrictions on IP
        # addresses"); codes PrivateIPAddressNotInSubnet and PrivateIPAddressInReservedRange.
        wanted = IPv4Address(address)
        prefix = next((each for each in subnet.prefixes if wanted in each), None)
        if prefix is None:
            ranges = ", ".join(str(each) for each in subnet.prefixes) or "none that is known"
            self.report(path, f"is not in subnet {id.name} ({ranges})", "write an address of the subnet", address)
        elif wanted < prefix[4] or wanted == prefix.broadcast_address:
            self.report(
                path,
                f"is kept by Azure: the first four and the last address of {prefix} are nobody's",
                f"write an address from {prefix[4]} to {prefix[-2]}",
                address,
            )
