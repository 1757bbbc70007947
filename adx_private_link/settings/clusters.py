"""The clusters of a stack: those that it publishes, and those that are handed over."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from ..kusto_hosts import KustoHost, possible_names
from ..resource_ids import ClusterId, FrontendId, ResourceId, SubnetId
from .cluster_access import ACCESS_SETTINGS, AccessSetting, Outbound, PublicAccess, TrustedTenants
from .diagnostics import DiagnosticSettings
from .hand_over import HandOver
from .keys import Key, Keyed
from .managed_endpoints import ManagedEndpointSettings, check_managed_endpoints
from .section import Section, reject, schema_requiring
from .tags import Tags
from .value_types import (
    ROLES,
    Address,
    HostName,
    LoadBalancer,
    Location,
    Once,
    PublishedNames,
    PublishedTargets,
    ResourceGroupName,
    ResourceName,
    Role,
    Roles,
    SubscriptionId,
    ZoneName,
)

KeptOfService = Literal["fqdns", "visibility", "auto_approval", "nat_addresses", "proxy_protocol", "tags"]


class ServiceSettings(Section):
    """Overrides of one role's private link service. Everything has a default."""

    name: ResourceName | None = Field(
        default=None,
        description="Name of the private link service. Default: `pls-{cluster key}-{role}`. A change replaces it.",
    )
    load_balancer: LoadBalancer | None = Field(
        default=None,
        description="The load balancer, by name (in the cluster's resource group) or by id. Default: "
        "`kucompute-{cluster}-elb` for the engine, `kudatamgmt-{cluster}-elb` for ingestion, `-ilb` where there is no "
        "`-elb`. A change replaces the service.",
    )
    frontend: str | None = Field(
        default=None,
        description="Name of the load balancer's frontend. Default: the one with the cluster's public address. "
        "A change replaces the service.",
    )
    nat_addresses: Annotated[list[Address], Once] | None = Field(
        default=None,
        min_length=1,
        max_length=8,
        description="Static NAT addresses in the NAT subnet, 1 to 8; the first is the primary one. Default: dynamic "
        "ones, as many as `nat.addresses`.",
    )
    proxy_protocol: bool = Field(
        default=False,
        strict=True,
        description="Whether connections carry the consumer's address and link in a PROXY v2 header. If the cluster "
        "does not understand the header, no client can connect.",
    )
    keep: Annotated[list[KeptOfService], Once] = Field(
        default_factory=list[KeptOfService],
        description="Properties that stay as they are in Azure, whatever the other settings say, for a service that "
        "was created by hand: `fqdns`, `visibility`, `auto_approval`, `nat_addresses`, `proxy_protocol`, `tags`.",
    )


_NO_OVERRIDES = ServiceSettings()


class NatSettings(Section):
    """The addresses from which consumers' traffic reaches the cluster."""

    subnet_id: SubnetId | None = Field(
        default=None,
        description="Subnet of the NAT addresses. Default: the cluster's own subnet. A change replaces the services.",
    )
    addresses: int = Field(
        default=1,
        strict=True,
        ge=1,
        le=8,
        description="How many NAT addresses each service has, 1 to 8. Azure cannot remove them.",
    )


class DescribedService(Section):
    """One role of a described cluster."""

    host: HostName = Field(description="Host name, from the cluster's URI for queries or for ingestion.")
    frontend_id: FrontendId = Field(description="Id of the load balancer frontend. A change replaces the service.")


