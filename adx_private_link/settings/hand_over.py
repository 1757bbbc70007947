"""The hand-over: the output of an owner's stack that describes a cluster to consumers' own stacks."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from ..kusto_hosts import STORAGE_SERVICES, KustoHost, possible_names, storage_zone
from ..output_base import OutputModel
from ..resource_ids import ClusterId
from .section import reject, schema_requiring
from .value_types import (
    ROLES,
    HostName,
    Location,
    PlainText,
    Role,
    Roles,
    ServiceAliasText,
    SubscriptionId,
    ZoneName,
)

_MOST_RECORDS = 8
"""An owner publishes one or two host names for each role."""
_MOST_SUBSCRIPTIONS = 1000


class HandedRecord(OutputModel):
    """One entry of the list: a host name, and the record that it needs in the zone."""

    host: HostName = Field(description="Host name of the cluster.")
    name: Annotated[str, StringConstraints(to_lower=True)] = Field(
        max_length=63, description="Name of the A record in the zone: the first label of the host name."
    )


class HandedService(OutputModel):
    """One role's private link service."""

    alias: ServiceAliasText = Field(
        description="Alias of the private link service, `{name}.{GUID}.{region}.azure.privatelinkservice`.",
    )
    records: Annotated[tuple[HandedRecord, ...], Field(min_length=1, max_length=_MOST_RECORDS)] = Field(
        description="Its host names, and the records that they need."
    )


_ClusterIdText = Annotated[PlainText, AfterValidator(lambda text: str(ClusterId.parse(text)))]


class HandedTarget(OutputModel):
    """A native cluster, as a target of private endpoints."""

    id: _ClusterIdText = Field(description="Resource id of the cluster, by which endpoints connect.")
    group: Literal["cluster"] = Field(description="Group id of the connection.")
    hosts: dict[Role, HostName] = Field(description="Host names by role: engine, ingestion.")
    zones: dict[str, ZoneName] = Field(
        description="Names of the private DNS zones that an endpoint needs: `kusto` for the cluster's host names; "
        "`blob`, `queue` and `table` for those of its storage accounts."
    )
    was_injected: bool = Field(
        default=False,
        strict=True,
        description="Whether the cluster was in a virtual network: then its own host names have record sets of the "
        "consumer's stack, which move to its endpoint in place.",
    )


