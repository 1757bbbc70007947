"""`azure-sandbox reach`."""

from __future__ import annotations

import json
from pathlib import Path

from ..commands import HOST, NETWORK, run_command


def test_reach_prints_who_answers(home: Path) -> None:
    result = run_command(home, "reach", "--network", NETWORK, HOST)
    assert (result.exit_code, result.output) == (0, f"{HOST}  connected  40.122.110.154\n")


def test_reach_as_json(home: Path) -> None:
    result = run_command(home, "reach", "--network", NETWORK, HOST, "--format", "json")
    assert json.loads(result.output) == {"outcome": "connected", "address": "40.122.110.154", "through": ""}


def test_reach_of_an_unknown_host_fails(home: Path) -> None:
    result = run_command(home, "reach", "--network", NETWORK, "nobody.example")
    assert (result.exit_code, result.output) == (1, "nobody.example  no-such-name\n")


def test_reach_rejects_an_id_of_another_type(home: Path) -> None:
    result = run_command(home, "reach", "--network", f"{NETWORK}/subnets/clients", HOST)
    assert (result.exit_code, result.output) == (2, f"Error: {NETWORK}/subnets/clients is not a virtual network.\n")
