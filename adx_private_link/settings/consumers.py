"""Consumers: the networks that want private access, of this stack and of other stacks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ..resource_ids import ApplicationSecurityGroupId, SubnetId, ZoneId
from .dns import Dns, DnsSettings
from .keys import Key
from .section import Section
from .tags import Tags
from .value_types import Address, EndpointName, Once, ResourceGroupName, ResourceName, Roles, SubscriptionId, Target

Approval = Literal["approve", "auto", "resource_id", "elsewhere"]
KeptOfEndpoint = Literal["connection_name", "request_message", "address", "application_security_groups", "tags"]


class EndpointSettings(Section):
    """Overrides of one private endpoint. Everything has a default."""

    name: EndpointName | None = Field(
        default=None,
        description="Name of the private endpoint, 2 to 64 characters. Default: `pe-{cluster}-{target}-{consumer}`, "
        "shortened if it is longer. A change replaces it.",
    )
    address: Address | None = Field(
        default=None,
        description="Static address in the subnet; endpoints of native clusters have none. Default: Azure chooses one. "
        "A change replaces the endpoint.",
    )
    interface_name: ResourceName | None = Field(
        default=None,
        description="Name of the endpoint's network interface. Default: Azure chooses one. A change replaces the "
        "endpoint.",
    )
    by_id: bool = Field(
        default=False,
        strict=True,
        description="Whether the endpoint connects to the service by its id, not by its alias. Endpoints of native "
        "clusters always connect by id. A change replaces the endpoint.",
    )
    zone_group: ResourceName | None = Field(
        default=None,
        description="Name of the zone group by which Azure writes the records of a native cluster. If the endpoint has "
        "a zone group already, write its name, and `adx-private-link adopt` imports it. Default: `default`. A change "
        "replaces the zone group.",
    )
    keep: Annotated[list[KeptOfEndpoint], Once] = Field(
        default_factory=list[KeptOfEndpoint],
        description="Properties that stay as they are in Azure, whatever the other settings say, for an endpoint that "
        "was created by hand: `connection_name`, `request_message`, `address`, `application_security_groups`, `tags`.",
    )


_NO_OVERRIDES = EndpointSettings()


class ConsumerSettings(Section):
    """A network that wants private access."""

    subnet_id: SubnetId = Field(description="Subnet of the private endpoints. A change replaces them.")
    formerly: Key | None = Field(
        default=None,
        description="The former key, under which its endpoints were created: no resource is renamed.",
    )
    resource_group: ResourceGroupName | None = Field(
        default=None,
        description="Resource group of the private endpoints. Default: the network's. A change replaces them.",
    )
    clusters: list[Key] | None = Field(
        default=None, description="Keys of the clusters to connect to. Default: all clusters of the stack."
    )
    roles: Roles | None = Field(
        default=None,
        description="Roles of injected clusters to connect to: engine, ingestion. Default: all roles that a cluster "
        "publishes. An endpoint of a native cluster serves all roles.",
    )
    approval: Approval = Field(
        default="approve",
        description="`approve`: this stack approves exactly its own connections; the owner of a handed-over cluster "
        "approves them instead, and nothing is published before. `auto`: Azure approves all connections from the "
        "consumer's subscription to private link services; for native clusters the same as `approve`. `resource_id`: "
        "the endpoints connect by the id of the service or cluster, and Azure approves at once if the caller has the "
        "right; a change to or from it replaces the endpoints. `elsewhere`: others approve, by hand for example, and "
        "nothing is published before.",
    )
    request_message: Annotated[str, StringConstraints(max_length=140)] | None = Field(
        default=None,
        description="The message to the owner of the service or cluster, 140 characters at most. Default: `Private "
        "access to Azure Data Explorer`, or the message of a hand-over.",
    )
    endpoints: dict[Key, dict[Target, EndpointSettings]] = Field(
        default_factory=dict[str, dict[Target, EndpointSettings]],
        description="Overrides of the private endpoints, by cluster key and target.",
    )
    application_security_groups: list[ApplicationSecurityGroupId] = Field(
        default_factory=list[ApplicationSecurityGroupId],
        description="Application security groups of the private endpoints, in the network's region.",
    )
    dns: Dns = Field(
        description="Where clients find the names of the clusters: `{zones_in: […]}` or `{zone_ids: […]}` for existing "
        "zones; `{resource_group: …}` for zones that this stack creates, with `storage_zones: made` those of native "
        "clusters, too; `elsewhere` if another team or tool manages the names."
    )
    tags: Tags = Field(default_factory=dict[str, str], description="Tags of the private endpoints: 50 at most.")

    @property
    def zones(self) -> DnsSettings | None:
        """Its private DNS zones; None if another team or tool manages the names."""
        return self.dns if isinstance(self.dns, DnsSettings) else None

    @property
    def zone_subscription(self) -> str:
        """The subscription of the private DNS zones that this stack creates for it."""
        return (self.zones.subscription if self.zones else None) or self.subnet_id.subscription

    @property
    def zone_ids(self) -> list[ZoneId]:
        """The existing zones that it names."""
        return self.zones.zone_ids if self.zones else []

    @property
    def of_services(self) -> list[str]:
        """Its settings that concern private link services or record sets, which only injected clusters have."""
        is_set = {
            "approval": self.approval == "auto",
            "roles": bool(self.roles),
            "dns.ttl": self.zones is not None and "ttl" in self.zones.model_fields_set,
            "dns.keep": self.zones is not None and "ttl" in self.zones.keep,
        }
        return [path for path, value in is_set.items() if value]

    def endpoint(self, cluster: str, target: Target) -> EndpointSettings:
        """Return the overrides of one endpoint."""
        return self.endpoints.get(cluster, {}).get(target) or _NO_OVERRIDES

    def connects_to(self, cluster: str) -> bool:
        """Return whether it connects to the cluster of a key."""
        return self.clusters is None or cluster in self.clusters


class ExternalConsumerSettings(Section):
    """A network whose owners run their own stack: they get a hand-over, and this stack approves their connections."""

    subscription: SubscriptionId = Field(description="Subscription of their private endpoints.")
    endpoint_names: list[ResourceName] | None = Field(
        default=None,
        description="Names of their private endpoints: only these are approved. Default: all endpoints of the "
        "subscription.",
    )
    clusters: list[Key] | None = Field(
        default=None, description="Keys of the clusters that they can connect to. Default: all clusters of the stack."
    )
    roles: Roles | None = Field(
        default=None,
        description="Roles of injected clusters that they can connect to. Default: all published roles. One connection "
        "to a native cluster serves all roles.",
    )
    formerly: Key | None = Field(
        default=None, description="The former key, under which its approvals were created: no resource is renamed."
    )

    def connects_to(self, cluster: str) -> bool:
        """Return whether it may connect to the cluster of a key."""
        return self.clusters is None or cluster in self.clusters