class HandOver(OutputModel):
    """
    A hand-over: all that a consumer's own stack knows about a cluster of another stack. It contains no secret.

    It comes from outside, so it decides as little as possible: its host names are those of one cluster of Azure Data
    Explorer in its own region, and each record is the first label of its host name.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [schema_requiring(name, {"minProperties": 1}) for name in ("services", "targets")],
        }
    )

    version: Literal[1, 2] = Field(
        default=1,
        description="Version of the format: 1 for a cluster with private link services, 2 for one without. For a "
        "higher version, update adx-private-link.",
    )
    cluster: _ClusterIdText | None = Field(
        default=None, description="Resource id of the cluster that has the host names."
    )
    location: Location = Field(description="Region of the cluster and its services.")
    zone: ZoneName = Field(
        description="Name of the private DNS zone. Any zone other than `privatelink.` before the domain of the host "
        "names is rejected, unless the consumer's own settings name it."
    )
    publishes: Literal["services", "cluster"] = Field(
        default="services",
        description="Of a cluster with `services` and `targets`, which moves out of its virtual network: what leads to "
        "it now.",
    )
    request_message: PlainText = Field(
        max_length=140, description="The message that the owner expects with a connection."
    )
    services: dict[Role, HandedService] = Field(
        default_factory=dict[Role, HandedService],
        description="Of a cluster that is or was in a virtual network: the private link services by role, engine and "
        "ingestion.",
    )
    targets: dict[Literal["cluster"], HandedTarget] = Field(
        default_factory=dict[Literal["cluster"], HandedTarget],
        description="Of a native cluster, or one that prepares to leave its network: the cluster itself, by the target "
        "`cluster`.",
    )
    allowed_roles: Annotated[dict[SubscriptionId, Roles], Field(max_length=_MOST_SUBSCRIPTIONS)] = Field(
        default_factory=dict[str, list[Role]],
        description="By subscription, the roles to which the owner approves connections. A subscription that is not "
        "listed has all roles.",
    )

    @model_validator(mode="after")
    def _names_one_cluster(self) -> Self:
        if not self.services and not self.targets:
            remedy = "a hand-over has `services` of an injected cluster, or `targets` of a native one"
            reject("services", "is missing", f"{remedy}; ask the cluster's owner")
        self._check_records()
        paths: dict[str, str] = {}
        hosts: list[tuple[Role, KustoHost]] = []
        for path, role, name in self._listed_hosts:
            hosts.append((role, _kusto_host(path, name, self.location)))
            holder = paths.setdefault(name, path)
            # Both kinds of targets of a cluster on its way out of a network have its hosts.
            if holder != path and holder.partition(".")[0] == path.partition(".")[0]:
                reject(path, f"is the host of {holder} as well: {name!r}", "remove one of the two")
        labels = possible_names(hosts)
        section = "services" if self.services else "targets"
        if not labels:
            reject(
                section,
                f"has host names of several clusters: {', '.join(paths)}",
                "a hand-over describes one cluster; ask the cluster's owner",
            )
        for id in filter(None, [self.cluster, *(target.id for target in self.targets.values())]):
            if (name := ClusterId.parse(id).name.lower()) not in labels:
                reject(
                    section,
                    f"has host names of another cluster than {name}: {', '.join(paths)}",
                    "a hand-over has the hosts of the cluster that it names; ask the cluster's owner",
                )
        for target in self.targets.values():
            _check_zones(target, self.zone)
        return self

    def _check_records(self) -> None:
        for role, service in self.services.items():
            for index, record in enumerate(service.records):
                path = f"services.{role}.records.{index}"
                host = _kusto_host(f"{path}.host", record.host, self.location)
                if record.name.lower() != host.label:
                    reject(
                        f"{path}.name",
                        f"is not the first label of {record.host}: {record.name!r}",
                        f"the record of this host is {host.label}; ask the cluster's owner",
                    )

    @property
    def _listed_hosts(self) -> list[tuple[str, Role, str]]:
        """Each host name: its path, its role and the name."""
        return [
            *(
                (f"services.{role}.records.{index}.host", role, record.host)
                for role, service in self.services.items()
                for index, record in enumerate(service.records)
            ),
            *(
                (f"targets.{key}.hosts.{role}", role, host)
                for key, target in self.targets.items()
                for role, host in target.hosts.items()
            ),
        ]

    @property
    def publishes_itself(self) -> bool:
        """Whether endpoints of the cluster itself lead to it."""
        return not self.services or (bool(self.targets) and self.publishes == "cluster")

    @property
    def own_zone(self) -> str:
        """The private DNS zone of its host names."""
        _, _, host = self._listed_hosts[0]
        return f"privatelink.{host.partition('.')[2]}"


def _kusto_host(path: str, name: str, region: str) -> KustoHost:
    host = KustoHost.parse(name)
    if host is None:
        reject(
            path,
            f"is no host name of an Azure Data Explorer cluster: {name!r}",
            "a hand-over names only hosts such as myadx.westus.kusto.windows.net; ask the cluster's owner",
        )
    if host.region != region:
        reject(
            path,
            f"is in region {host.region}, the hand-over in {region}: {name!r}",
            "a hand-over names only hosts of its own region; ask the cluster's owner",
        )
    return host


def _check_zones(target: HandedTarget, kusto_zone: str) -> None:
    """Check that the zones follow from the hosts: otherwise a hand-over could claim any name of a network."""
    for role in ROLES:
        if role not in target.hosts:
            reject(f"targets.cluster.hosts.{role}", "is missing", "ask the cluster's owner for a new hand-over")
    host = target.hosts["engine"]
    expected = {"kusto": kusto_zone, **{service: storage_zone(host, service) for service in STORAGE_SERVICES}}
    for name, zone in expected.items():
        if target.zones.get(name) != zone:
            reject(
                f"targets.cluster.zones.{name}",
                f"is not {zone}: {target.zones.get(name)!r}",
                "the zones of a hand-over follow from its host names; ask the cluster's owner",
            )
