"""What the page of a fleet shows: a row for each cluster and consumer, and findings for each stack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ....outputs import ClusterOutput, EndpointOutput, kinds_of
from ..outcomes import OUTCOMES, Outcome

APPROVED = "Approved"
_NO_ACCESS = "-"


@dataclass(frozen=True)
class Finding:
    """Something about a stack that a person has to look at: a risk, a drift, an error."""

    kind: str
    """A code, such as the kind of a risk; `drift` or `error`."""
    text: str


@dataclass(frozen=True)
class StackView:
    """One stack, as of its last run."""

    name: str
    labels: Mapping[str, str]
    outcome: Outcome
    clusters: Mapping[str, ClusterOutput]
    """Its output `clusters`."""
    public_access: Mapping[str, str]
    """What its settings state of the public access of clusters, by key."""
    findings: Sequence[Finding] = ()


@dataclass(frozen=True)
class Row:
    """What one consumer has of one cluster."""

    cluster: str
    consumer: str
    stack: str
    labels: Mapping[str, str]
    outcome: Outcome
    kind: str
    connection: str
    public_access: str
    hosts: Sequence[tuple[str, str]]
    """Host names and their addresses, those of the cluster itself first."""
    findings: int
    """How many findings its stack has."""

    @property
    def is_well(self) -> bool:
        """Whether nothing about it needs a look."""
        return (
            self.connection in (APPROVED, _NO_ACCESS) and self.outcome in ("unchanged", "changed") and not self.findings
        )


@dataclass(frozen=True)
class FleetView:
    """A whole fleet."""

    title: str
    written: str
    """When the results are from, in words."""
    stacks: Sequence[StackView]

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of the table, sorted by cluster and consumer."""
        return sorted(
            (row for stack in self.stacks for row in _rows(stack)), key=lambda row: (row.cluster, row.consumer)
        )

    @property
    def outcomes(self) -> dict[str, int]:
        """How many stacks have which outcome, in words, the worst first."""
        counts = Counter(stack.outcome for stack in self.stacks)
        return {words: counts[outcome] for outcome, words in OUTCOMES.items() if counts[outcome]}

    @property
    def clusters(self) -> int:
        """How many clusters there are."""
        return sum(len(stack.clusters) for stack in self.stacks)

    @property
    def consumers(self) -> int:
        """How many consumers there are; one may be in many stacks."""
        return len({row.consumer for row in self.rows if row.consumer != _NO_ACCESS})

    @property
    def not_approved(self) -> int:
        """How many connections are not approved."""
        return sum(row.connection not in (APPROVED, _NO_ACCESS) for row in self.rows)

    def choices(self, column: str) -> list[str]:
        """The values of a column, for its filter."""
        return sorted({str(getattr(row, column)) for row in self.rows})

    @property
    def findings(self) -> list[tuple[Finding, list[str]]]:
        """The findings, each with the stacks that have it: errors first, then those of many stacks."""
        stacks: dict[Finding, list[str]] = {}
        for stack in self.stacks:
            for finding in stack.findings:
                stacks.setdefault(finding, []).append(stack.name)
        return sorted(
            stacks.items(), key=lambda item: (item[0].kind != "error", -len(item[1]), item[0].kind, item[0].text)
        )


def _rows(stack: StackView) -> Iterator[Row]:
    kinds = kinds_of(stack.clusters)
    for key, cluster in stack.clusters.items():
        accesses = {consumer: _access(endpoints) for consumer, endpoints in cluster.endpoints.items()}
        for consumer, (connection, hosts) in (accesses or {_NO_ACCESS: (_NO_ACCESS, [])}).items():
            yield Row(
                cluster=key,
                consumer=consumer,
                stack=stack.name,
                labels=stack.labels,
                outcome=stack.outcome,
                kind=kinds.get(key, "not known"),
                connection=connection,
                public_access=stack.public_access.get(key, "not stated"),
                hosts=hosts,
                findings=len(stack.findings),
            )


def _access(endpoints: Mapping[str, EndpointOutput]) -> tuple[str, list[tuple[str, str]]]:
    """The state of a consumer's connections, the worst of several, and its hosts."""
    states = sorted({endpoint.connection_state for endpoint in endpoints.values()}, key=lambda state: state == APPROVED)
    hosts = [
        (host, ", ".join(addresses)) for endpoint in endpoints.values() for host, addresses in endpoint.hosts.items()
    ]
    return (states[0] if states else _NO_ACCESS), sorted(hosts, key=_storage_last)


def _storage_last(host: tuple[str, str]) -> tuple[bool, bool, str]:
    name = host[0]
    return ".kusto." not in name, name.startswith("ingest-"), name