class DescribedCluster(Section):
    """
    The facts of a cluster that the program cannot read, or that it creates itself.

    A native cluster has `hosts`; an injected one has `subnet_id` and `services`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                schema_requiring("hosts"),
                {"allOf": [schema_requiring("subnet_id"), schema_requiring("services")]},
            ]
        }
    )

    location: Location = Field(description="Region of the cluster, its load balancers and its subnet.")
    hosts: dict[Role, HostName] | None = Field(
        default=None,
        description="Of a native cluster: the host names by role, engine and ingestion, from its URIs for queries and "
        "for ingestion.",
    )
    subnet_id: SubnetId | None = Field(
        default=None, description="Of an injected cluster: the subnet of the NAT addresses, in the same region."
    )
    services: Annotated[dict[Role, DescribedService], Field(min_length=1)] | None = Field(
        default=None, description="Of an injected cluster: host and frontend by role."
    )

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if self.hosts is None:
            for name in ("subnet_id", "services"):
                if getattr(self, name) is None:
                    remedy = "write it; or, for a native cluster, its `hosts` instead of `subnet_id` and `services`"
                    reject(name, "is missing", remedy, is_missing=True)
            self._check_hosts()
            return self
        for role in ROLES:
            if role not in self.hosts:
                reject(f"hosts.{role}", "is missing", "write the host name of its URI", is_missing=True)
        for name in ("subnet_id", "services"):
            if getattr(self, name) is not None:
                remedy = "remove it for a native cluster; remove `hosts` for an injected one"
                reject(name, "cannot be combined with `hosts`", remedy)
        self._check_hosts()
        return self

    def _check_hosts(self) -> None:
        """Names of another cluster or region would be published, and the cluster's own would stay public."""
        for role, name in self.host_names.items():
            host = KustoHost.parse(name)
            if host and host.region != self.location:
                path = f"hosts.{role}" if self.hosts else f"services.{role}.host"
                remedy = "copy the host name from the cluster's URI, and correct the region"
                reject(path, f"is in region {host.region}, and the cluster in {self.location}: {name!r}", remedy)
        if self.possible_names == set():
            listed = ", ".join(self.host_names.values())
            remedy = "copy both from the cluster's URIs for queries and for ingestion"
            reject("hosts" if self.hosts else "services", f"has host names of several clusters: {listed}", remedy)

    @property
    def host_names(self) -> dict[Role, str]:
        """Its host names by role."""
        return self.hosts or {role: service.host for role, service in (self.services or {}).items()}

    @property
    def possible_names(self) -> set[str] | None:
        """The names that a cluster with all of its hosts may have; None where a host is of an unknown cloud."""
        known = [(role, host) for role, name in self.host_names.items() if (host := KustoHost.parse(name))]
        return possible_names(known) if len(known) == len(self.host_names) else None


_OF_ALL_CLUSTERS = {
    *("id", "described", "formerly", "zone", "targets", "names", "managed_endpoints", "diagnostics"),
    *ACCESS_SETTINGS,
}
"""The settings that native clusters have, too."""


