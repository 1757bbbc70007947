"""Reports of fake previews, and consumers to start from."""

from __future__ import annotations

from io import StringIO
from typing import Any, get_args

import pytest
from rich.console import Console

from adx_private_link.cli.report.reading import read_plan
from adx_private_link.cli.report.summary import StackReport, stack_report
from adx_private_link.cli.report.terminal import print_reports

from .previews import DOMAIN, HUB, ZONE, FakePreview, Kind

BOTH_KINDS = pytest.mark.parametrize("kind", get_args(Kind))
"""Clusters of both kinds: a fake preview of an injected one has the engine only."""
HOST = f"adx.{DOMAIN}"
WHAT: dict[Kind, str] = {"injected": "`adx` (engine)", "native": "`adx`"}
"""The cluster in a sentence about all of its private endpoint's roles."""
OWNER_OF: dict[Kind, str] = {"injected": "the service's owner", "native": "the cluster's owner"}
HOSTS_IN_HUB: dict[Kind, str] = {"injected": f"`{HOST}`", "native": f"`{HOST}`, `ingest-adx.{DOMAIN}`"}
"""The hosts with records in the hub's zone, in words."""
HUB_IN_WORDS = f"{ZONE} (resource group hub)"
PUBLIC = "NxDomainRedirect"
"""The policy by which a network gets the public answer for a name that its zone lacks."""


def reported(preview: FakePreview) -> StackReport:
    return stack_report(read_plan(preview.content, "file"))


def risks(preview: FakePreview) -> dict[str, str]:
    """Return the subject and message of each risk, by kind."""
    return {risk.kind: f"{risk.subject} {risk.message}" for risk in reported(preview).risks}


def on_a_terminal(report: StackReport, width: int = 80) -> str:
    """Print a report on a terminal of some width, and return the text."""
    output = StringIO()
    console = Console(file=output, width=width, highlight=False, markup=False, emoji=False, soft_wrap=True)
    print_reports([report], console)
    return output.getvalue()


def connected(preview: FakePreview, *, approved_here: bool = True, **more: Any) -> str:
    """Add a consumer whose endpoint stays as it is; return the URN of its component."""
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    consumer = preview.consumer(parent=cluster, **more)
    preview.endpoint(consumer, {"subnet": {"id": "s"}}, {"subnet": {"id": "s"}})
    if approved_here:
        preview.approval(consumer, ["c"], ["c"], "analytics")
    return consumer


def replaced(preview: FakePreview, **more: Any) -> str:
    """Add a consumer whose endpoint is replaced; return the URN of its component."""
    cluster, services = preview.cluster()
    preview.service(services, {}, {})
    consumer = preview.consumer(parent=cluster)
    preview.endpoint(consumer, {}, {}, replace=True, **more)
    return consumer


def linked(preview: FakePreview, policy: str = PUBLIC, key: str = HUB, **more: Any) -> str:
    """Add a zone that the network `spoke` is linked to; return the URN of its component."""
    zone = preview.zone(key, **more)
    urn = preview.link("spoke", policy, policy, (zone, zone))
    preview.steps[-1]["urn"] = f"{urn}-{key}"
    return zone
