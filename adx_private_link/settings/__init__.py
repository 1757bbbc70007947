"""Settings: pydantic models of what a stack's configuration, or a program, can say."""

from .alerts import AlertSettings, EndpointAlertSettings, ServiceAlertSettings
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
from .diagnostics import DiagnosticCategory, DiagnosticSettings
from .dns import DnsSettings, KeptOfDns, LinkSettings, ResolutionPolicy
from .hand_over import HandedRecord, HandedService, HandedTarget, HandOver
from .managed_endpoints import ManagedEndpointSettings, ManagedGroup, ManagedTargetId, parse_managed_target
from .settings import Settings, parse_settings, parse_valid_settings
from .tags import MOST_TAGS_OF_DNS
from .value_types import ROLES, TARGETS, ClusterKind, HostRole, ResourceName, Role, Target
from .zones import ZoneSettings

__all__ = [
    "ACCESS_SETTINGS",
    "MOST_TAGS_OF_DNS",
    "ROLES",
    "TARGETS",
    "AccessSetting",
    "AlertSettings",
    "AllowedCallouts",
    "AllowedFqdns",
    "Approval",
    "Callout",
    "ClusterKind",
    "ClusterSettings",
    "ConsumerSettings",
    "DescribedCluster",
    "DescribedService",
    "DiagnosticCategory",
    "DiagnosticSettings",
    "DnsSettings",
    "EndpointAlertSettings",
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
    "ManagedEndpointSettings",
    "ManagedGroup",
    "ManagedTargetId",
    "NatSettings",
    "Outbound",
    "PublicAccess",
    "ResolutionPolicy",
    "ResourceName",
    "Role",
    "ServiceAlertSettings",
    "ServiceSettings",
    "Settings",
    "Target",
    "TrustedTenants",
    "ZoneSettings",
    "parse_managed_target",
    "parse_settings",
    "parse_valid_settings",
]
