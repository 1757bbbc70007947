"""A stack of a Pulumi program, deployed into a sandbox."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, cast

import yaml

from ..azure import Json
from ..reachability import Reach, reach
from ..resolver import resolve
from ..sandbox_home import SandboxHome
from .command_environment import environment
from .run import Run, read_run
from .secrets_provider import SECRETS_PROVIDER


class Stack:
    """A stack of a Pulumi program, deployed into a sandbox by the `pulumi` on PATH."""

    def __init__(self, directory: Path, home: SandboxHome, name: str = "test") -> None:
        """
        An existing stack; `Sandbox.stack` creates one.

        Args:
            directory: The program's directory; the stack file is written there.
            home: The sandbox.
            name: The stack's name.
        """
        self.directory = directory
        self.home = home
        self.name = name
        self.warm = True
        """Whether programs and plugins run in a warm Python (`azure_sandbox.warm_python`), or start as for a user."""
        self.attached = True
        """Whether engines use the provider in this process, if `warm`, or start the plugin."""

    def init(self) -> None:
        """`pulumi stack init`, with the secrets provider of this process."""
        self.pulumi("stack", "init", self.name, "--secrets-provider", SECRETS_PROVIDER)

    def configure(self, **settings: Any) -> None:
        """Write the stack's settings, in the namespace of its project: `configure(clusters={…}, consumers={…})`."""
        project: dict[str, Any] = yaml.safe_load((self.directory / "Pulumi.yaml").read_text())
        file = self.directory / project.get("stackConfigDir", "") / f"Pulumi.{self.name}.yaml"
        content: dict[str, Any] = (yaml.safe_load(file.read_text()) if file.exists() else None) or {}
        content["config"] = {f"{project['name']}:{key}": value for key, value in settings.items()}
        file.write_text(yaml.safe_dump(content, sort_keys=False))

    def preview(self, *flags: str) -> Run:
        """`pulumi preview`, with flags such as `--expect-no-changes`."""
        return self._run("preview", *flags)

    def up(self, *flags: str, preview: bool = False) -> Run:
        """`pulumi up` without a prompt; with `preview`, its preview runs first, as for a user (`Run.preview`)."""
        return self._run("up", "--yes", *([] if preview else ["--skip-preview"]), *flags)

    def refresh(self, *flags: str) -> Run:
        """`pulumi refresh` without a prompt."""
        return self._run("refresh", "--yes", "--skip-preview", *flags)

    def destroy(self) -> Run:
        """`pulumi destroy` without a prompt."""
        return self._run("destroy", "--yes", "--skip-preview")

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        [stack] = [resource for resource in self.state() if resource["type"] == "pulumi:pulumi:Stack"] or [{}]
        return _without_secrets(stack.get("outputs", {}))

    def state(self) -> list[dict[str, Any]]:
        """The resources in the stack's state."""
        project = yaml.safe_load((self.directory / "Pulumi.yaml").read_text())["name"]
        content: Json = json.loads(self.home.state_of(project, self.name).read_text())
        deployment: Json = content["checkpoint"]["latest"] or {}
        return deployment.get("resources", [])

    def resolve(self, network: str, host: str) -> list[str]:
        """The DNS answers for a host in a virtual network (its id): CNAME targets, then addresses."""
        return [answer.value for answer in resolve(self.home.azure, network, host)]

    def reach(self, network: str, host: str) -> Reach:
        """Whether a client in a virtual network (its id) connects to a host, and through what."""
        return reach(self.home.azure, network, host)

    def world(self) -> list[Json]:
        """All resources in Azure, as GET answers them."""
        return self.home.azure.list()

    def pulumi(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """
        Run any `pulumi` command on this stack.

        Raises:
            AssertionError: The command failed, and `check` is on.
        """
        command = ["pulumi", "--non-interactive", *arguments]
        if arguments[:2] != ("stack", "init"):
            command += ["--stack", self.name]
        warm = self.warm and "--debug" not in arguments  # programs in a warm Python send no debug messages
        completed = subprocess.run(  # noqa: S603 - arguments, no shell
            command,
            cwd=self.directory,
            env={
                **environment(self.home, warm=warm, attached=self.attached),
                "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if check and completed.returncode:
            raise AssertionError(f"{' '.join(command)} failed:\n{completed.stdout}\n{completed.stderr}")
        return completed

    def _run(self, command: str, *flags: str) -> Run:
        completed = self.pulumi(command, "--json", *flags, check=False)
        return read_run(command, completed.returncode, completed.stdout, completed.stderr)


def _without_secrets(value: Any) -> Any:
    """The value as Pulumi shows it: with `[secret]` instead of secrets."""
    match value:
        case {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}:
            return "[secret]"
        case dict():
            return {name: _without_secrets(item) for name, item in cast("Json", value).items()}
        case list():
            return [_without_secrets(item) for item in cast("list[Any]", value)]
        case _:
            return value
