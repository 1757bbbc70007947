"""Private access to Azure Data Explorer (Kusto) clusters as one typed Pulumi resource graph."""

from .components.cluster_services import ClusterServices
from .components.consumer_endpoints import ConsumerEndpoints
from .components.private_dns_zone import KustoPrivateDnsZone
from .components.private_link import AdxPrivateLink
from .facts import Facts
from .facts_reading import read_facts
from .nodes import Topology
from .problems import Problem, SettingsError
from .settings import (
    ClusterSettings,
    ConsumerSettings,
    ExternalConsumerSettings,
    HandOver,
    HandOverSource,
    Settings,
    parse,
)
from .topology import topology

__all__ = [
    "AdxPrivateLink",
    "ClusterServices",
    "ClusterSettings",
    "ConsumerEndpoints",
    "ConsumerSettings",
    "ExternalConsumerSettings",
    "Facts",
    "HandOver",
    "HandOverSource",
    "KustoPrivateDnsZone",
    "Problem",
    "Settings",
    "SettingsError",
    "Topology",
    "parse",
    "read_facts",
    "topology",
]
