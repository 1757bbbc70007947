"""Rules about private link services: who sees them, who is approved, and what keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from pydantic import Field

from ...naming.logical import ServiceName, lock_name
from ...settings.value_types import ROLES, SubscriptionId
from ..resources import CONSUMER, EXTERNAL_CONSUMER, LOCK, SERVICE, PolicyResource
from ..rule import Level, ResourceRule, SettingsRule, StackRule

_VISIBILITY = "MicrosoftDocs, azure-docs, articles/private-link/private-link-service-overview.md"
_LOCKS = "MicrosoftDocs, azure-docs, articles/azure-resource-manager/management/lock-resources.md"


class NoVisibilityToAll(ResourceRule):
    """Private link services are visible to listed subscriptions only."""

    name: ClassVar[str] = "no-visibility-to-all"
    level: ClassVar[Level] = "mandatory"
    reason: ClassVar[str] = (
        "Everyone who learns the alias of a service that is visible to all can request a connection."
    )
    remedy: ClassVar[str] = (
        "remove `visible_to_all`, list subscriptions in `visibility`, and remove `visibility` from `keep`"
    )
    source: ClassVar[str] = _VISIBILITY
    types: ClassVar[tuple[str, ...]] = (SERVICE,)

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a service is visible to all."""
        if "*" in resource.texts("visibility", "subscriptions"):
            yield "is visible to all (`*`)"
        yield from resource.keeps("visibility")


class VisibilityWithinList(ResourceRule):
    """Private link services are visible to known subscriptions only."""

    name: ClassVar[str] = "visibility-within-list"
    level: ClassVar[Level] = "mandatory"
    reason: ClassVar[str] = "A subscription that sees a service can request a connection, from any tenant."
    remedy: ClassVar[str] = (
        "remove the subscription from `visibility`, or add it to the rule's `subscriptions`; and remove `visibility` "
        "from `keep`"
    )
    source: ClassVar[str] = _VISIBILITY
    types: ClassVar[tuple[str, ...]] = (SERVICE,)

    subscriptions: list[SubscriptionId] | None = Field(
        default=None, description="Ids of the subscriptions that may see services. Default: all."
    )

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield each subscription that sees a service and is not listed."""
        if self.subscriptions is not None:
            for subscription in _others(resource.texts("visibility", "subscriptions"), self.subscriptions):
                yield f"is visible to subscription {subscription}, which is not listed"
            yield from resource.keeps("visibility")


class AutoApprovalWithinList(ResourceRule):
    """Azure approves connections automatically for known subscriptions only."""

    name: ClassVar[str] = "auto-approval-within-list"
    level: ClassVar[Level] = "mandatory"
    reason: ClassVar[str] = (
        "With automatic approval, everyone who can create a private endpoint in the subscription gets a connection, "
        "whether or not a stack asks for it."
    )
    remedy: ClassVar[str] = (
        "use `approval: approve`, and remove the subscription from `auto_approval`; or add it to the rule's "
        "`subscriptions`; and remove `auto_approval` from `keep`"
    )
    source: ClassVar[str] = _VISIBILITY
    types: ClassVar[tuple[str, ...]] = (SERVICE,)

    subscriptions: list[SubscriptionId] = Field(
        default_factory=list[str], description="Ids of the subscriptions with automatic approval. Default: none."
    )

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield each subscription that is approved automatically and is not listed."""
        for subscription in _others(resource.texts("autoApproval", "subscriptions"), self.subscriptions):
            yield f"approves connections from subscription {subscription} automatically"
        yield from resource.keeps("auto_approval")


