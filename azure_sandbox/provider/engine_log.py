"""The engine's log, to which the provider writes warnings."""

from __future__ import annotations

import sys
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from ..rules import Rule

WARNINGS = Rule(
    says="Warnings go to the engine's log, with the resource that they concern; without an engine's address, to "
    "standard error",
    source="pulumi-azure-native provider/pkg/provider/provider.go, Attach and readAfterWrite (HostClient.Log)",
)


class EngineLog:
    """The log of the engine that started the provider or attached to it."""

    def __init__(self, address: str | None) -> None:
        self.attach(address)

    def attach(self, address: str | None) -> None:
        self._address = address

    def warn(self, urn: str, message: str) -> None:
        if self._address is None:
            print(f"warning: {message}", file=sys.stderr)  # noqa: T201 - the engine shows it
            return
        request = engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=message, urn=urn)
        with grpc.insecure_channel(self._address) as channel:
            # pulumi's stubs have no types for the results of calls.
            stub: Any = engine_pb2_grpc.EngineStub(channel)
            stub.Log(request)
