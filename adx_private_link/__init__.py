"""Private access to Azure Data Explorer (Kusto) clusters as one typed Pulumi resource graph."""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .components.cluster_services import ClusterServices
    from .components.consumer_endpoints import ConsumerEndpoints
    from .components.private_dns_zone import KustoPrivateDnsZone
    from .components.private_link import AdxPrivateLink
    from .facts import Facts
    from .facts_reading import read_facts
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
    from .settings_error import SettingsError
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

# Everything comes when it is asked for: a command's help needs none of it, and `check` no Pulumi.
_MODULES = {
    "AdxPrivateLink": ".components.private_link",
    "ClusterServices": ".components.cluster_services",
    "ClusterSettings": ".settings",
    "ConsumerEndpoints": ".components.consumer_endpoints",
    "ConsumerSettings": ".settings",
    "ExternalConsumerSettings": ".settings",
    "Facts": ".facts",
    "HandOver": ".settings",
    "HandOverSource": ".settings",
    "KustoPrivateDnsZone": ".components.private_dns_zone",
    "Problem": ".problems",
    "Settings": ".settings",
    "SettingsError": ".settings_error",
    "Topology": ".nodes",
    "parse": ".settings",
    "read_facts": ".facts_reading",
    "topology": ".topology.graph",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name], __name__), name)


def __dir__() -> list[str]:
    return __all__


class _Package(ModuleType):
    def __setattr__(self, name: str, value: object) -> None:
        # Python would put the folder `topology` into the place of the function when it is imported.
        if name not in _MODULES:
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