class ApprovalsWithinList(SettingsRule):
    """A stack approves private endpoints in known subscriptions only."""

    name: ClassVar[str] = "approvals-within-list"
    level: ClassVar[Level] = "mandatory"
    reason: ClassVar[str] = (
        "An approved private endpoint reaches the cluster, and a native cluster has no list of visibility before that."
    )
    remedy: ClassVar[str] = "remove the consumer, or add its subscription to the rule's `subscriptions`"
    source: ClassVar[str] = "MicrosoftDocs, dataexplorer-docs, security-network-private-endpoint-create.md"
    types: ClassVar[tuple[str, ...]] = (CONSUMER, EXTERNAL_CONSUMER)

    subscriptions: list[SubscriptionId] | None = Field(
        default=None, description="Ids of the subscriptions with approved private endpoints. Default: all."
    )

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a consumer, external or not, is in another subscription."""
        if self.subscriptions is not None:
            for subscription in _others([resource.text("subscription")], self.subscriptions):
                yield f"is approved in subscription {subscription}, which is not listed"


class ExternalConsumersNamed(SettingsRule):
    """External consumers name the private endpoints that this stack approves."""

    name: ClassVar[str] = "external-consumers-named"
    level: ClassVar[Level] = "advisory"
    reason: ClassVar[str] = "Without names, the stack approves every private endpoint of the subscription."
    remedy: ClassVar[str] = "write `endpoint_names`"
    source: ClassVar[str] = _VISIBILITY
    types: ClassVar[tuple[str, ...]] = (EXTERNAL_CONSUMER,)

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that an external consumer has no names."""
        if not resource.texts("endpoint_names"):
            yield "names no private endpoints, so all of its subscription are approved"


class ServicesLocked(StackRule):
    """Private link services have a lock."""

    name: ClassVar[str] = "services-locked"
    level: ClassVar[Level] = "advisory"
    reason: ClassVar[str] = (
        "A service that is deleted and created again has a new alias, and all connections to the old one are lost."
    )
    remedy: ClassVar[str] = "write `lock: true` for the cluster"
    source: ClassVar[str] = _LOCKS

    def check(self, resources: Sequence[PolicyResource]) -> Iterator[tuple[PolicyResource, str]]:
        """Yield each service without a lock."""
        return without_lock(resources, SERVICE)


class ServicesProtected(ResourceRule):
    """Pulumi rejects the deletion of private link services."""

    name: ClassVar[str] = "services-protected"
    level: ClassVar[Level] = "disabled"
    reason: ClassVar[str] = "A lock is removed with its service by the update that deletes both; protection stops it."
    remedy: ClassVar[str] = "write `protect: true` for the cluster"
    source: ClassVar[str] = "pulumi/docs, concepts/resources/options/protect"
    types: ClassVar[tuple[str, ...]] = (SERVICE,)

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a service is not protected."""
        if not resource.is_protected:
            yield "is not protected"


class BothRoles(StackRule):
    """Injected clusters publish engine and ingestion."""

    name: ClassVar[str] = "both-roles"
    level: ClassVar[Level] = "advisory"
    reason: ClassVar[str] = "Without ingestion, clients can query a cluster privately, and ingest only in public."
    remedy: ClassVar[str] = "publish both roles: remove `roles`"
    source: ClassVar[str] = "MicrosoftDocs, dataexplorer-docs, security-network-private-link-service.md"

    def check(self, resources: Sequence[PolicyResource]) -> Iterator[tuple[PolicyResource, str]]:
        """Yield the service of each cluster that has one only."""
        by_cluster: dict[str, dict[str, PolicyResource]] = {}
        for resource in resources:
            if resource.type == SERVICE and (name := ServiceName.parse(resource.name)):
                by_cluster.setdefault(name.cluster, {})[name.target] = resource
        for services in by_cluster.values():
            missing = [role for role in ROLES if role not in services]
            if missing and services:
                yield next(iter(services.values())), f"is the only one of its cluster: {', '.join(missing)} is missing"


def without_lock(resources: Sequence[PolicyResource], type: str) -> Iterator[tuple[PolicyResource, str]]:
    """Yield each resource of a type without a lock of its own."""
    locks = {resource.name for resource in resources if resource.type == LOCK}
    for resource in resources:
        if resource.type == type and lock_name(resource.name) not in locks:
            yield resource, "has no lock"


def _others(subscriptions: Sequence[str], listed: Sequence[str]) -> list[str]:
    """Return the subscriptions that are not listed; `*`, all of them, never is."""
    return [subscription for subscription in subscriptions if subscription.lower() not in listed]
