"""The risks of who gets in: public access, lists of subscriptions, approvals and locks."""

from __future__ import annotations

from typing import Literal

from .....settings import AccessSetting
from . import Kind, Risk, Value


class PublicAccessChanged(Risk):
    """A cluster that the same program has as a resource opens or closes its public address."""

    cluster: str
    """The logical name of the resource."""
    consumers: tuple[str, ...]
    """The consumers of this stack with private access to it after the update."""


class AccessDiffers(Risk):
    """The access of a cluster in Azure is not as its settings say, and the update does not change it."""

    kind: Kind = "access-differs"
    cluster: str
    settings: tuple[AccessSetting, ...]


class Subscription(Value):
    """A subscription, and the consumers of this stack in it."""

    id: str
    consumers: tuple[str, ...]


class ListWidened(Risk):
    """A list of subscriptions on private link services grows: `visibility` or `autoApproval`."""

    cluster: str
    targets: tuple[str, ...]
    list: Literal["visibility", "autoApproval"]
    is_open_to_all: bool
    added: tuple[Subscription, ...]


GivenBy = Literal["approved-by-update", "approved-by-azure"]


class ApprovalGiven(Risk):
    """A consumer's connections are approved."""

    kind: Kind = "approval-given"
    consumer: str
    cluster: str
    targets: tuple[str, ...]
    connection: GivenBy


class ExternalApprovalGiven(Risk):
    """Connections of an external consumer are approved."""

    kind: Kind = "approval-given"
    consumer: str
    cluster: str
    target: str
    connections: tuple[str, ...]


class ConnectionStays(Risk):
    """An external consumer is no longer expected, but stays connected."""

    kind: Kind = "connection-stays"
    consumer: str
    cluster: str
    target: str
    connections: tuple[str, ...]


class ApprovalAwaited(Risk):
    """A consumer's connections wait for the approval of the cluster's owner."""

    kind: Kind = "approval-awaited"
    consumer: str
    cluster: str
    targets: tuple[str, ...]


class ExternalLeftBehind(Risk):
    """An external consumer is connected to services of a cluster that offers itself as well, and not to itself."""

    kind: Kind = "external-left-behind"
    consumer: str
    cluster: str
    targets: tuple[str, ...]
    """The targets that it is connected to."""


class LockRemoved(Risk):
    """A lock is deleted while the resource that it protects stays."""

    kind: Kind = "lock-removed"
    protects: Literal["service", "zone", "unknown"]
    name: str
