"""All rules, in the order in which they are listed."""

from __future__ import annotations

from ..rule import ResourceRule, StackRule
from .clusters import LockDownStated, OutboundRestricted, PublicAccessOff, TrustedTenantsListed
from .common import Naming, NothingKept, Regions, RequiredTags
from .endpoints import EndpointSubnets, ManagedEndpointTargets
from .services import (
    ApprovalsWithinList,
    AutoApprovalWithinList,
    BothRoles,
    ExternalConsumersNamed,
    NoVisibilityToAll,
    ServicesLocked,
    ServicesProtected,
    VisibilityWithinList,
)
from .zones import LinksDoNotRegister, LinksKeepPublicAnswers, RecordTtl, ZonesInPlaces, ZonesLocked

RULES: tuple[type[ResourceRule] | type[StackRule], ...] = (
    NoVisibilityToAll,
    VisibilityWithinList,
    AutoApprovalWithinList,
    ApprovalsWithinList,
    ExternalConsumersNamed,
    BothRoles,
    ServicesLocked,
    ServicesProtected,
    EndpointSubnets,
    ManagedEndpointTargets,
    LinksKeepPublicAnswers,
    LinksDoNotRegister,
    RecordTtl,
    ZonesInPlaces,
    ZonesLocked,
    PublicAccessOff,
    OutboundRestricted,
    TrustedTenantsListed,
    LockDownStated,
    RequiredTags,
    Regions,
    Naming,
    NothingKept,
)

__all__ = ["RULES"]
