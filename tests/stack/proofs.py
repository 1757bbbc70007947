"""Reports of `verify` from a consumer's network in the sandbox: names by its DNS, connections by its networks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from adx_private_link.cli import main
from adx_private_link.cli.verify import chain
from adx_private_link.cli.verify.endpoint import Destination
from adx_private_link.cli.verify.findings import Check, Fault
from azure_sandbox.testing import Stack

from .test_verify_names import NETWORKS, name_server_in


def verify_from(stack: Stack, consumer: str, file: Path, network: str | None = None) -> Path:
    """Run `verify` as a machine in a consumer's network, write its report into a file, and return the file."""
    network = network or NETWORKS[consumer]

    def check_endpoint(destination: Destination, *, ping: bool = True) -> Iterator[Check]:
        outcome = stack.reach(network, destination.host).outcome
        fault = None if outcome == "connected" else Fault(outcome, outcome, "")
        yield Check("tcp", outcome, fault)
        yield Check("tls", outcome, fault)
        if ping:
            yield Check("ping", outcome, fault)

    outputs = file.with_suffix(".outputs.json")
    outputs.write_text(json.dumps(stack.outputs()["clusters"]))
    with name_server_in(stack, network) as server, pytest.MonkeyPatch.context() as patched:
        patched.setattr(chain, "check_endpoint", check_endpoint)
        arguments = ["verify", str(outputs), "--consumer", consumer, "--nameserver", server, "--format", "json"]
        file.write_text(CliRunner().invoke(main, arguments).stdout)
    return file
