"""The commands of the documentation that ask servers of a network, run against servers on loopback."""

from __future__ import annotations

from pathlib import Path

from tests.docs.pages import PAGES

from ..dns.servers import Server
from ..outputs import run
from .faults import OUTPUTS


def test_the_commands_of_the_documentation(network: Server, healthy_port: int, tmp_path: Path) -> None:
    lines = [line for page in PAGES for block in page.blocks_in("sh") for line in block.commands]
    commands = [
        line.removeprefix("adx-private-link ").partition(" > ")[0]
        for line in lines
        if line.startswith(("adx-private-link dns ", "adx-private-link verify "))
    ]
    names = {" ".join(command.split()[:2]) for command in commands}
    assert names == {"dns export", "dns diff", "verify --consumer"}
    for command in commands:
        arguments = command.replace("diff --nameserver 10.0.0.4", f"diff --nameserver {network.address}").split()
        if arguments[-1] == "clusters.json":
            arguments.pop()
        if arguments[0] == "verify":
            arguments += ["--nameserver", network.address, "--port", str(healthy_port)]
        result = run(tmp_path, OUTPUTS, *arguments)
        assert result.exit_code == 0, result.output
        assert result.stdout
