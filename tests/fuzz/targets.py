"""Targets of the fuzzer: the code that reads input from outside, and the results that it may have."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from unittest.mock import patch

import trustme
from click.testing import CliRunner
from hypothesis import strategies as st
from pydantic import ValidationError

from adx_private_link.cli import azure_cli, main
from adx_private_link.cli.adoption import hand_overs
from adx_private_link.cli.adoption.proposal import suggest_settings
from adx_private_link.cli.dns.names import PublishedHost
from adx_private_link.cli.dns.resolver import Nameserver, Resolver
from adx_private_link.cli.errors import CommandError
from adx_private_link.cli.pulumi import config
from adx_private_link.cli.pulumi.azure_objects import find_differences, is_as_planned, subscriptions_of
from adx_private_link.cli.pulumi.config import read_settings
from adx_private_link.cli.pulumi.preview import Preview
from adx_private_link.cli.pulumi.state import ExportedState, StoredState
from adx_private_link.cli.repair.lost_resources import find_candidates
from adx_private_link.cli.verify.endpoint import Destination, check_endpoint
from adx_private_link.cli.verify.name_resolution import check_name
from adx_private_link.resource_ids import ClusterId
from tests.cli.outputs import ENGINE, ZONE
from tests.cli.projects import CLUSTER, RIGHT, write
from tests.cli.verify.hostile import LOOPBACK, send_pieces, tcp_server, tls_context, udp_server

from . import inputs

_Input = TypeVar("_Input")


class Scene:
    """A directory with Pulumi projects, and servers that send given answers."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.servers = ExitStack()
        self.answers: list[bytes] = []
        self._ports: dict[str, int] = {}
        for name, setting in (("project", "clusters"), ("theirs", "hand_overs")):
            write(directory / name, prod=RIGHT if setting == "clusters" else _THEIRS)
        os.chdir(directory)

    def run(self, *arguments: str, directory: str = "project") -> None:
        """Run a command; whatever it reads, it must end with one of its exit codes."""
        os.chdir(self.directory / directory)
        result = CliRunner().invoke(main, [*arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code in (0, 1, 2, 3), result.exit_code
        assert result.exit_code == 0 or result.output, "it fails without a message"

    def file(self, name: str, content: bytes, directory: str = "project") -> str:
        file = self.directory / directory / name
        file.write_bytes(content)
        return str(file)

    @property
    def https(self) -> int:
        """The port of an HTTPS server with a trusted certificate."""
        if "https" not in self._ports:
            authority = trustme.CA()
            authority.cert_pem.write_to_path(self.directory / "authority.pem")
            os.environ["SSL_CERT_FILE"] = str(self.directory / "authority.pem")

            def handle(connection: Any, ended: Any) -> None:
                connection.recv(4096)
                send_pieces(*self.answers)(connection, ended)

            server = tcp_server(handle, tls_context(authority, ENGINE))
            self._ports["https"] = self.servers.enter_context(server)
        return self._ports["https"]

    @property
    def dns(self) -> int:
        """The port of a DNS server."""
        if "dns" not in self._ports:
            server = udp_server(lambda question: [question[:2] + answer for answer in self.answers])
            self._ports["dns"] = self.servers.enter_context(server)
        return self._ports["dns"]


_THEIRS = RIGHT.replace("clusters:\n    myadx:\n", "hand_overs:\n    theirs:\n").replace(
    f"id: {CLUSTER}", "file: hand-over.json"
)


@dataclass(frozen=True)
class Target(Generic[_Input]):
    """Inputs of one kind, and the code that reads them."""

    inputs: st.SearchStrategy[_Input]
    run: Callable[[Scene, _Input], None]
    share: float = 1.0
    """The share of this kind in all inputs; small for slow code."""


def _stack_file(scene: Scene, content: bytes) -> None:
    scene.file("Pulumi.prod.yaml", content)
    scene.run("check")
    scene.run("graph")


def _project_file(scene: Scene, content: bytes) -> None:
    (scene.directory / "other" / "stacks").mkdir(parents=True, exist_ok=True)
    scene.file("Pulumi.yaml", content, "other")
    scene.file("Pulumi.prod.yaml", RIGHT.encode(), "other")
    scene.file("stacks/Pulumi.prod.yaml", RIGHT.encode(), "other")
    scene.run("check", directory="other")


def _hand_over(scene: Scene, content: bytes) -> None:
    scene.file("hand-over.json", content, "theirs")
    scene.run("check", directory="theirs")


def _outputs(scene: Scene, content: bytes) -> None:
    file = scene.file("clusters.json", content)
    scene.run("access", file)
    for format in ("bind", "coredns", "dnsmasq", "hosts", "json", "unbound", "windows"):
        scene.run("dns", "export", "--format", format, "--consumer", "analytics", file)
    for flags in ((), ("--storage-domains",)):
        scene.run("dns", "export", "--format", "bind", "--forward-to", "10.0.0.4", *flags, file)


def _preview(scene: Scene, content: bytes) -> None:
    file = scene.file("preview.json", content)
    scene.run("report", file)
    scene.run("report", "--format", "json", "--fail-on", "any", file)


def _state(_: Scene, contents: tuple[bytes, bytes, bytes]) -> None:
    state, backup, preview = contents
    try:
        checkpoint = ExportedState.model_validate_json(state)
        StoredState.model_validate_json(backup).to_export()
        planned = Preview.model_validate_json(preview)
    except ValidationError:
        return
    resources = checkpoint.deployment.resources
    subscriptions_of(resources)
    checkpoint.is_same_version_as(checkpoint.with_added(resources))
    for candidate in find_candidates([*planned.created, *planned.planned], checkpoint.deployment):
        find_differences(candidate, candidate)
        for name in candidate.inputs:
            is_as_planned(candidate, candidate, name)


def _adoption(_: Scene, contents: tuple[bytes, list[bytes]]) -> None:
    configuration, answers = contents
    next_answers = itertools.cycle(answers)
    requests = itertools.count()

    def get(*_: str) -> bytes:
        if next(requests) > _MAX_PAGES:
            raise azure_cli.AzureRejection("a list that never ends", "")
        return next(next_answers)

    def pulumi(*_: str) -> str:
        return configuration.decode("utf-8", "replace")

    with (
        patch.object(config, "run_pulumi", pulumi),
        patch.object(hand_overs, "run_pulumi", pulumi),
        patch.object(azure_cli, "_get", get),
        suppress(CommandError),
    ):
        settings = read_settings("prod")
        hand_overs.inline_hand_over("theirs", {"stack": "owner"})
        suggest_settings(settings, [ClusterId.parse(CLUSTER)], (), _NO_STATE)
    with patch.object(azure_cli, "_get", get), suppress(CommandError):
        suggest_settings({"clusters": {"myadx": {"id": CLUSTER}}}, (), (), _NO_STATE)


_MAX_PAGES = 100
_NO_STATE = ExportedState.model_validate({"deployment": {}})
_PUBLISHED = PublishedHost("myadx", "engine", "engine", ENGINE, ZONE, ("10.3.0.9",), "Approved")
_TIMEOUT = 0.3


def _dns_answer(scene: Scene, content: list[bytes]) -> None:
    scene.answers[:] = content
    resolver = Resolver(Nameserver(LOOPBACK, scene.dns), _TIMEOUT)
    check_name(_PUBLISHED, resolver)
    resolver.find_primary_server(ZONE)


def _http_answer(scene: Scene, content: list[bytes]) -> None:
    scene.answers[:] = content
    assert list(check_endpoint(Destination(ENGINE, LOOPBACK, scene.https, _TIMEOUT)))


TARGETS: dict[str, Target[Any]] = {
    "stack_text": Target(inputs.stack_texts, _stack_file),
    "stack_yaml": Target(inputs.stack_yaml, _stack_file, 2),
    "settings": Target(inputs.settings, _stack_file, 2),
    "project": Target(inputs.projects, _project_file, 0.5),
    "hand_over": Target(inputs.hand_overs, _hand_over),
    "outputs": Target(inputs.outputs, _outputs, 0.5),
    "preview": Target(inputs.previews, _preview),
    "state": Target(st.tuples(inputs.states, inputs.backups, inputs.previews), _state),
    "adoption": Target(st.tuples(inputs.configurations, inputs.azure_answers), _adoption),
    "dns_answer": Target(inputs.dns_answers, _dns_answer, 0.1),
    "http_answer": Target(inputs.http_answers, _http_answer, 0.1),
}
