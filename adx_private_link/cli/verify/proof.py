"""Reports of `verify` as proof: that a consumer's clients reach a cluster by its private endpoints, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ValidationError

from ...facts.hand_overs import format_errors
from ...untrusted import InputError, parse_json, read_file
from ..errors import CommandError
from .findings import links_of

_CLOCKS_DIFFER = timedelta(minutes=5)
"""How far ahead the clock of the machine in the consumer's network may be."""


class _Fault(BaseModel):
    kind: str


class _Check(BaseModel):
    link: str
    fault: _Fault | None = None


class _Host(BaseModel):
    cluster: str
    role: str | None
    host: str | None
    addresses: list[str]
    checks: list[_Check]


class Proof(BaseModel):
    """A report of `verify --format json`."""

    consumer: str
    time: AwareDatetime
    hosts: list[_Host]


def read_proof(file: Path) -> Proof:
    """
    Read a report.

    Raises:
        CommandError: The file cannot be read, or is something else.
    """
    try:
        return Proof.model_validate(parse_json(read_file(file)))
    except InputError as error:
        reason = str(error)
    except ValidationError as error:
        reason = f"is something else ({format_errors(error)})"
    raise CommandError(f"{file} is not a report of `adx-private-link verify --format json`: it {reason}.")


def find_gap(
    proofs: Sequence[Proof], consumer: str, cluster: str, hosts: Mapping[str, Sequence[str]], max_age: timedelta
) -> str | None:
    """
    Find why reports do not prove that a consumer reaches a cluster privately. Returns None if the newest one does.

    Args:
        proofs: The reports, of any consumers and clusters.
        consumer: The consumer's key.
        cluster: The cluster's key.
        hosts: The addresses by host name, as the stack has them now.
        max_age: How old the report may be.
    """
    about = [proof for proof in proofs if proof.consumer == consumer and _hosts_of(proof, cluster)]
    if not about:
        return "no report of it"
    newest = max(about, key=lambda proof: proof.time)
    return _find_time_gap(newest.time, max_age) or _find_host_gap(_hosts_of(newest, cluster), hosts)


def _hosts_of(proof: Proof, cluster: str) -> list[_Host]:
    return [host for host in proof.hosts if host.cluster == cluster]


def _find_time_gap(time: datetime, max_age: timedelta) -> str | None:
    age = datetime.now(UTC) - time
    if age < -_CLOCKS_DIFFER:
        return f"its report is of {_in_words(time)}, which is in the future: check the clocks"
    if age > max_age:
        return f"its report is of {_in_words(time)}, and older than {max_age.total_seconds() / 3600:g} hours"
    return None


def _in_words(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _find_host_gap(reported: Sequence[_Host], hosts: Mapping[str, Sequence[str]]) -> str | None:
    for host in reported:
        if fault := next((check.fault for check in host.checks if check.fault), None):
            return f"its report has a fault: {fault.kind} of {host.host or host.cluster}"
    published = {host.host: sorted(host.addresses) for host in reported if host.host}
    if published != {host: sorted(addresses) for host, addresses in hosts.items()}:
        return "its report is about other hosts or addresses than the stack has now"
    for host in reported:
        missing = {*links_of(host.role, query=False)} - {check.link for check in host.checks}
        if host.host and missing:
            return f"its report does not check {', '.join(sorted(missing))} of {host.host}"
    return None
