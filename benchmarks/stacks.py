"""The stacks of the programs that are compared, each in a sandbox of its own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import yaml

from azure_sandbox.sandbox_environment import sandbox_environment
from azure_sandbox.sandbox_home import SandboxHome

from .measurement import BenchmarkError, Measurement, measure
from .programs import Program
from .worlds import Kind, settings, write_world


class Stack:
    """The stack of one program, for a number of clusters."""

    def __init__(self, directory: Path, program: Program, clusters: int, kind: Kind = "injected") -> None:
        self.clusters = clusters
        self.kind: Kind = kind
        self.program = program
        self.directory = directory / f"{program.name}-{clusters}"
        self.directory.mkdir(parents=True)
        program.write(self.directory)
        self._world = directory / f"world-{clusters}.yaml"
        if not self._world.exists():
            write_world(self._world, clusters, kind)
        self.home = SandboxHome(self.directory / ".sandbox")
        self.start_over()

    def start_over(self) -> None:
        """Reset the sandbox and the stack."""
        self.home.reset(self._world)
        file = self.directory / "Pulumi.bench.yaml"
        file.unlink(missing_ok=True)
        written = {**settings(self.clusters, self.kind), **self.program.settings}
        config = {f"adx-private-link:{key}": value for key, value in written.items()}
        subprocess.run(
            ["pulumi", "--non-interactive", "stack", "init", "bench"],
            cwd=self.directory,
            env=self._environment,
            check=True,
            capture_output=True,
        )
        content = yaml.safe_load(file.read_text())
        file.write_text(yaml.safe_dump({**content, "config": config}))

    @property
    def _environment(self) -> dict[str, str]:
        return sandbox_environment(self.home, os.environ)

    def preview(self, *flags: str) -> Measurement:
        """Measure `pulumi preview`."""
        return self._run("preview", *flags)

    def up(self, *flags: str) -> Measurement:
        """Measure `pulumi up`, as CI runs it."""
        return self._run("up", "--yes", "--skip-preview", *flags)

    def count_resources(self) -> int:
        """The number of resources in Azure."""
        return len(self.home.azure.list())

    def _run(self, *arguments: str) -> Measurement:
        command = ["pulumi", "--non-interactive", *arguments, "--stack", "bench"]
        try:
            return measure(command, self.directory, self._environment)
        except BenchmarkError as error:
            raise BenchmarkError(f"{self.directory.name}: {error}") from None
