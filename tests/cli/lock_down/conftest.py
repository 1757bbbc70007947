"""A stack of the native cluster `newadx`, its outputs, and proofs; `az` asks a sandbox in this process."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from adx_private_link.cli import main
from adx_private_link.cli.commands import lock_down, options, owner_question
from adx_private_link.cli.lock_down import evidence, situation
from adx_private_link.cli.verify.findings import links_of
from adx_private_link.outputs import ClustersOutput
from adx_private_link.program import parse

from ...samples.building import subnet_id
from ..clouds import NATIVE, Cloud, cloud_of
from ..outputs import native_clusters

Json = dict[str, Any]
GO = ("--owner", "nobody", "--yes")


class Bench:
    """The command, with its settings, its outputs and its Azure."""

    def __init__(self, cloud: Cloud, directory: Path) -> None:
        self.cloud = cloud
        self.directory = directory
        self.cluster: Json = {"id": NATIVE}
        self.consumers: Json = {"analytics": {"subnet_id": subnet_id("analytics"), "dns": {"resource_group": "dns"}}}
        self.external_consumers: Json = {}
        self.outputs: Json = native_clusters()

    def state(self, **access: Any) -> None:
        """Write the access of the cluster into the settings."""
        self.cluster |= access

    @property
    def settings(self) -> Any:
        content = {"clusters": {"myadx": self.cluster}, "consumers": self.consumers}
        return parse({**content, "external_consumers": self.external_consumers})

    def run(self, *arguments: str, cluster: str = "myadx", answers: str | None = None) -> Result:
        result = CliRunner().invoke(main, ["lock-down", cluster, *arguments], input=answers)
        # Anything but a deliberate exit would be a traceback on the user's screen.
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def expect(self, code: int, *arguments: str, cluster: str = "myadx", answers: str | None = None) -> str:
        result = self.run(*arguments, cluster=cluster, answers=answers)
        assert result.exit_code == code, result.output
        return result.output

    def report(self, *, age: timedelta = timedelta(), consumer: str = "analytics", cluster: str = "myadx") -> Json:
        """Return a report of `verify` without faults, about the addresses in the outputs."""
        [endpoint] = self.outputs["myadx"]["endpoints"]["analytics"].values()
        return {
            "consumer": consumer,
            "time": (datetime.now(UTC) - age).isoformat(),
            "hosts": [
                {
                    "cluster": cluster,
                    "target": "cluster",
                    "role": (role := endpoint["names"][host]["role"]),
                    "host": host,
                    "addresses": addresses,
                    "checks": [{"link": link, "says": "", "fault": None} for link in links_of(role, query=False)],
                }
                for host, addresses in endpoint["hosts"].items()
            ],
        }

    def proof(self, report: Json | None = None, name: str = "proof.json") -> tuple[str, str]:
        """Write a report, by default a good one, and return the option with its file."""
        file = self.directory / name
        file.write_text(json.dumps(report or self.report()))
        return "--proof", str(file)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return make_bench(tmp_path, monkeypatch)


def make_bench(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Create a bench: without Pulumi, and with the sandbox's default world."""
    bench = Bench(cloud_of(directory, monkeypatch), directory)

    def read_outputs(_file: None, _stack: str) -> Any:
        return ClustersOutput.model_validate(bench.outputs).root

    def settings(_stack: str) -> Any:
        return bench.settings

    def selected(_stack: str | None) -> str:
        return "prod"

    monkeypatch.setattr(situation, "parse_stack_settings", settings)
    monkeypatch.setattr(evidence, "read_outputs", read_outputs)
    monkeypatch.setattr(lock_down, "selected_stack", selected)
    return bench


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command ask, as on a terminal."""
    asking = SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(options, "sys", asking)
    monkeypatch.setattr(owner_question, "sys", asking)
