"""A Pulumi program on the real engine, with a sandbox of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from azure_sandbox.home import Home
from azure_sandbox.resolver import resolve

PROJECT = Path(__file__).parents[2]
DEFAULT_WORLD: Path | None = None


@dataclass(frozen=True)
class Operation:
    """What the engine does, or would do, to one resource."""

    op: str
    type: str
    name: str

    def __str__(self) -> str:
        return f"{self.op} {self.type.rsplit(':', 1)[-1]} {self.name}"


@dataclass(frozen=True)
class Run:
    """One run of `pulumi`."""

    exit_code: int
    operations: list[str]
    """In order, without the resources that stay the same: `create PrivateEndpoint myadx.analytics.engine`."""
    output: str
    """What a person would read."""
    urns: list[str]

    @property
    def succeeded(self) -> bool:
        return self.exit_code == 0


def _spoken(diagnostic: dict[str, Any]) -> str:
    """A message under the name of its resource, as Pulumi shows it."""
    urn = str(diagnostic.get("urn") or "")
    return f"{urn.rsplit('::', 1)[1]}: {diagnostic['message']}" if "::" in urn else diagnostic["message"]


class Stack:
    """A stack of a program (the project's own, or an example) that deploys into a world."""

    def __init__(self, directory: Path, world: Path | None, program: Path = PROJECT) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(program / name, directory / name)
        self.directory = directory
        self.home = Home(directory / ".sandbox")
        self.home.reset(world)
        self._environment = self.home.environment(os.environ)
        self.pulumi("stack", "init", "test")

    @classmethod
    def opened(cls, directory: Path) -> Stack:
        """A stack that is there already, such as a copy of another one's directory."""
        stack = cls.__new__(cls)
        stack.directory = directory
        stack.home = Home(directory / ".sandbox")
        stack._environment = stack.home.environment(os.environ)
        return stack

    def configure(self, **settings: Any) -> None:
        """Write the stack's settings: `clusters={…}, consumers={…}`."""
        file = self.directory / "Pulumi.test.yaml"
        content: dict[str, Any] = yaml.safe_load(file.read_text()) or {}
        content["config"] = {f"adx-private-link:{name}": value for name, value in settings.items()}
        file.write_text(yaml.safe_dump(content, sort_keys=False))

    def preview(self, *flags: str) -> Run:
        return self._run("preview", *flags)

    def up(self, *flags: str) -> Run:
        return self._run("up", "--yes", "--skip-preview", *flags)

    def refresh(self, *flags: str) -> Run:
        return self._run("refresh", "--yes", "--skip-preview", *flags)

    def destroy(self) -> Run:
        return self._run("destroy", "--yes", "--skip-preview")

    def outputs(self) -> dict[str, Any]:
        return json.loads(self.pulumi("stack", "output", "--json").stdout)

    def state(self) -> list[dict[str, Any]]:
        return json.loads(self.pulumi("stack", "export").stdout)["deployment"].get("resources", [])

    def resolve(self, network: str, host: str) -> list[str]:
        """The chain that a client gets: CNAME targets, then addresses."""
        return [each.value for each in resolve(self.home.azure, network, host)]

    def world(self) -> list[dict[str, Any]]:
        return self.home.azure.list()

    def _run(self, command: str, *flags: str) -> Run:
        finished = self.pulumi(command, "--json", *flags, check=False)
        events = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]
        started = [each["resourcePreEvent"]["metadata"] for each in events if "resourcePreEvent" in each]
        spoken = [each["diagnosticEvent"] for each in events if "diagnosticEvent" in each]
        # `replace` only announces the pair of operations that follow it.
        done = [each for each in started if each["op"] not in ("same", "replace", "refresh")]
        if command == "refresh":
            done = [
                each["resOutputsEvent"]["metadata"]
                for each in events
                if "resOutputsEvent" in each and each["resOutputsEvent"]["metadata"]["op"] in ("update", "delete")
            ]
        return Run(
            finished.returncode,
            [str(Operation(each["op"], each["type"], cast("str", each["urn"]).rsplit("::", 1)[1])) for each in done],
            "".join(_spoken(each) for each in spoken if each["severity"] != "debug") + finished.stderr,
            sorted({each["urn"] for each in started}),
        )

    def pulumi(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = ["pulumi", "--non-interactive", *arguments]
        if arguments[:2] != ("stack", "init"):
            command += ["--stack", "test"]
        finished = subprocess.run(
            command,
            cwd=self.directory,
            env={**self._environment, "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"},
            capture_output=True,
            text=True,
            check=False,
        )
        if check and finished.returncode:
            raise AssertionError(f"{' '.join(command)} failed:\n{finished.stdout}\n{finished.stderr}")
        return finished
