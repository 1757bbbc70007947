"""`azure-sandbox resolve`."""

from __future__ import annotations

import json
from pathlib import Path

from ..commands import HOST, NETWORK, run_command


def test_resolve_prints_the_chain_of_answers(home: Path) -> None:
    result = run_command(home, "resolve", "--network", NETWORK, HOST)
    private = "myadx.privatelink.westus.kusto.windows.net"
    assert result.output == f"{HOST}  CNAME  {private}\n{private}  A  40.122.110.154\n"


def test_resolve_as_json(home: Path) -> None:
    result = run_command(home, "resolve", "--network", NETWORK, HOST, "--format", "json")
    private = "myadx.privatelink.westus.kusto.windows.net"
    assert json.loads(result.output) == [
        {"name": HOST, "type": "CNAME", "value": private},
        {"name": private, "type": "A", "value": "40.122.110.154"},
    ]
    unknown = run_command(home, "resolve", "--network", NETWORK, "nobody.example", "--format", "json")
    assert (unknown.exit_code, json.loads(unknown.output)) == (1, [])


def test_resolve_of_an_unknown_host_fails(home: Path) -> None:
    result = run_command(home, "resolve", "--network", NETWORK, "nobody.example")
    assert (result.exit_code, result.output) == (1, "nobody.example  NXDOMAIN\n")


def test_resolve_rejects_an_id_of_another_type(home: Path) -> None:
    result = run_command(home, "resolve", "--network", f"{NETWORK}/subnets/clients", HOST)
    assert (result.exit_code, result.output) == (2, f"Error: {NETWORK}/subnets/clients is not a virtual network.\n")
