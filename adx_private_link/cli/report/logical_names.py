"""Pulumi's names of this library's resources, taken apart."""

from __future__ import annotations

from dataclasses import dataclass

# A cluster's component is called by the cluster's key, a consumer's `cluster.consumer`; a service `cluster.role`, an
# endpoint `cluster.consumer.role`, an approval like its endpoint with `.approval`; a zone `name@group.subscription`, a
# record set `label@zone`; a lock like the resource that it protects with `.lock`.


@dataclass(frozen=True)
class ZoneName:
    """The parts of a zone's key."""

    name: str
    resource_group: str
    subscription: str


def cluster_in(name: str) -> str:
    """The cluster's key in the name of a component, a service, an endpoint or an approval."""
    return name.partition(".")[0]


def consumer_in(name: str) -> str:
    """The consumer's key in the name of a consumer's component."""
    return name.rpartition(".")[2]


def approved_consumer_in(name: str) -> str:
    """The consumer's key in the name of an approval."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


def role_in(name: str) -> str:
    """The role in the name of a service, an endpoint or an approval."""
    return name.removesuffix(".approval").rpartition(".")[2]


def label_in(name: str) -> str:
    """The first label of the host in the name of a record set."""
    return name.partition("@")[0]


def zone_key_in(name: str) -> str:
    """The zone's key in the name of a record set."""
    return name.partition("@")[2]


def zone_parts(key: str) -> ZoneName:
    """The parts of a zone's key."""
    name, _, place = key.partition("@")
    group, _, subscription = place.rpartition(".")
    return ZoneName(name, group, subscription)


def locked_name_in(name: str) -> str:
    """The name of the resource that a lock protects."""
    return name.removesuffix(".lock")


def below(name: str, parent: str) -> str:
    """The part of a name that follows the name of its component."""
    return name.removeprefix(parent)
