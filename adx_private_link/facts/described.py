"""Facts of a cluster that its settings state: then nothing of it is looked up."""

from __future__ import annotations

from ..resource_ids import SubnetId
from ..settings import ClusterSettings
from .records import ClusterFacts


def described_facts(cluster: ClusterSettings) -> ClusterFacts | None:
    """Return the facts of a cluster that its settings describe; None for a cluster that is looked up."""
    described = cluster.described
    if described is None:
        return None
    return ClusterFacts(
        location=described.location,
        hosts=described.host_names,
        subnet_id=described.subnet_id,
        public_ip_ids={},
    )


def nat_subnet(cluster: ClusterSettings, facts: ClusterFacts) -> SubnetId | None:
    """Return the subnet of a cluster's NAT addresses: the one in its settings, or the one it is injected in."""
    return cluster.nat.subnet_id or facts.subnet_id
