"""The provider in this process: engines attach to it, instead of starting one for each of a program's providers."""

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
from ..home import Home
from .server import AT_ONCE, UNLIMITED, Provider


class ByConnection:
    """A provider of its own for each connection: an engine opens one for each provider that a program has."""

    def __init__(self, azure: Azure, make: Callable[[], Provider]) -> None:
        self._azure = azure
        self._make = make
        self._providers: dict[str, Provider] = {}

    def __getattr__(self, name: str) -> Callable[[object, grpc.ServicerContext], Any]:
        def answer(request: object, context: grpc.ServicerContext) -> object:
            if name not in vars(Provider):
                context.abort(grpc.StatusCode.UNIMPLEMENTED, "Method not implemented!")
            # With each request: a trouble may be added while an engine is at work.
            if _kills(self._azure):
                context.abort(grpc.StatusCode.UNKNOWN, "a trouble that kills comes too late: before the engine starts")
            peer = context.peer()
            # An engine attaches first; one that has ended may have had the same port.
            if name == "Attach" or peer not in self._providers:
                self._providers[peer] = self._make()
            return getattr(self._providers[peer], name)(request, context)

        return answer


def _kills(azure: Azure) -> bool:
    """Whether a request is to kill a process, which must not be this one."""
    return any(trouble.kills for trouble, _ in azure.troubles())


def attached_environment(home: Home) -> dict[str, str]:
    """
    Variables by which engines attach to a sandbox's provider, which is there as long as this process.

    None of them is to be killed, so that they write the state when they are done, and not after each step, which takes
    half of a deletion (pulumi/pulumi, `sdk/go/common/util/env/env.go`).
    """
    if _kills(home.azure):
        return {}
    return {"PULUMI_DEBUG_PROVIDERS": f"azure-native:{_served(home)}", "PULUMI_SKIP_CHECKPOINTS": "true"}


_servers: dict[str, tuple[grpc.Server, int]] = {}
"""By the state that each serves, with its port."""


def _served(home: Home) -> int:
    state = str(home.state)
    if state not in _servers:
        azure, environ, sdk = home.azure, home.environment(os.environ), version("pulumi-azure-native")
        servicer = ByConnection(azure, lambda: Provider(azure, sdk, strict=True, environ=environ))
        server = grpc.server(_threads(), options=UNLIMITED)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(
            cast("provider_pb2_grpc.ResourceProviderServicer", servicer), server
        )
        _servers[state] = server, server.add_insecure_port("127.0.0.1:0")
        server.start()
    return _servers[state][1]


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=AT_ONCE)
