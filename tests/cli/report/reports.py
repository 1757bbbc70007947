"""Reports of fake previews, and consumers to start from."""

from __future__ import annotations

from io import StringIO
from typing import Any

from rich.console import Console

from adx_private_link.cli.report.reading import read_plan
from adx_private_link.cli.report.summary import StackReport, stack_report
from adx_private_link.cli.report.terminal import print_reports

from .previews import DOMAIN, ZONE, FakePreview

HOST = f"adx.{DOMAIN}"
HUB_IN_WORDS = f"{ZONE} (resource group hub)"
PUBLIC = "NxDomainRedirect"
"""The policy by which a network gets the public answer for what its zone lacks."""


def reported(preview: FakePreview) -> StackReport:
    return stack_report(read_plan(preview.content, "file"))


def risks(preview: FakePreview) -> dict[str, str]:
    """The subject and message of each risk, by kind."""
    return {each.kind: f"{each.subject} {each.message}" for each in reported(preview).risks}


def on_a_terminal(report: StackReport, width: int = 80) -> str:
    """A report as a terminal of some width shows it."""
    output = StringIO()
    console = Console(file=output, width=width, highlight=False, markup=False, emoji=False, soft_wrap=True)
    print_reports([report], console)
    return output.getvalue()


def connected(preview: FakePreview, *, approved_here: bool = True, **more: Any) -> str:
    """A consumer whose endpoint stays as it is; the URN of its component."""
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    side = preview.consumer(of=cluster, **more)
    preview.endpoint(side, {"subnet": {"id": "s"}}, {"subnet": {"id": "s"}})
    if approved_here:
        preview.approval(side, ["c"], ["c"], "analytics")
    return side


def replaced(preview: FakePreview, **more: Any) -> str:
    """A consumer whose endpoint is replaced."""
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    side = preview.consumer(of=cluster)
    preview.endpoint(side, {}, {}, replace=True, **more)
    return side
