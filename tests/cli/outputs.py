"""The stack output `clusters` of the source document's example, and the command that reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from adx_private_link.cli import main

ENGINE = "myadx.westus.kusto.windows.net"
INGESTION = "ingest-myadx.westus.kusto.windows.net"
PRIVATE = "myadx.privatelink.westus.kusto.windows.net"
ENDPOINT = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network"
    "/privateEndpoints/pe"
)
ZONE = "privatelink.westus.kusto.windows.net"


def endpoint(hosts: dict[str, list[str]], state: str = "Approved") -> dict[str, Any]:
    return {"id": ENDPOINT, "connection_state": state, "hosts": hosts}


def clusters(engine: str = "10.3.0.9", ingestion: str = "10.3.0.10", **consumers: Any) -> dict[str, Any]:
    """Return the output for one cluster with the consumer `analytics`, and with more consumers if named."""
    analytics = {"engine": endpoint({ENGINE: [engine]}), "ingestion": endpoint({INGESTION: [ingestion]})}
    return {"myadx": {"zone": ZONE, "services": {}, "endpoints": {"analytics": analytics, **consumers}}}


ACCOUNTS = ("4abkstrldmyadx00", "ac9kstrldmyadx01")
"""The storage accounts of the native cluster."""
ZONES = {
    ENGINE: ("engine", ZONE),
    INGESTION: ("ingestion", ZONE),
    **{
        f"{account}.{service}.core.windows.net": ("storage", f"privatelink.{service}.core.windows.net")
        for account in ACCOUNTS
        for service in ("blob", "queue", "table")
    },
}
"""The role and the zone of each host name of the native cluster, in the order of its endpoint's addresses."""


def native_endpoint(zone_group: str | None = f"{ENDPOINT}/privateDnsZoneGroups/default") -> dict[str, Any]:
    """Return the endpoint of a native cluster: each name has an address of its own, from 10.3.0.4 on."""
    return {
        **endpoint({host: [f"10.3.0.{number}"] for number, host in enumerate(ZONES, start=4)}),
        "names": {host: {"role": role, "zone": zone} for host, (role, zone) in ZONES.items()},
        **({"zone_group": zone_group} if zone_group else {}),
    }


def native_clusters(**consumers: Any) -> dict[str, Any]:
    """Return the output for one native cluster with the consumer `analytics`, and with more consumers if named."""
    analytics = {"cluster": native_endpoint()}
    return {"myadx": {"zone": ZONE, "services": {}, "endpoints": {"analytics": analytics, **consumers}}}


def run(tmp_path: Path, outputs: dict[str, Any], *arguments: str) -> Result:
    """Run `adx-private-link …` with these outputs in a file."""
    file = tmp_path / "clusters.json"
    file.write_text(json.dumps(outputs))
    result = CliRunner().invoke(main, [*arguments, str(file)])
    # Anything but a deliberate exit would be a traceback on the user's screen.
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def exported(tmp_path: Path, outputs: dict[str, Any], *arguments: str) -> str:
    result = run(tmp_path, outputs, "dns", "export", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout
