"""Violations of policies, from the event log of a preview: what it prints as JSON does not have them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ...untrusted import InputError, parse_json

_OWN_PACK = "adx-private-link"


class Violation(BaseModel):
    """A resource that violates a rule of a policy pack."""

    model_config = ConfigDict(frozen=True)

    policy: str
    """The name of the rule."""
    level: Literal["mandatory", "advisory"]
    resource: str
    """Its logical name; empty for a violation of the stack as a whole."""
    message: str


@dataclass(frozen=True)
class AlikeViolations:
    """Resources that violate one rule in the same way."""

    policy: str
    message: str
    resources: tuple[str, ...]


def alike_violations(violations: Sequence[Violation], level: str) -> list[AlikeViolations]:
    """Return the violations of a level, those that are the same for several resources as one."""
    groups: dict[tuple[str, str], list[str]] = {}
    for violation in violations:
        if violation.level == level:
            groups.setdefault((violation.policy, violation.message), []).append(violation.resource)
    return [AlikeViolations(policy, message, tuple(resources)) for (policy, message), resources in groups.items()]


class _PolicyEvent(BaseModel):
    """A `policyEvent` of the engine (pulumi/pulumi, sdk/go/common/apitype/events.go)."""

    resource_urn: str = Field(default="", alias="resourceUrn")
    message: str = ""
    policy_name: str = Field(alias="policyName")
    pack: str = Field(default="", alias="policyPackName")
    level: Literal["mandatory", "advisory"] = Field(alias="enforcementLevel")

    @property
    def violation(self) -> Violation:
        lines = [line.strip() for line in self.message.splitlines() if line.strip()]
        # The SDK of packs puts the rule's description before the message; this library's messages need none.
        text = lines[-1:] if self.pack == _OWN_PACK else lines
        resource = self.resource_urn.rpartition("::")[2]
        message = " ".join(text).removeprefix(f"{resource} ")
        return Violation(policy=self.policy_name, level=self.level, resource=resource, message=message)


def read_violations(content: bytes) -> tuple[Violation, ...]:
    """
    Read the violations in the event log of a preview, mandatory ones first, in the order of rules.

    Lines of an unknown form are left out: the log belongs to the engine, and has more with each version.
    """
    found = {violation: None for line in content.splitlines() for violation in _violations_in(line)}
    return tuple(sorted(found, key=lambda violation: violation.level != "mandatory"))


def policy_events(content: bytes) -> bytes:
    """Return what an event log has about policies: without the states of resources, it is a thousandth as long."""
    return b"".join(line for line in content.splitlines(keepends=True) if b'"policyEvent"' in line)


def _violations_in(line: bytes) -> Iterable[Violation]:
    try:
        event: Any = parse_json(line, errors="replace")
        content = cast("dict[str, Any]", event).get("policyEvent") if isinstance(event, dict) else None
        return [_PolicyEvent.model_validate(content).violation] if content else []
    except (InputError, ValidationError):
        return []
