"""A sandbox that answers `az` in this process, and commands that are killed at one of its requests."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from adx_private_link.cli import azure_cli
from adx_private_link.cli.cluster_changes import patch
from azure_sandbox.az_requests import get_url, patch_url
from azure_sandbox.azure import Azure, AzureError, ResourceId
from azure_sandbox.provider.provider_errors import raw_body
from azure_sandbox.sandbox_home import SandboxHome

Json = dict[str, Any]

ADX = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Kusto/Clusters"
NATIVE = f"{ADX}/newadx"
INJECTED = f"{ADX}/myadx"


class Killed(BaseException):
    """The process is killed: no `except` of the command sees it."""


class Cloud:
    """The sandbox's default world, as `az` shows it."""

    def __init__(self, directory: Path, world: Path | None = None) -> None:
        home = SandboxHome(directory / ".sandbox")
        home.reset(world)
        self.azure: Azure = home.azure
        self.requests: list[str] = []
        """The requests of clients, such as `PATCH publicNetworkAccess`."""
        self.killed_at: int | None = None
        """The number of the request at which the client is killed."""
        self.before_request: Callable[[int, str], None] | None = None
        """Called with the number and method of each request, before it is answered."""
        self.arrives = True
        """Whether the request at which the client is killed still arrives."""

    def cluster(self, id: str = NATIVE) -> Json:
        return self.azure.get(ResourceId.parse(id))["properties"]

    def change(self, id: str = NATIVE, **properties: Any) -> None:
        """Change a cluster at once, as a person in the portal does."""
        self.azure.without_caller().patch(ResourceId.parse(id), {"properties": properties})

    @property
    def patched(self) -> list[str]:
        """The properties of each PATCH, in order."""
        return [request.removeprefix("PATCH ") for request in self.requests if request.startswith("PATCH ")]

    def run(self, method: str, url: str, path: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Answer like `az rest`."""
        body: Json = json.loads(options[1]) if method == "patch" else {}
        if self.before_request:
            self.before_request(len(self.requests), method)
        is_killed = self.killed_at == len(self.requests)
        self.requests.append(f"{method.upper()} {','.join(body.get('properties', [path.rsplit('/', 1)[-1]]))}")
        if is_killed and not self.arrives:
            raise Killed
        azure = self.azure.acting_as("az")
        try:
            answer = patch_url(azure, url, body) if method == "patch" else get_url(azure, url)
        except AzureError as error:
            raise azure_cli.AzureRejection(path, raw_body(error), method.upper()) from error
        if is_killed:
            raise Killed
        headers = "\n".join(f"INFO:     {name!r}: {value!r}" for name, value in answer.headers.items())
        return subprocess.CompletedProcess([], 0, json.dumps(answer.body), headers)

    def restart(self) -> None:
        """Forget the requests, and kill no more."""
        self.requests.clear()
        self.killed_at = None


def cloud_of(directory: Path, monkeypatch: pytest.MonkeyPatch, world: Path | None = None) -> Cloud:
    """Create a sandbox, let `az` ask it, and let no command wait."""
    cloud = Cloud(directory, world)
    monkeypatch.setattr(azure_cli, "_run", cloud.run)
    monkeypatch.setattr(patch, "time", SimpleNamespace(sleep=_do_not_wait, monotonic=time.monotonic))
    return cloud


def _do_not_wait(_seconds: float) -> None:
    """Operations of the sandbox end by looks at them, not by time."""
