"""Private access to Azure Data Explorer (Kusto) clusters as one typed Pulumi resource graph."""

from importlib import import_module
from typing import TYPE_CHECKING

from .facts import Facts
from .nodes import Topology
from .problems import Problem
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

if TYPE_CHECKING:
    from .components.cluster_services import ClusterServices
    from .components.consumer_endpoints import ConsumerEndpoints
    from .components.private_dns_zone import KustoPrivateDnsZone
    from .components.private_link import AdxPrivateLink
    from .facts_reading import read_facts
    from .settings_error import SettingsError

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

# What needs Pulumi comes when it is asked for: commands that only look at settings start without it.
_IN_PROGRAMS = {
    "AdxPrivateLink": ".components.private_link",
    "ClusterServices": ".components.cluster_services",
    "ConsumerEndpoints": ".components.consumer_endpoints",
    "KustoPrivateDnsZone": ".components.private_dns_zone",
    "SettingsError": ".settings_error",
    "read_facts": ".facts_reading",
}


def __getattr__(name: str) -> object:
    if name not in _IN_PROGRAMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_IN_PROGRAMS[name], __name__), name)


def __dir__() -> list[str]:
    return __all__
