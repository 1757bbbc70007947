"""Runs of `verify`, and the faults that they report."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ..dns.servers import Server
from ..outputs import ENGINE, clusters, run

ADDRESS, OLD_ADDRESS = "127.0.0.9", "127.0.0.8"
"""The endpoint's address, and the address that it had before."""
OUTPUTS = clusters(engine=ADDRESS, ingestion=ADDRESS)
QUICK = ("--timeout", "1")
"""A short time limit, for checks that exceed it."""
WILDCARD = "*.westus.kusto.windows.net"
NO_FAULTS = {"connection": None, "dns": None, "tcp": None, "tls": None, "ping": None}
"""The kinds of the faults of a host whose links all hold."""

Faults = dict[str | None, dict[str, Any]]
"""The faults of each host, by link; None for a link that holds."""


def find_faults(
    tmp_path: Path, server: Server | str, port: int, *flags: str, outputs: dict[str, Any] = OUTPUTS
) -> Faults:
    """Run `verify` for people and for machines, compare both outputs, and return the faults."""
    address = server if isinstance(server, str) else server.address
    arguments = ("verify", "--nameserver", address, "--port", str(port), *flags)
    table = run(tmp_path, outputs, *arguments)
    hosts = json.loads(run(tmp_path, outputs, *arguments, "--json").stdout)["hosts"]
    for host in hosts:
        for fault in (check["fault"] for check in host["checks"] if check["fault"]):
            for part in (fault["kind"], fault["says"], fault["remedy"]):
                assert _without_seconds(part) in _without_seconds(table.stdout)
    assert table.exit_code == (1 if any(check["fault"] for host in hosts for check in host["checks"]) else 0)
    return {host["host"]: {check["link"]: check["fault"] for check in host["checks"]} for host in hosts}


def _without_seconds(text: str) -> str:
    """Remove times: caches count down between the two runs."""
    return re.sub(r"\d+ s\b", "some time", text)


def kinds(faults: Faults, host: str = ENGINE) -> dict[str, str | None]:
    """Return the kinds of a host's faults, by link."""
    return {link: fault and fault["kind"] for link, fault in faults[host].items()}
