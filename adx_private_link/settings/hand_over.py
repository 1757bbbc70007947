"""The hand-over: the output of an owner's stack that describes a cluster to consumers' own stacks."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from ..kusto_hosts import KustoHost
from ..output_base import OutputModel
from ..resource_ids import ClusterId
from .section import reject
from .value_types import HostName, Location, PlainText, Role, Roles, ServiceAliasText, SubscriptionId, ZoneName

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


class HandOver(OutputModel):
    """
    A hand-over: all that a consumer's own stack knows about a cluster of another stack. It contains no secret.

    It comes from outside, so it decides as little as possible: its host names are those of one cluster of Azure Data
    Explorer in its own region, and each record is the first label of its host name.
    """

    version: Literal[1] = Field(
        default=1, description="Version of the format. For a higher version, update adx-private-link."
    )
    cluster: Annotated[PlainText, AfterValidator(lambda text: str(ClusterId.parse(text)))] | None = Field(
        default=None, description="Resource id of the cluster that has the host names."
    )
    location: Location = Field(description="Region of the services.")
    zone: ZoneName = Field(
        description="Name of the private DNS zone. Any zone other than `privatelink.` before the domain of the host "
        "names is rejected, unless the consumer's own settings name it."
    )
    request_message: PlainText = Field(
        max_length=140, description="The message that the owner expects with a connection."
    )
    services: Annotated[dict[Role, HandedService], Field(min_length=1)] = Field(
        description="The private link services by role: engine, ingestion."
    )
    allowed_roles: Annotated[dict[SubscriptionId, Roles], Field(max_length=_MOST_SUBSCRIPTIONS)] = Field(
        default_factory=dict[str, list[Role]],
        description="By subscription, the roles to which the owner approves connections. A subscription that is not "
        "listed has all roles.",
    )

    @model_validator(mode="after")
    def _names_one_cluster(self) -> Self:
        paths: dict[str, str] = {}
        hosts: list[tuple[Role, KustoHost]] = []
        for role, service in self.services.items():
            for index, record in enumerate(service.records):
                path = f"services.{role}.records.{index}"
                host = KustoHost.parse(record.host)
                if host is None:
                    reject(
                        f"{path}.host",
                        f"is no host name of an Azure Data Explorer cluster: {record.host!r}",
                        "a hand-over names only hosts such as myadx.westus.kusto.windows.net; ask the cluster's owner",
                    )
                if host.region != self.location:
                    reject(
                        f"{path}.host",
                        f"is in region {host.region}, the hand-over in {self.location}: {record.host!r}",
                        "a hand-over names only hosts of its own region; ask the cluster's owner",
                    )
                if record.name.lower() != host.label:
                    reject(
                        f"{path}.name",
                        f"is not the first label of {record.host}: {record.name!r}",
                        f"the record of this host is {host.label}; ask the cluster's owner",
                    )
                if holder := paths.get(record.host):
                    reject(f"{path}.host", f"is the host of {holder} as well: {record.host!r}", "remove one of the two")
                paths[record.host] = path
                hosts.append((role, host))
        clusters = set[tuple[str, str]].intersection(*(_possible_clusters(role, host) for role, host in hosts))
        labels = {label for label, _ in clusters}
        if not labels:
            reject(
                "services",
                f"has host names of several clusters: {', '.join(paths)}",
                "a hand-over describes one cluster; ask the cluster's owner",
            )
        # The host of a cluster is its name (MicrosoftDocs, dataexplorer-docs, create-cluster-and-database.md).
        if self.cluster and (name := ClusterId.parse(self.cluster).name.lower()) not in labels:
            reject(
                "services",
                f"has host names of another cluster than {name}: {', '.join(paths)}",
                "a hand-over has the hosts of the cluster that it names; ask the cluster's owner",
            )
        return self

    @property
    def own_zone(self) -> str:
        """The private DNS zone of its host names."""
        host = next(iter(self.services.values())).records[0].host
        return f"privatelink.{host.partition('.')[2]}"


def _possible_clusters(role: Role, host: KustoHost) -> set[tuple[str, str]]:
    """
    Return the clusters that may have a host, by label and domain.

    The hosts of cluster `one` are `one` and `private-one`, for ingestion with `ingest-` before them.
    """
    label = host.label.removeprefix("ingest-") if role == "ingestion" else host.label
    return {(label, host.domain), (label.removeprefix("private-"), host.domain)}
