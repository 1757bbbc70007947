"""A stack's report as a value: codes and values for machines, and the same in English for people."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, SerializeAsAny

from ..pulumi.preview import Diagnostic
from .accesses import Access, ExternalAccess, Update, read_update
from .managed_endpoints import ManagedEndpointChange, managed_endpoint_changes
from .plan import StackPlan
from .record_sets import RecordSetChange, record_set_changes
from .resources import Operation
from .risks import RISKS, find_risks
from .risks.records import Effect, Kind, Risk, Severity
from .violations import Violation
from .words.labels import PROBLEMS
from .words.risks import describe
from .words.sentence import sentence

WORST_FIRST: tuple[Operation, ...] = ("delete", "replace", "update", "create", "import")
_PROGRAM_EXITED = "an unhandled error occurred: program exited"
"""Pulumi's message after every failure of a program."""


class Message(BaseModel):
    """A message of the program, the engine or Azure's provider."""

    model_config = ConfigDict(frozen=True)

    severity: str
    message: str


class RiskReport(BaseModel):
    """One risk: its codes, its English, and the record that both come from."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    severity: Severity
    effect: Effect
    subject: str
    """What it is about: a cluster, a service, an endpoint, a zone, a network."""
    message: str
    """The rest of a sentence that begins with the subject."""
    headline: str = ""
    """The same in a few words, where no consumer's access says it."""
    facts: SerializeAsAny[Risk] | None = None


class StackReport(BaseModel):
    """The effect of one stack's update on people."""

    model_config = ConfigDict(frozen=True)

    stack: str
    sentence: str
    failed: bool
    access: tuple[Access, ...]
    """The accesses that change; those that stay are counted."""
    external: tuple[ExternalAccess, ...]
    record_sets: tuple[RecordSetChange, ...] = ()
    managed_endpoints: tuple[ManagedEndpointChange, ...] = ()
    unchanged: int
    risks: tuple[RiskReport, ...]
    violations: tuple[Violation, ...] = ()
    """Of policies, mandatory ones first."""
    counts: dict[str, int]
    """The number of resources by operation."""
    operations: tuple[str, ...]
    """All operations except `same`, as Pulumi names them."""
    messages: tuple[Message, ...]

    @property
    def changed(self) -> int:
        """The number of resources that change."""
        return sum(count for operation, count in self.counts.items() if operation != "same")


def stack_report(plan: StackPlan) -> StackReport:
    """Report a stack's plan."""
    update = read_update(plan)
    risks = find_risks(update)
    accesses = tuple(
        access for access in update.accesses if access.effect != "unchanged" or access.endpoint == "update"
    )
    external = tuple(access for access in update.external if access.effect != "unchanged")
    return StackReport(
        stack=plan.stack,
        sentence=sentence(update, risks),
        failed=plan.has_failed,
        access=accesses,
        external=external,
        record_sets=tuple(record_set_changes(plan)),
        managed_endpoints=tuple(managed_endpoint_changes(plan.managed_endpoints)),
        unchanged=len(update.every) - len(accesses) - len(external),
        risks=tuple(map(_risk, risks)),
        violations=plan.violations,
        counts=plan.counts,
        operations=tuple(_operations(update)),
        messages=_messages(plan),
    )


def _risk(risk: Risk) -> RiskReport:
    kind, description = RISKS[risk.kind], describe(risk)
    return RiskReport(
        kind=risk.kind,
        severity=kind.severity,
        effect=kind.effect,
        subject=description.subject,
        message=description.message,
        headline=description.headline,
        facts=risk,
    )


def _operations(update: Update) -> Iterable[str]:
    for operation in WORST_FIRST:
        for resource in update.plan.resources:
            if resource.operation == operation and resource.kind != "Stack":
                properties = ", ".join(resource.properties)
                yield f"{operation} {resource.kind} {resource.name}{f' ({properties})' if properties else ''}"


def _messages(plan: StackPlan) -> tuple[Message, ...]:
    """Each message once, without Pulumi's own after every failure."""
    if plan.problem:
        return (Message(severity="error", message=PROBLEMS[plan.problem]),)
    messages = [
        Message(severity=message.severity, message=text)
        for message in plan.messages
        if (text := _text(message)) and _PROGRAM_EXITED not in text
    ]
    return tuple(dict.fromkeys(messages))


def _text(message: Diagnostic) -> str:
    name = message.urn.rsplit("::", 1)[-1]
    return f"{name}: {message.text}" if name and message.text else message.text
