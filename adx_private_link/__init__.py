"""Private access to Azure Data Explorer (Kusto) clusters as one typed Pulumi resource graph."""

from importlib import import_module
from typing import TYPE_CHECKING

from .garbage import no_garbage_collection

if TYPE_CHECKING:
    from .components.cluster_services import ClusterServices
    from .components.consumer_endpoints import ConsumerEndpoints
    from .components.private_dns_zone import PrivateDnsZone
    from .components.private_link import AdxPrivateLink
    from .components.private_links import AdxPrivateLinks, register_clusters
    from .errors import SettingsError
    from .facts.reading import read_facts
    from .facts.records import Facts
    from .problems import Problem
    from .program import parse, plan
    from .settings import (
        ClusterSettings,
        ConsumerSettings,
        ExternalConsumerSettings,
        HandOver,
        HandOverSource,
        Settings,
    )
    from .topology.records import Topology

__all__ = [
    "AdxPrivateLink",
    "AdxPrivateLinks",
    "ClusterServices",
    "ClusterSettings",
    "ConsumerEndpoints",
    "ConsumerSettings",
    "ExternalConsumerSettings",
    "Facts",
    "HandOver",
    "HandOverSource",
    "PrivateDnsZone",
    "Problem",
    "Settings",
    "SettingsError",
    "Topology",
    "parse",
    "plan",
    "read_facts",
    "register_clusters",
]

# Everything comes when it is asked for: a command's help needs none of it, and `check` no Pulumi.
_MODULES = {
    "AdxPrivateLink": ".components.private_link",
    "AdxPrivateLinks": ".components.private_links",
    "ClusterServices": ".components.cluster_services",
    "ClusterSettings": ".settings",
    "ConsumerEndpoints": ".components.consumer_endpoints",
    "ConsumerSettings": ".settings",
    "ExternalConsumerSettings": ".settings",
    "Facts": ".facts.records",
    "HandOver": ".settings",
    "HandOverSource": ".settings",
    "PrivateDnsZone": ".components.private_dns_zone",
    "Problem": ".problems",
    "Settings": ".settings",
    "SettingsError": ".errors",
    "Topology": ".topology.records",
    "parse": ".program",
    "plan": ".program",
    "read_facts": ".facts.reading",
    "register_clusters": ".components.private_links",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with no_garbage_collection():
        module = import_module(_MODULES[name], __name__)
    return getattr(module, name)


def __dir__() -> list[str]:
    return __all__
