"""The provider in the test's process: engines attach to it, instead of starting a plugin for each provider."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any, cast

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from ..azure import Azure
from ..provider.protocol import AzureNativeProvider
from ..provider.server import MAX_PARALLEL, start_server
from ..sandbox_environment import sandbox_environment
from ..sandbox_home import SandboxHome


class ProviderPerConnection:
    """A servicer with one provider per connection: an engine opens a connection for each provider of a program."""

    def __init__(self, azure: Azure, create_provider: Callable[[], AzureNativeProvider]) -> None:
        self._azure = azure
        self._create_provider = create_provider
        self._providers: dict[str, AzureNativeProvider] = {}

    def __getattr__(self, name: str) -> Callable[[object, grpc.ServicerContext], Any]:
        def answer(request: object, context: grpc.ServicerContext) -> object:
            if name not in vars(AzureNativeProvider):
                context.abort(grpc.StatusCode.UNIMPLEMENTED, "Method not implemented!")
            # A test may add trouble while an engine runs.
            if _kills_a_process(self._azure):
                context.abort(grpc.StatusCode.UNKNOWN, "Add a trouble that kills a process before the engine starts.")
            peer = context.peer()
            # An engine attaches first; an earlier engine may have used the same port.
            if name == "Attach" or peer not in self._providers:
                self._providers[peer] = self._create_provider()
            return getattr(self._providers[peer], name)(request, context)

        return answer


def _kills_a_process(azure: Azure) -> bool:
    """Whether some trouble kills a process; that must not be the test's."""
    return any(trouble.kills for trouble, _ in azure.troubles())


def attached_provider_environment(home: SandboxHome) -> dict[str, str]:
    """
    The environment variables with which engines attach to a sandbox's provider, which runs as long as this process.

    These engines are never killed, so they write the state once at the end, and not after each step, which takes half
    of a deletion (pulumi/pulumi, `sdk/go/common/util/env/env.go`).
    """
    if _kills_a_process(home.azure):
        return {}
    return {"PULUMI_DEBUG_PROVIDERS": f"azure-native:{_port(home)}", "PULUMI_SKIP_CHECKPOINTS": "true"}


_servers: dict[str, tuple[grpc.Server, int]] = {}
"""The running servers and their ports, by the state file that each serves."""


def _port(home: SandboxHome) -> int:
    state = str(home.state)
    if state not in _servers:
        azure, environ, sdk = home.azure, sandbox_environment(home, os.environ), version("pulumi-azure-native")
        servicer = ProviderPerConnection(azure, lambda: AzureNativeProvider(azure, sdk, strict=True, environ=environ))
        _servers[state] = start_server(cast("provider_pb2_grpc.ResourceProviderServicer", servicer), _threads())
    return _servers[state][1]


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MAX_PARALLEL)
