"""
Names that a new writer would take over from another one in one update.

A zone group writes its records over those of another writer, which deletes them when it goes (MicrosoftDocs/azure-docs,
#58044). Pulumi creates before it deletes, and orders nothing between the resources of two keys: after such an update
the names would be gone, and nothing would write them again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ..facts.records import NameWriter
from ..naming.azure import naming_key
from ..naming.logical import ZoneGroupName
from ..problems import Problem
from .planning import Planning
from .records import ClusterNode, EndpointNode, Topology


@dataclass(frozen=True)
class _PlannedWriter:
    """A zone group or a record set of the graph, and the cluster's own names that it writes."""

    cluster: ClusterNode
    endpoint: EndpointNode
    hosts: Mapping[str, str]
    """The host names by the ids (lower case) of their A records."""


def find_overwritten_names(planning: Planning, topology: Topology) -> Iterator[Problem]:
    """Yield a problem for each endpoint with names that something else has written."""
    deployed: dict[str, list[NameWriter]] = {}
    for writer in planning.facts.deployed.name_writers:
        for record in writer.records:
            deployed.setdefault(record, []).append(writer)
    if not deployed and not planning.facts.records:
        return  # most plans: the state is read, and records are looked up, where a zone group is new or moves
    planned = _planned_writers(topology)
    for name, writer in planned.items():
        others = (other for record in writer.hosts for other in deployed.get(record, ()) if other.logical_name != name)
        if other := next((other for other in others if not _stays(other, planned, writer)), None):
            yield _overwrites_own(planning, topology, writer, other)
        for record, host in writer.hosts.items():
            addresses = planning.facts.records.get(record)
            if addresses and record not in deployed and name.endswith(ZoneGroupName.suffix):
                yield _overwrites_other(writer, host, record, addresses)
                break


def _planned_writers(topology: Topology) -> dict[str, _PlannedWriter]:
    """The writers of the graph, by logical name."""
    writers: dict[str, _PlannedWriter] = {}
    for cluster in topology.clusters.values():
        for endpoint in cluster.endpoints:
            if endpoint.zone_group:
                zones = {topology.zones[config.zone].name: config.zone for config in endpoint.zone_group.configs}
                hosts = {
                    topology.zones[zones[host.zone]].id.record_key(host.record): host.name
                    for host in endpoint.hosts
                    if host.zone in zones
                }
                writers[endpoint.zone_group.logical_name] = _PlannedWriter(cluster, endpoint, hosts)
            for record in endpoint.records:
                hosts = {topology.zones[record.zone].id.record_key(record.name): record.host}
                writers[record.logical_name] = _PlannedWriter(cluster, endpoint, hosts)
    return writers


def _stays(other: NameWriter, planned: Mapping[str, _PlannedWriter], writer: _PlannedWriter) -> bool:
    """Whether another writer goes on to write the same names; that is a conflict of the settings themselves."""
    later = planned.get(other.logical_name)
    return later is not None and later.hosts.keys() >= other.records & writer.hosts.keys()


def _overwrites_own(planning: Planning, topology: Topology, writer: _PlannedWriter, other: NameWriter) -> Problem:
    path, key, former = _renamed(planning, topology, writer, other)
    rename = ""
    if former:
        rename = "remove `formerly`" if former == key else f"write `formerly: {former}` in {path}"
        rename += ", and every name stays; or, for new names, "
    return Problem(
        path,
        f"would write names that {other.logical_name} of this stack has written ({', '.join(writer.hosts.values())}); "
        "when this update deletes or moves that one, Azure deletes these names",
        f"{rename}remove it, run `pulumi up`, then write it again",
    )


def _renamed(
    planning: Planning, topology: Topology, writer: _PlannedWriter, other: NameWriter
) -> tuple[str, str, str | None]:
    """The path of what was renamed, its key, and its former key; None where nothing was."""
    settings, cluster, consumer = planning.settings, writer.cluster, writer.endpoint.consumer
    former = ZoneGroupName.parse(other.logical_name)
    if former and former.cluster not in {node.name for node in topology.clusters.values()}:
        return f"{'hand_overs' if cluster.is_handed_over else 'clusters'}.{cluster.key}", cluster.key, former.cluster
    if former and former.consumer not in {naming_key(key, value) for key, value in settings.consumers.items()}:
        return f"consumers.{consumer}", consumer, former.consumer
    return f"consumers.{consumer}.dns", consumer, None


def _overwrites_other(writer: _PlannedWriter, host: str, record: str, addresses: Collection[str]) -> Problem:
    return Problem(
        f"consumers.{writer.endpoint.consumer}.dns",
        f"leads to a zone that has {host} already ({', '.join(addresses)}), and this stack has not written it: a new "
        "zone group would take the name over, and the deletion of either endpoint would delete the name of both",
        "one endpoint serves several networks, so link this one to the zone, and write `dns: elsewhere` or remove the "
        "consumer; or give the consumer zones of its own; or, if nothing uses the record, delete it: "
        f"`az resource delete --ids {record}`",
    )
