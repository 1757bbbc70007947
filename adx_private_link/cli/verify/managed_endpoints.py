"""The check of a managed private endpoint: whether its connection is approved, according to the outputs."""

from __future__ import annotations

from ...facts.records import DEAD
from ..dns.names import ManagedEndpoint
from .findings import MANAGED_ENDPOINT, Check, Fault, VerifiedHost

_UNKNOWN = "Unknown"


def verify_managed_endpoint(endpoint: ManagedEndpoint) -> VerifiedHost:
    """Check the connection of a managed private endpoint; a target that the stack does not see is no fault."""
    state = endpoint.connection_state
    says = f"{state}, as of the last `pulumi up`"
    fault = None if state in ("Approved", _UNKNOWN) else _fault(endpoint, says)
    return VerifiedHost(endpoint.cluster, endpoint.key, MANAGED_ENDPOINT, None, (), [Check("connection", says, fault)])


def _fault(endpoint: ManagedEndpoint, says: str) -> Fault:
    target = endpoint.target.rpartition("/")[2]
    remedy = (
        f"Azure cannot restore it. Ask the owner of {target}, then replace the managed private endpoint (`pulumi up` "
        "names the command)."
        if endpoint.connection_state in DEAD
        else f"Ask the owner of {target} to approve it, by `pulumi up` or by hand. Then run `pulumi up` yourself."
    )
    return Fault("not-approved", f"the connection is {says}: the cluster does not reach its data", remedy)
