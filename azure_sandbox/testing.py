"""Pulumi programs tested on the real engine, in the sandbox: what the fixture `azure_sandbox` gives."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from .azure import Azure, Json
from .home import Home
from .provider.attached import attached_environment
from .resolver import resolve
from .vault import SECRETS_PROVIDER, vault_environment
from .warm.interpreter import warmed

_NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "venv", ".sandbox", "__pycache__", ".pytest_cache", "node_modules"
)


@dataclass(frozen=True)
class Run:
    """One run of `pulumi`."""

    exit_code: int
    operations: list[str]
    """In order, without the resources that stay the same: `create PrivateEndpoint myadx.analytics.engine`."""
    output: str
    """What a person would read: messages, each under the name of its resource."""
    urns: list[str]
    """Every resource that took part."""
    preview: Run | None = None
    """The preview that an update began with, if it did."""

    @property
    def succeeded(self) -> bool:
        return self.exit_code == 0


class Stack:
    """A stack of a Pulumi program, deployed into a sandbox by the `pulumi` on PATH."""

    def __init__(self, directory: Path, home: Home, name: str = "test") -> None:
        """
        A stack that is there already; `Sandbox.stack` makes one.

        Args:
            directory: Where the program lies; its stack file is written there.
            home: The sandbox.
            name: The stack's name.
        """
        self.directory = directory
        self.home = home
        self.name = name
        self.warm = True
        """Whether programs and plugins run in a warm interpreter (`azure_sandbox.warm`), or start as for a user."""
        self.attached = True
        """Whether engines attach to the provider in this process, if `warm`, or start the plugin."""

    def init(self) -> None:
        """`pulumi stack init`, with a key that is kept in a vault of this process."""
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
        """`pulumi up`, without asking; with `preview`, its preview comes first, as for a user (`Run.preview`)."""
        return self._run("up", "--yes", *([] if preview else ["--skip-preview"]), *flags)

    def refresh(self, *flags: str) -> Run:
        """`pulumi refresh`, without asking."""
        return self._run("refresh", "--yes", "--skip-preview", *flags)

    def destroy(self) -> Run:
        """`pulumi destroy`, without asking."""
        return self._run("destroy", "--yes", "--skip-preview")

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        [stack] = [each for each in self.state() if each["type"] == "pulumi:pulumi:Stack"] or [{}]
        return _shown(stack.get("outputs", {}))

    def state(self) -> list[dict[str, Any]]:
        """The resources of the stack's state."""
        project = yaml.safe_load((self.directory / "Pulumi.yaml").read_text())["name"]
        kept: Json = json.loads(self.home.state_of(project, self.name).read_text())
        deployment: Json = kept["checkpoint"]["latest"] or {}
        return deployment.get("resources", [])

    def resolve(self, network: str, host: str) -> list[str]:
        """What a client in a network (its id) gets for a name: CNAME targets, then addresses."""
        return [each.value for each in resolve(self.home.azure, network, host)]

    def world(self) -> list[Json]:
        """Every resource in Azure, as GET answers it."""
        return self.home.azure.list()

    def pulumi(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """
        Any command of `pulumi` on this stack.

        Raises:
            AssertionError: It has failed, unless `check` is off.
        """
        command = ["pulumi", "--non-interactive", *arguments]
        if arguments[:2] != ("stack", "init"):
            command += ["--stack", self.name]
        warm = self.warm and "--debug" not in arguments  # programs in the warm interpreter send no debug messages
        finished = subprocess.run(  # noqa: S603 - arguments, no shell
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
        if check and finished.returncode:
            raise AssertionError(f"{' '.join(command)} failed:\n{finished.stdout}\n{finished.stderr}")
        return finished

    def _run(self, command: str, *flags: str) -> Run:
        finished = self.pulumi(command, "--json", *flags, check=False)
        events = [json.loads(line) for line in finished.stdout.splitlines() if line.startswith("{")]
        # The engine begins a preview, and the update after it, with a prelude each.
        starts = [place for place, each in enumerate(events) if "preludeEvent" in each]
        update = starts[-1] if len(starts) > 1 else 0
        return _run_of(
            command,
            events[update:],
            exit_code=finished.returncode,
            stderr=finished.stderr,
            preview=_run_of(command, events[:update]) if update else None,
        )


class Sandbox:
    """An Azure of a test's own, with the default world at first; a misspelt property is an error in it."""

    def __init__(self, directory: Path) -> None:
        """
        A new sandbox.

        Args:
            directory: A directory of the test's own, new or empty.
        """
        self._directory = directory
        self.home = Home(directory / "azure")
        self.home.reset(None)

    @property
    def azure(self) -> Azure:
        """Azure itself, to look at (`get`, `list`), to change by hand (`put`, `delete`), or to make trouble in."""
        return self.home.azure

    @property
    def environment(self) -> Mapping[str, str]:
        """For a command, or for `pulumi.automation.LocalWorkspaceOptions(env_vars=…)`: the sandbox in Azure's place."""
        return environment(self.home, attached=False)

    def start_from(self, world: Path) -> None:
        """Start over from a world file. Raises `WorldError`."""
        self.home.reset(world)

    def stack(self, program: Path, name: str = "test") -> Stack:
        """
        A stack of a program's copy: nothing is written into the program's own directory.

        Args:
            program: The directory with its Pulumi.yaml.
            name: The stack's name; its settings are taken along (`Pulumi.<name>.yaml`).
        """
        directory = self._directory / f"{program.name}-{name}"
        shutil.copytree(program, directory, ignore=_NOT_COPIED)
        stack = Stack(directory, self.home, name)
        stack.init()
        return stack

    def resolve(self, network: str, host: str) -> list[str]:
        """What a client in a network (its id) gets for a name: CNAME targets, then addresses."""
        return [each.value for each in resolve(self.azure, network, host)]


def hear_interrupts() -> None:
    """
    Stop ignoring SIGINT in this process, so that the commands it starts hear it.

    A shell makes what it starts in the background ignore SIGINT, and commands inherit that.

    The engine interrupts the language host at the end of each operation, and waits for it to end, for five seconds.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


def environment(home: Home, *, warm: bool = True, attached: bool = True) -> dict[str, str]:
    """
    For a command: a sandbox in Azure's place that is strict about misspelt properties.

    With `attached`, engines use the provider in this process, which no other variable of a command reaches, such as one
    that says who it is for Azure; else they start one, which is warm as well.
    """
    variables = {**vault_environment(), "AZURE_SANDBOX_STRICT": "1"}
    if warm:
        variables |= attached_environment(home) if attached else {}
        return {**home.environment(warmed(os.environ)), **variables}
    return {**home.environment(os.environ), **variables}


def _run_of(
    command: str, events: list[Json], *, exit_code: int = 0, stderr: str = "", preview: Run | None = None
) -> Run:
    """The run in which the engine has sent these events."""
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
        exit_code,
        [_operation(each) for each in done],
        "".join(_spoken(each) for each in spoken if each["severity"] != "debug") + stderr,
        sorted({each["urn"] for each in started}),
        preview,
    )


def _shown(value: Any) -> Any:
    """As Pulumi shows it: secrets are not."""
    match value:
        case {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}:
            return "[secret]"
        case dict():
            return {name: _shown(each) for name, each in cast("Json", value).items()}
        case list():
            return [_shown(each) for each in cast("list[Any]", value)]
        case _:
            return value


def _operation(metadata: dict[str, Any]) -> str:
    """`create PrivateEndpoint myadx.analytics.engine`."""
    kind, name = str(metadata["type"]).rsplit(":", 1)[-1], cast("str", metadata["urn"]).rsplit("::", 1)[1]
    return f"{metadata['op']} {kind} {name}"


def _spoken(diagnostic: dict[str, Any]) -> str:
    """A message under the name of its resource, as Pulumi shows it."""
    urn = str(diagnostic.get("urn") or "")
    return f"{urn.rsplit('::', 1)[1]}: {diagnostic['message']}" if "::" in urn else diagnostic["message"]
