"""The properties of a cluster that decide access, as Azure shows them and as a PATCH writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, Field

from ...facts.cluster_access import AccessProperty, AccessState, AccessValue, CalloutPolicy, access_state

ACCESS_PROPERTIES: tuple[AccessProperty, ...] = get_args(AccessProperty)


class _Tenant(BaseModel):
    value: str = ""


class _Callout(BaseModel):
    id: str = Field(default="", alias="calloutId")
    type: str | float = Field(default="", alias="calloutType")
    uri_regex: str = Field(default="", alias="calloutUriRegex")
    access: str | float = Field(default="", alias="outboundAccess")

    @property
    def policy(self) -> CalloutPolicy:
        # A policy that is to be written has no id yet.
        return CalloutPolicy.read(self.id or f"{self.uri_regex}_{self.type}", self.uri_regex, self.access)


class _Properties(BaseModel):
    public_access: str | None = Field(default=None, alias="publicNetworkAccess")
    ranges: list[str] | None = Field(default=None, alias="allowedIpRangeList")
    outbound: str | None = Field(default=None, alias="restrictOutboundNetworkAccess")
    fqdns: list[str] | None = Field(default=None, alias="allowedFqdnList")
    callouts: list[_Callout] | None = Field(default=None, alias="calloutPolicies")
    tenants: list[_Tenant] | None = Field(default=None, alias="trustedExternalTenants")


def read_access(properties: Mapping[str, Any]) -> AccessState:
    """Read the access from properties of a cluster. Raises `ValidationError` for properties of another form."""
    read = _Properties.model_validate(properties)
    return access_state(
        public_access=read.public_access,
        ranges=read.ranges,
        outbound=read.outbound,
        fqdns=read.fqdns,
        callouts=[callout.policy for callout in read.callouts or ()],
        tenants=[tenant.value for tenant in read.tenants or ()],
    )


def write_access(state: AccessState) -> dict[str, Any]:
    """Return access as the properties of a PATCH. A list is always written: Azure keeps one that is left out."""
    return {name: _written(name, value) for name, value in state.items()}


def _written(name: AccessProperty, value: AccessValue) -> Any:
    if isinstance(value, str):
        return value
    if name == "trustedExternalTenants":
        return [{"value": tenant} for tenant in value]
    return [_written_entry(entry) for entry in value]


def _written_entry(entry: str | CalloutPolicy) -> Any:
    if isinstance(entry, str):
        return entry
    return {"calloutType": entry.type, "calloutUriRegex": entry.uri_regex, "outboundAccess": entry.access}
