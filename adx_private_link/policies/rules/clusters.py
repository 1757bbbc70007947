"""Rules about clusters: clusters of the same program, and what the settings say of a cluster's other access."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, collapse_addresses
from typing import ClassVar

from pydantic import Field

from ...settings.cluster_access import DestinationName, TenantId
from ..resources import CLUSTER, CLUSTER_SETTINGS, PolicyResource
from ..rule import Level, ResourceRule, SettingsRule

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
    remedy: ClassVar[str] = (
        "write `restrictOutboundNetworkAccess: Enabled` on the cluster, and in its `allowedFqdnList` only hosts that "
        "it needs, each in full; or add the host to the rule's `hosts`"
    )
    source: ClassVar[str] = _OUTBOUND
    types: ClassVar[tuple[str, ...]] = (CLUSTER,)

    hosts: list[DestinationName] | None = Field(
        default=None,
        description="Full names of the hosts that clusters may connect to; with `hosts`, callouts are violations, too. "
        "Default: all without a `*`.",
    )

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a cluster connects to every host, or each host and callout that is not allowed."""
        if resource.text("restrictOutboundNetworkAccess") != "Enabled":
            yield "connects to every host"
        for host in resource.texts("allowedFqdnList"):
            if "*" in host:
                yield f"connects to all hosts of {host}"
            elif self.hosts is not None and host.lower() not in self.hosts:
                yield f"connects to {host}, which is not listed"
        for callout in resource.items("calloutPolicies"):
            pattern = str(callout.get("calloutUriRegex"))
            if callout.get("outboundAccess") != "Deny" and (self.hosts is not None or _fits_all(pattern)):
                yield f"makes callouts to {pattern}"


class TrustedTenantsListed(ResourceRule):
    """Clusters that a program creates trust listed tenants only."""

    name: ClassVar[str] = "trusted-tenants-listed"
    level: ClassVar[Level] = "advisory"
    reason: ClassVar[str] = "By default, users of every tenant can use a cluster if they get a role in it."
    remedy: ClassVar[str] = (
        "write `trustedExternalTenants` on the cluster: `[]` for its own tenant only; or add the tenant to the rule's "
        "`tenants`"
    )
    source: ClassVar[str] = _TENANTS
    types: ClassVar[tuple[str, ...]] = (CLUSTER,)

    tenants: list[TenantId] | None = Field(
        default=None, description="Ids of the other tenants that clusters may trust. Default: all that are listed."
    )

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield that a cluster trusts all tenants, or each tenant that is not allowed."""
        trusted = [str(tenant.get("value")) for tenant in resource.items("trustedExternalTenants")]
        if "trustedExternalTenants" not in resource.inputs or "*" in trusted:
            yield "trusts all tenants"
        elif self.tenants is not None:
            for tenant in trusted:
                if tenant.lower() not in self.tenants:
                    yield f"trusts tenant {tenant}, which is not listed"


class LockDownStated(SettingsRule):
    """Settings state a cluster's access beside its private endpoints, and none of it is open to all."""

    name: ClassVar[str] = "lock-down-stated"
    level: ClassVar[Level] = "advisory"
    reason: ClassVar[str] = (
        "Private endpoints close neither a cluster's public address nor its way out. What is stated is compared with "
        "Azure at each preview, and `adx-private-link lock-down` applies it."
    )
    remedy: ClassVar[str] = (
        "write `public_access: closed` or a list of ranges and service tags, `outbound` with `fqdns` or `callouts`, "
        "and `trusted_tenants: own` or a list"
    )
    source: ClassVar[str] = _PUBLIC
    types: ClassVar[tuple[str, ...]] = (CLUSTER_SETTINGS,)

    def check(self, resource: PolicyResource) -> Iterator[str]:
        """Yield each kind of access that the settings leave open, or do not state."""
        access = {name: resource.inputs.get(name) for name in ("public_access", "outbound", "trusted_tenants")}
        for name, value in access.items():
            if value is None:
                yield f"does not state `{name}`"
        if access["public_access"] == "open" or _holds_internet(resource.texts("public_access")):
            yield "is stated as open to the public"
        callouts = [str(callout.get("uri_regex")) for callout in resource.items("outbound", "callouts")]
        if access["outbound"] == "open" or any(map(_fits_all, callouts)):
            yield "is stated as connecting to every host"
        if access["trusted_tenants"] == "all":
            yield "is stated as trusting all tenants"


def _holds_internet(ranges_and_tags: Sequence[str]) -> bool:
    """Return whether IPv4 ranges, together, have half of all addresses or more, or a tag stands for all of them."""
    ranges = [IPv4Network(entry) for entry in ranges_and_tags if entry[:1].isdigit()]
    is_wide = sum(network.num_addresses for network in collapse_addresses(ranges)) >= 2**31
    return is_wide or any(entry.lower() == "internet" for entry in ranges_and_tags)


def _fits_all(pattern: str) -> bool:
    """Return whether a regular expression for URIs is one of the usual ones for all of them."""
    return pattern.strip("^$") in ("", ".*", ".+", "https?://.*", "https://.*")
