"""What was found out, for people, for machines and for pipelines."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from pydantic import BaseModel
from rich.text import Text

from ...plain_text import escaped
from ..terminal.console import console, table
from .findings import LINKS, Link, Verified


class _Report(BaseModel):
    consumer: str
    hosts: Sequence[Verified]


def print_table(verified: Sequence[Verified], *, query: bool) -> None:
    """A table of hosts and links, and below it each fault with its remedy."""
    links = _links(query=query)
    out = console()
    out.print(table(("host", *links), [(each.name, *(_cell(each, link) for link in links)) for each in verified]))
    for each in verified:
        for fault in each.faults:
            out.print(Text(f"\n{each.name}: {fault.says}", "bold red"))
            out.print(f"  {fault.remedy}")
    broken = sum(1 for each in verified if each.faults)
    names = f"{len(verified)} {'names' if len(verified) != 1 else 'name'}"
    out.print(
        f"\n{broken} of {names} {'has' if broken == 1 else 'have'} a problem." if broken else f"\n{names}: all well."
    )


def _links(*, query: bool) -> tuple[Link, ...]:
    return LINKS if query else LINKS[:-1]


def _cell(verified: Verified, link: Link) -> Text:
    for check in verified.checks:
        if check.link == link:
            if check.fault:
                return Text(check.fault.kind, "red")
            # Only what was tried just now is green: the connection's state comes from the outputs.
            return Text("Approved") if link == "connection" else Text("ok", "green")
    return Text("-", "dim")


def as_json(consumer: str, verified: Sequence[Verified]) -> str:
    """Every check of every host."""
    return _Report(consumer=consumer, hosts=verified).model_dump_json(indent=2)


def as_junit(consumer: str, verified: Sequence[Verified], *, query: bool) -> str:
    """A test case for each host and link; what could not be tried is skipped."""
    suite = ET.Element("testsuite", name=escaped(f"adx-private-link verify {consumer}"))
    counts = {"tests": 0, "failures": 0, "skipped": 0}
    for each in verified:
        checks = {check.link: check for check in each.checks}
        for link in _links(query=query):
            case = ET.SubElement(suite, "testcase", classname=f"{consumer}.{each.cluster}.{each.role}")
            case.set("name", f"{each.name} {link}")
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
