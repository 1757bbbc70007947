"""A fleet of three stacks, in a sandbox of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from adx_private_link.cli.fleet.results import Operation, Results, StackResult
from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import environment

from .harness import COMMAND, PROJECT, copy_program

CLIENTS = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network"
    "/virtualNetworks/analytics-vnet/subnets/clients"
)
ADX = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Kusto/Clusters"
DNS = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/dns"
FLEET = f"""\
group_by: [team]
at_most: 1
clusters:
  newadx: {{labels: {{team: data}}, id: {ADX}/newadx}}
  myadx: {{labels: {{team: ops}}, id: {ADX}/myadx}}
consumers:
  analytics:
    subnet_id: {CLIENTS}
zones:
  west:
    resource_group_id: {DNS}
    names:
      - privatelink.westus.kusto.windows.net
      - privatelink.blob.core.windows.net
      - privatelink.queue.core.windows.net
      - privatelink.table.core.windows.net
"""
STACKS = ("zones.west", "data.1", "ops.1")
SECONDS = 300


class Fleet:
    """A fleet of three stacks in a sandbox of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()
        copy_program(PROJECT, directory)
        (directory / "fleet.yaml").write_text(FLEET)
        self.home = SandboxHome(directory / ".sandbox")
        self.home.reset(PROJECT / "examples" / "shared_zones" / "world.yaml")
        self.succeed("write")

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.home, attached=False)

    def start(self, *arguments: str, output: int = subprocess.PIPE) -> subprocess.Popen[str]:
        """
        Start a command of the fleet cold: a warm one is no child of this process, and could not be killed.

        It leads a group of processes, as in a shell.
        """
        return subprocess.Popen(
            [sys.executable, *COMMAND[1:], "fleet", *arguments],
            cwd=self.directory,
            env=environment(self.home, warm=False),
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    @contextmanager
    def on_terminal(self, *arguments: str) -> Generator[tuple[subprocess.Popen[str], list[str]]]:
        """Start a command of the fleet on a terminal; what it shows is added to the list."""
        ours, theirs = os.openpty()
        process, shown = self.start(*arguments, output=theirs), list[str]()
        os.close(theirs)

        def read() -> None:
            # Linux reports the end of a terminal as an error.
            with suppress(OSError):
                while data := os.read(ours, 4096):
                    shown.append(data.decode(errors="replace"))

        reader = threading.Thread(target=read)
        reader.start()
        try:
            yield process, shown
        finally:
            process.kill()
            process.wait()
            reader.join(SECONDS)
            os.close(ours)

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run a command of the fleet, and return its exit code and output."""
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=SECONDS)
        return process.returncode, output

    def succeed(self, *arguments: str) -> str:
        """Run a command of the fleet that must succeed, and return its output."""
        code, output = self.run(*arguments)
        assert code == 0, output
        return output

    def pulumi(self, *arguments: str) -> None:
        """Run `pulumi`."""
        command = ["pulumi", "--non-interactive", *arguments]
        subprocess.run(command, cwd=self.directory, env=self.environment, check=True, capture_output=True)

    def results(self, operation: Operation = "up", directory: str = "fleet-results") -> dict[str, StackResult]:
        """Return the results of all stacks that have one."""
        results = Results(self.directory / directory)
        read = {stack: results.read(operation, stack) for stack in STACKS}
        return {stack: result for stack, result in read.items() if result}

    def check_deployed(self) -> None:
        """Check that every stack is deployed once, with nothing left to do."""
        self.succeed("preview", "--results", "afterwards")
        assert {result.status for result in self.results("preview", "afterwards").values()} == {"unchanged"}
        for stack in STACKS:
            state = json.loads(self.home.state_of("adx-private-link", stack).read_text())["checkpoint"]["latest"]
            assert not state.get("pending_operations")
        types = [resource["type"] for resource in self.home.azure.list()]
        assert types.count("Microsoft.Network/privateDnsZones") == 4
        assert types.count("Microsoft.Network/privateEndpoints") == 3

    def locks(self, stack: str) -> list[Path]:
        """Return the files of a stack's locks."""
        return [*(self.home.stacks / ".pulumi" / "locks").rglob(f"{stack}/*.json")]
