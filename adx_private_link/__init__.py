"""Private access to Azure Data Explorer (Kusto) clusters as one typed Pulumi resource graph."""

from .components.private_dns_zone import KustoPrivateDnsZone
from .components.private_link import AdxPrivateLink
from .facts import Facts, read_facts
from .nodes import Topology
from .problems import Problem, SettingsError
from .settings import ClusterSettings, ConsumerSettings, Settings, parse
from .topology import topology

__all__ = [
    "AdxPrivateLink",
    "ClusterSettings",
    "ConsumerSettings",
    "Facts",
    "KustoPrivateDnsZone",
    "Problem",
    "Settings",
    "SettingsError",
    "Topology",
    "parse",
    "read_facts",
    "topology",
]