class ClusterSettings(Section):
    """
    One cluster: injected in a virtual network, and published through private link services; or native.

    The kind is a fact: a setting that only services have is a problem for a native cluster.
    """

    model_config = ConfigDict(json_schema_extra={"anyOf": [schema_requiring("id"), schema_requiring("described")]})

    id: ClusterId | None = Field(
        default=None,
        description="Resource id of the cluster. Required, unless an injected cluster is `described`.",
    )
    described: DescribedCluster | None = Field(
        default=None,
        description="The cluster's facts, for an identity that cannot read the cluster, and for a cluster that the "
        "same program creates: then nothing of it is looked up.",
    )
    formerly: Key | None = Field(
        default=None,
        description="The former key, under which its services, endpoints and approvals were created: no resource is "
        "renamed.",
    )
    targets: PublishedTargets | None = Field(
        default=None,
        description="What private endpoints connect to, of a cluster that leaves its virtual network. `services`: its "
        "private link services. `both`: these and the cluster itself; the services lead clients to it while it is in "
        "its network, and its own endpoints once it has left. `cluster`: the cluster itself; the services are deleted. "
        "Default: the services of an injected cluster; the cluster itself if it is native; `both` if it has left its "
        "network and this stack still has services of it.",
    )
    names: PublishedNames = Field(
        default="private",
        description="`private`: its names lead to private endpoints. `public`: they have no records, so clients get "
        "the public addresses, as a bridge while the cluster leaves its virtual network or returns to it.",
    )
    resource_group: ResourceGroupName | None = Field(
        default=None,
        description="Resource group of the private link services. Default: the cluster's, or the load balancer's for a "
        "described cluster without an id. A change replaces them.",
    )
    roles: Roles | None = Field(default=None, description="Roles to publish: engine, ingestion. Default: both.")
    nat: NatSettings = Field(default=NatSettings(), description="NAT subnet and addresses.")
    services: dict[Role, ServiceSettings] = Field(
        default_factory=dict[Role, ServiceSettings], description="Overrides of the private link services, by role."
    )
    visibility: list[SubscriptionId] | None = Field(
        default=None,
        max_length=100,
        description="Subscriptions that can request a connection. Default: exactly those of the consumers, of the "
        "external consumers and of `auto_approval`.",
    )
    visible_to_all: bool = Field(
        default=False,
        strict=True,
        description="Whether everyone who knows an alias can request a connection (Azure's `*`), instead of the "
        "subscriptions in `visibility`. Every preview warns of it.",
    )
    auto_approval: list[SubscriptionId] | None = Field(
        default=None,
        max_length=100,
        description="Subscriptions whose connections Azure approves automatically. Default: those of consumers with "
        "`approval: auto`.",
    )
    zone: ZoneName | None = Field(
        default=None,
        description="Name of the private DNS zone of the cluster's own host names. Default: `privatelink.` before "
        "their domain.",
    )
    legacy_names: bool = Field(
        default=False,
        strict=True,
        description="Whether `private-{cluster}` and `ingest-private-{cluster}`, the host names that the cluster has "
        "in its own network, lead to the endpoints, too.",
    )
    public_access: PublicAccess | None = Field(
        default=None,
        description="Who reaches the cluster at its public address: `open` for all, `closed` for none, or a list of "
        "IPv4 addresses, IPv4 ranges and service tags. Private endpoints always pass. Default: not managed "
        "by this stack. `adx-private-link lock-down` applies it, not `pulumi up`.",
    )
    outbound: Outbound | None = Field(
        default=None,
        description="What the cluster connects to: `open` for everything, `{fqdns: […]}` for these hosts, or "
        "`{callouts: […]}` for these callouts. Default: not managed by this stack. `adx-private-link lock-down` "
        "applies it, not `pulumi up`.",
    )
    trusted_tenants: TrustedTenants | None = Field(
        default=None,
        description="Tenants whose users may use the cluster, if they have a role in it: `own` for the cluster's own "
        "only, `all`, or a list of ids of other tenants. Default: not managed by this stack. `adx-private-link "
        "lock-down` applies it, not `pulumi up`.",
    )
    diagnostics: DiagnosticSettings | None = Field(
        default=None,
        description="Logs and metrics of the cluster that Azure Monitor sends to one place, by a diagnostic setting "
        "named `adx-private-link`. Default: none of this stack.",
    )
    lock: bool = Field(
        default=False,
        strict=True,
        description="Whether a lock (CanNotDelete) protects the services from deletion: a new service "
        "has a new alias, and every connection to the old one is lost.",
    )
    protect: bool = Field(
        default=False,
        strict=True,
        description="Whether Pulumi rejects deleting or replacing the services.",
    )
    tags: Tags = Field(default_factory=dict[str, str], description="Tags of the private link services: 50 at most.")
    managed_endpoints: Keyed[ManagedEndpointSettings] = Field(
        default_factory=dict[str, ManagedEndpointSettings],
        description="The cluster's own private endpoints to its sources of data, by a key of your choice. In an "
        "injected cluster they take effect once it has left its virtual network.",
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.id is None and (self.described is None or self.described.hosts):
            remedy = "write the resource id of the cluster"
            others = "" if self.described else ", or the facts of an injected one under `described`"
            reject("id", "is missing", f"{remedy}{others}", is_missing=True)
        if self.visible_to_all and self.visibility is not None:
            reject("visibility", "cannot be combined with `visible_to_all`", "write one of the two")
        if self.described:
            if self.targets is not None:
                reject("targets", "cannot be combined with `described`, which says the cluster's kind", "remove it")
            self._check_described(self.described)
        for role in self.services:
            if self.offered_roles and role not in self.published:
                reject(f"services.{role}", "is not published", "add it to `roles`, or remove it here")
        check_managed_endpoints(self.managed_endpoints, self.id)
        return self

    def _check_described(self, described: DescribedCluster) -> None:
        for name in self.access_settings:
            reject(
                name,
                "cannot be combined with `described`: nothing of the cluster is looked up, so it would take no effect",
                "write it on the program's own cluster resource; or remove `described`",
            )
        names = described.possible_names
        if self.id and names is not None and self.id.name.lower() not in names:
            listed = ", ".join(described.host_names.values())
            reject(
                "described",
                f"has host names of another cluster than {self.id.name}: {listed}",
                "correct one of the two",
            )
        if described.services is None:
            return
        for role in self.roles or ():
            if role not in described.services:
                reject("roles", f"names {role}, which is not described", f"describe it (`described.services.{role}`)")
        for role, service in self.services.items():
            for name in ("load_balancer", "frontend"):
                if getattr(service, name) is not None:
                    remedy = f"remove it here; `described.services.{role}.frontend_id` says the same"
                    reject(f"services.{role}.{name}", "cannot be combined with `described`", remedy)

    @property
    def of_services(self) -> list[str]:
        """The names of its settings that concern private link services, which only injected clusters have."""
        return [name for name in sorted(self.model_fields_set - _OF_ALL_CLUSTERS) if getattr(self, name) is not None]

    @property
    def moves(self) -> bool:
        """Whether it leaves its virtual network, or has left it: only such a cluster has these settings."""
        return self.targets is not None or self.names == "public"

    @property
    def access_settings(self) -> list[AccessSetting]:
        """The names of its settings of access beside private endpoints, as far as this stack manages them."""
        return [name for name in ACCESS_SETTINGS if getattr(self, name) is not None]

    @property
    def offered_roles(self) -> Collection[Role]:
        """The roles that an injected cluster can publish; none for one that is described as native."""
        return (self.described.services or ()) if self.described else ROLES

    @property
    def published(self) -> tuple[Role, ...]:
        """Its roles while it is injected, in the order in which they are always named."""
        offered = self.offered_roles
        return tuple(role for role in ROLES if role in offered and (self.roles is None or role in self.roles))

    def service(self, role: Role) -> ServiceSettings:
        """Return the overrides of one service."""
        return self.services.get(role) or _NO_OVERRIDES

    @property
    def home(self) -> ResourceId:
        """The resource that the services are beside by default: the cluster, or its load balancer's frontend."""
        if self.id is not None:
            return self.id
        assert self.described is not None
        assert self.described.services is not None
        return self.described.services[self.published[0]].frontend_id


class HandOverSource(Section):
    """A cluster that another stack publishes, known by its hand-over: write one of `file`, `stack` and `inline`."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [schema_requiring("file"), schema_requiring("stack"), schema_requiring("inline")]}
    )

    file: str | None = Field(
        default=None,
        description="A JSON file, relative to the program's directory: the output of `pulumi stack output hand_overs "
        "--json` in the owner's stack, or one hand-over of it.",
    )
    stack: str | None = Field(
        default=None,
        description="The owner's stack, as `organization/project/stack`, which has the output `hand_overs`.",
    )
    inline: HandOver | None = Field(default=None, description="The hand-over itself.")
    cluster: Key | None = Field(
        default=None,
        description="The cluster's key in the owner's settings, if the source contains several hand-overs. "
        "Default: the key here.",
    )
    zone: ZoneName | None = Field(
        default=None,
        description="Name of the cluster's private DNS zone. Default: `privatelink.` before the domain of its host "
        "names. A hand-over that asks for another zone is rejected, unless you write that zone here.",
    )
    targets: PublishedTargets | None = Field(
        default=None,
        description="What private endpoints connect to, of a cluster whose hand-over has both, because it leaves its "
        "virtual network. `services`: its private link services. `both`: these and the cluster itself; the hand-over "
        "says which of them leads to it. `cluster`: the cluster itself; endpoints of the services are deleted. "
        "Default: `services` while these lead to it, then `both`.",
    )
    names: PublishedNames = Field(
        default="private",
        description="`private`: its names lead to private endpoints. `public`: they have no records, so clients get "
        "the public addresses, as a bridge of your own while its owner moves the cluster.",
    )
    formerly: Key | None = Field(
        default=None, description="The former key, under which its endpoints were created: no resource is renamed."
    )

    @model_validator(mode="after")
    def _is_in_one_place(self) -> Self:
        sources = [name for name in ("file", "stack", "inline") if getattr(self, name) is not None]
        if len(sources) != 1:
            message = f"has {' and '.join(sources)}" if sources else "has none of `file`, `stack` and `inline`"
            reject("", message, "write one of `file`, `stack` and `inline`")
        return self
