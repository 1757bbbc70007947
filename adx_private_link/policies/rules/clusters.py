"""Rules about clusters: clusters of the same program, and what the settings say of a cluster's other access."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ..resources import CLUSTER, CLUSTER_SETTINGS, PolicyResource
from ..rule import Level, ResourceRule

_PUBLIC = "MicrosoftDocs, dataexplorer-docs, security-network-restrict-public-access.md"
_OUTBOUND = "MicrosoftDocs, dataexplorer-docs, security-network-restrict-outbound-access.md"
_TENANTS = "MicrosoftDocs, dataexplorer-docs, cross-tenant-query-and-commands.md"


class PublicAccessOff(ResourceRule):
    """Clusters that a program creates cannot be reached in public."""

    name: ClassVar[str] = "public-access-off"
    level: ClassVar[Level] = "mandatory"
    reason: ClassVar[str] = (
        "A private endpoint does not close the public one: both work until public access is disabled."
    )
    remedy: ClassVar[str] = "write `publicNetworkAccess: Disabled` on the cluster"
    source: ClassVar[str] = _PUBLIC
    types: ClassVar[tuple[str, ...]] = (CLUSTER,)

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a cluster can be reached in public."""
        if (access := resource.text("publicNetworkAccess") or "Enabled") != "Disabled":
            yield f"has public network access: {access}"


class OutboundRestricted(ResourceRule):
    """Clusters that a program creates connect to listed hosts only."""

    name: ClassVar[str] = "outbound-restricted"
    level: ClassVar[Level] = "advisory"
    reason: ClassVar[str] = "A user of a cluster can otherwise send its data to any host that callouts reach."
    remedy: ClassVar[str] = "write `restrictOutboundNetworkAccess: Enabled` on the cluster, and its `allowedFqdnList`"
    source: ClassVar[str] = _OUTBOUND
    types: ClassVar[tuple[str, ...]] = (CLUSTER,)

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a cluster connects to every host."""
        if resource.text("restrictOutboundNetworkAccess") != "Enabled":
            yield "connects to every host"


class TrustedTenantsListed(ResourceRule):
    """Clusters that a program creates trust listed tenants only."""

    name: ClassVar[str] = "trusted-tenants-listed"
    level: ClassVar[Level] = "advisory"
    reason: ClassVar[str] = "By default, users of every tenant can use a cluster if they get a role in it."
    remedy: ClassVar[str] = "write `trustedExternalTenants` on the cluster: `[]` for its own tenant only"
    source: ClassVar[str] = _TENANTS
    types: ClassVar[tuple[str, ...]] = (CLUSTER,)

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a cluster trusts all tenants."""
        tenants = [tenant.get("value") for tenant in resource.items("trustedExternalTenants")]
        if "trustedExternalTenants" not in resource.inputs or "*" in tenants:
            yield "trusts all tenants"


class LockDownStated(ResourceRule):
    """Settings state who reaches a cluster beside its private endpoints."""

    name: ClassVar[str] = "lock-down-stated"
    level: ClassVar[Level] = "advisory"
    reason: ClassVar[str] = (
        "Private endpoints do not close a cluster's public address. What is stated is compared with Azure at each "
        "preview, and `adx-private-link lock-down` applies it."
    )
    remedy: ClassVar[str] = "write `public_access: closed`, or a list of ranges and service tags"
    source: ClassVar[str] = _PUBLIC
    types: ClassVar[tuple[str, ...]] = (CLUSTER_SETTINGS,)

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that the settings leave a cluster open, or do not say."""
        access = resource.inputs.get("public_access")
        if access in (None, "open"):
            yield "is stated as open to the public" if access else "does not state its public access"
