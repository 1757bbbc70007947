# What `adx_private_link.policies.pack` uses of pulumi_policy, which has an environment of its own.

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

class EnforcementLevel(Enum):
    ADVISORY = "advisory"
    MANDATORY = "mandatory"
    DISABLED = "disabled"

class PolicyResourceOptions:
    protect: bool
    ignore_changes: Sequence[str]

class PolicyResource:
    resource_type: str
    props: Mapping[str, Any]
    urn: str
    name: str
    opts: PolicyResourceOptions

class ResourceValidationArgs(PolicyResource):
    def get_config(self) -> Mapping[str, Any]: ...

class StackValidationArgs:
    resources: list[PolicyResource]
    def get_config(self) -> Mapping[str, Any]: ...

class ReportViolation:
    def __call__(self, message: str, urn: str | None = None) -> None: ...

class Policy: ...

class ResourceValidationPolicy(Policy):
    def __init__(
        self,
        name: str,
        description: str,
        validate: Callable[[ResourceValidationArgs, ReportViolation], None],
        enforcement_level: EnforcementLevel | None = None,
        *,
        remediation_steps: str | None = None,
    ) -> None: ...

class StackValidationPolicy(Policy):
    def __init__(
        self,
        name: str,
        description: str,
        validate: Callable[[StackValidationArgs, ReportViolation], None],
        enforcement_level: EnforcementLevel | None = None,
        *,
        remediation_steps: str | None = None,
    ) -> None: ...

class PolicyPack:
    def __init__(
        self,
        name: str,
        policies: Sequence[Policy],
        enforcement_level: EnforcementLevel | None = None,
        *,
        description: str | None = None,
    ) -> None: ...
