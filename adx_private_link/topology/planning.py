"""What the parts of the planning share: what was said, what is known, and what was found to be wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from ..facts import Facts, NetworkFacts, SubnetFacts, Unreadable
from ..problems import Problem
from ..resource_ids import ResourceId, SubnetId
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
    takes_new_endpoints: bool = True
    """Otherwise only those are planned that are there already."""


@dataclass
class Planning:
    """One run of `topology`."""

    settings: Settings
    facts: Facts
    problems: list[Problem] = field(default_factory=list[Problem])

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


def at_most(length: int, name: str) -> str:
    """Azure takes 64 characters for a deployment's name; what is cut off stays distinguishable."""
    if len(name) <= length:
        return name
    return f"{name[: length - 9]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
