"""
Logical names: what Pulumi calls the resources of a stack.

They are built here and parsed here, and nowhere else. A logical name is a contract: another one is another resource.
The parts that come from keys are joined with dots, which keys cannot contain, so no two resources share a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from ..resource_ids import NetworkId, ZoneId

_LOCK = ".lock"
_ALERT = ".alert"
_DIAGNOSTICS = ".diagnostics"


@dataclass(frozen=True)
class ServiceName:
    """The name of a private link service: `{cluster}.{target}`."""

    cluster: str
    target: str

    def __str__(self) -> str:
        return f"{self.cluster}.{self.target}"

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """Parse a name; None for a name of another form."""
        parts = name.split(".")
        return cls(*parts) if len(parts) == 2 else None


@dataclass(frozen=True)
class ConsumerName:
    """The name of the component with a consumer's endpoints for one cluster: `{cluster}.{consumer}`."""

    cluster: str
    consumer: str

    def __str__(self) -> str:
        return f"{self.cluster}.{self.consumer}"

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """Parse a name; None for a name of another form."""
        parts = name.split(".")
        return cls(*parts) if len(parts) == 2 else None


@dataclass(frozen=True)
class _OfEndpoint:
    """The name of what a consumer has for one target of a cluster, with a suffix of its kind."""

    suffix: ClassVar[str]

    cluster: str
    consumer: str
    target: str

    def __str__(self) -> str:
        return f"{self.cluster}.{self.consumer}.{self.target}{self.suffix}"

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """Parse a name; None for a name of another form."""
        parts = name.removesuffix(cls.suffix).split(".")
        return cls(*parts) if name.endswith(cls.suffix) and len(parts) == 3 else None


class EndpointName(_OfEndpoint):
    """The name of a private endpoint: `{cluster}.{consumer}.{target}`."""

    suffix = ""

    @property
    def component(self) -> ConsumerName:
        """The component that the endpoint belongs to."""
        return ConsumerName(self.cluster, self.consumer)

    @property
    def approval(self) -> ApprovalName:
        """The approval of its connection."""
        return ApprovalName(self.cluster, self.consumer, self.target)

    @property
    def zone_group(self) -> ZoneGroupName:
        """Its zone group."""
        return ZoneGroupName(self.cluster, self.consumer, self.target)


class ApprovalName(_OfEndpoint):
    """The name of the approval of a consumer's connections to one target: `{cluster}.{consumer}.{target}.approval`."""

    suffix = ".approval"


class ZoneGroupName(_OfEndpoint):
    """The name of a private endpoint's zone group: `{cluster}.{consumer}.{target}.zone-group`."""

    suffix = ".zone-group"

    @property
    def endpoint(self) -> EndpointName:
        """The endpoint that has it."""
        return EndpointName(self.cluster, self.consumer, self.target)


@dataclass(frozen=True)
class _OfManagedEndpoint:
    """The name of what a cluster has for one managed private endpoint, with a suffix of its kind."""

    suffix: ClassVar[str]

    cluster: str
    key: str

    def __str__(self) -> str:
        return f"{self.cluster}.{self.key}{self.suffix}"

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """Parse a name; None for a name of another form."""
        parts = name.removesuffix(cls.suffix).split(".")
        return cls(*parts) if name.endswith(cls.suffix) and len(parts) == 2 else None


class ManagedEndpointName(_OfManagedEndpoint):
    """The name of a managed private endpoint: `{cluster}.{key}.managed-endpoint`."""

    suffix = ".managed-endpoint"

    @property
    def approval(self) -> ManagedApprovalName:
        """The approval of its connection."""
        return ManagedApprovalName(self.cluster, self.key)


class ManagedApprovalName(_OfManagedEndpoint):
    """The name of the approval of a managed private endpoint's connection: `{cluster}.{key}.managed-approval`."""

    suffix = ".managed-approval"


@dataclass(frozen=True)
class ZoneName:
    """
    The name of a private DNS zone, and its key in a topology: `{zone}@{resource group}.{subscription}`.

    A zone of the same name, resource group and subscription is the same zone.
    """

    zone: str
    resource_group: str
    subscription: str

    @classmethod
    def of(cls, id: ZoneId) -> Self:
        """Name the zone of an id."""
        return cls(id.name.lower(), id.resource_group.lower(), id.subscription.lower())

    def __str__(self) -> str:
        return f"{self.zone}@{self.resource_group}.{self.subscription}"

    @property
    def id(self) -> ZoneId:
        """The id of the zone, in lower case."""
        return ZoneId.of(self.subscription, self.resource_group, self.zone)

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """Parse a name; None for a name of another form."""
        zone, at, place = name.partition("@")
        resource_group, dot, subscription = place.rpartition(".")
        return cls(zone, resource_group, subscription) if at and dot and "@" not in place else None


@dataclass(frozen=True)
class RecordName:
    """
    The name of a record set: `{record}@{zone}@{resource group}.{subscription}`.

    Azure has one record set of a name in a zone. Named after both, the old record set is deleted and not mistaken for
    the new one, whatever writes it and wherever the zone moves.
    """

    record: str
    zone: ZoneName

    def __str__(self) -> str:
        return record_name(self.record, str(self.zone))

    @classmethod
    def parse(cls, name: str) -> Self | None:
        """Parse a name; None for a name of another form."""
        record, _, rest = name.partition("@")
        zone = ZoneName.parse(rest)
        return cls(record, zone) if zone else None


def record_name(record: str, zone: str) -> str:
    """Name a record set, by the logical name of its zone: see `RecordName`."""
    return f"{record}@{zone}"


def link_name(zone: ZoneId, network: NetworkId) -> str:
    """
    Name a virtual network link: `{zone}@{network}.{resource group}.{subscription}`.

    Azure links a network to one zone of a name. Named after both, the old link is deleted first, whatever moves it to
    another zone or under another key, and does not clash with the new one.
    """
    return f"{zone.name}@{network.name}.{network.resource_group}.{network.subscription}".lower()


def lock_name(resource: str) -> str:
    """Name the lock of a resource, by the resource's logical name."""
    return resource + _LOCK


def alert_name(resource: str) -> str:
    """Name the alert on a resource, by the resource's logical name."""
    return resource + _ALERT


def diagnostics_name(cluster: str) -> str:
    """Name the diagnostic setting of a cluster, by the key that the cluster's names are made from."""
    return cluster + _DIAGNOSTICS
