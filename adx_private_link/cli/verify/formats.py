"""The findings as text: a table for people, JSON for machines, JUnit's XML for pipelines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from pydantic import BaseModel
from rich.text import Text

from ...counts import plural
from ...plain_text import escaped
from ..terminal.console import console
from ..terminal.tables import table
from .findings import LINKS, Link, VerifiedHost, links_of


class _Report(BaseModel):
    consumer: str
    time: datetime
    """When the checks ended, in UTC: `lock-down` takes the report as proof for some time."""
    hosts: Sequence[VerifiedHost]


def print_table(hosts: Sequence[VerifiedHost], *, query: bool) -> None:
    """Print a table of hosts and links, and below it the faults, with one remedy for those that share it."""
    links = LINKS if query else LINKS[:-1]
    out = console()
    out.print(table(("host", *links), [(host.name, *(_cell(host, link) for link in links)) for host in hosts]))
    for remedy, faults in _group_by_remedy(hosts).items():
        out.print(Text("\n" + "\n".join(faults), "bold red"))
        out.print(f"  {remedy}")
    faulty = sum(1 for host in hosts if host.faults)
    names = plural(len(hosts), "name")
    out.print(
        f"\n{faulty} of {names} {'has' if faulty == 1 else 'have'} a fault." if faulty else f"\n{names}: no faults."
    )


def _group_by_remedy(hosts: Sequence[VerifiedHost]) -> dict[str, list[str]]:
    """Return the faults by remedy, each in the order in which they were found: a native cluster has many hosts."""
    faults: dict[str, list[str]] = {}
    for host in hosts:
        for fault in host.faults:
            faults.setdefault(fault.remedy, []).append(f"{host.name}: {fault.says}")
    return faults


def _cell(host: VerifiedHost, link: Link) -> Text:
    for check in host.checks:
        if check.link == link:
            if check.fault:
                return Text(check.fault.kind, "red")
            # Green is for links that were checked now: the connection's state comes from the outputs.
            return Text(check.says.partition(",")[0]) if link == "connection" else Text("ok", "green")
    return Text("-", "dim")


def format_json(consumer: str, hosts: Sequence[VerifiedHost]) -> str:
    """Format every check of every host as JSON."""
    now = datetime.now(UTC).replace(microsecond=0)
    return _Report(consumer=consumer, time=now, hosts=hosts).model_dump_json(indent=2)


def format_junit(consumer: str, hosts: Sequence[VerifiedHost], *, query: bool) -> str:
    """Format a JUnit test case for each host and link; a link that was not checked is skipped."""
    suite = ET.Element("testsuite", name=escaped(f"adx-private-link verify {consumer}"))
    counts = {"tests": 0, "failures": 0, "skipped": 0}
    for host in hosts:
        checks = {check.link: check for check in host.checks}
        for link in links_of(host.role, query=query):
            case = ET.SubElement(suite, "testcase", classname=f"{consumer}.{host.cluster}.{host.role or host.target}")
            case.set("name", f"{host.name} {link}")
            counts["tests"] += 1
            check = checks.get(link)
            if check is None:
                ET.SubElement(case, "skipped", message="not tried")
                counts["skipped"] += 1
            elif check.fault:
                failure = ET.SubElement(case, "failure", type=check.fault.kind, message=escaped(check.fault.says))
                failure.text = escaped(check.fault.remedy)
                counts["failures"] += 1
    for name, count in counts.items():
        suite.set(name, str(count))
    return ET.tostring(suite, encoding="unicode", xml_declaration=True)
