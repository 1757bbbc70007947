"""Settings: pydantic models of what a stack's configuration, or a program, can say."""

from .cluster_access import (
    ACCESS_SETTINGS,
    AccessSetting,
    AllowedCallouts,
    AllowedFqdns,
    Callout,
    Outbound,
    PublicAccess,
    TrustedTenants,
)
from .clusters import (
    ClusterSettings,
    DescribedCluster,
    DescribedService,
    HandOverSource,
    KeptOfService,
    NatSettings,
    ServiceSettings,
)
from .consumers import Approval, ConsumerSettings, EndpointSettings, ExternalConsumerSettings, KeptOfEndpoint
from .dns import DnsSettings, KeptOfDns, LinkSettings, ResolutionPolicy
from .hand_over import HandedRecord, HandedService, HandedTarget, HandOver
from .settings import Settings, parse_settings, parse_valid_settings
from .tags import MOST_TAGS_OF_DNS
from .value_types import ROLES, TARGETS, ClusterKind, HostRole, ResourceName, Role, Target

__all__ = [
    "ACCESS_SETTINGS",
    "MOST_TAGS_OF_DNS",
    "ROLES",
    "TARGETS",
    "AccessSetting",
    "AllowedCallouts",
    "AllowedFqdns",
    "Approval",
    "Callout",
    "ClusterKind",
    "ClusterSettings",
    "ConsumerSettings",
    "DescribedCluster",
    "DescribedService",
    "DnsSettings",
    "EndpointSettings",
    "ExternalConsumerSettings",
    "HandOver",
    "HandOverSource",
    "HandedRecord",
    "HandedService",
    "HandedTarget",
    "HostRole",
    "KeptOfDns",
    "KeptOfEndpoint",
    "KeptOfService",
    "LinkSettings",
    "NatSettings",
    "Outbound",
    "PublicAccess",
    "ResolutionPolicy",
    "ResourceName",
    "Role",
    "ServiceSettings",
    "Settings",
    "Target",
    "TrustedTenants",
    "parse_settings",
    "parse_valid_settings",
]
