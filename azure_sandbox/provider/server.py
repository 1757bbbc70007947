"""The provider's gRPC server, and the process that runs it for one engine."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from ..azure import Azure, StateError, StoreFile
from .protocol import AzureNativeProvider

MAX_PARALLEL = 128
"""Requests at the same time; the real provider runs as many as the engine sends."""
_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def start_server(
    servicer: provider_pb2_grpc.ResourceProviderServicer, threads: ThreadPoolExecutor
) -> tuple[grpc.Server, int]:
    """A running server on loopback, and its port."""
    server = grpc.server(threads, options=_UNLIMITED)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def serve(state: Path, version: str, arguments: Sequence[str] = ()) -> None:
    """
    Serves until the engine that started this process ends.

    Args:
        state: The file of the sandbox's Azure.
        version: The provider's version.
        arguments: The engine's own arguments; the last one is its address.
    """
    try:
        azure = Azure(StoreFile(state))
    except StateError as error:
        sys.exit(str(error))
    strict = os.environ.get("AZURE_SANDBOX_STRICT") == "1"
    engine_address = arguments[-1] if arguments else None
    provider = AzureNativeProvider(azure, version, strict=strict, engine=engine_address)
    server, port = start_server(provider, ThreadPoolExecutor(MAX_PARALLEL))
    # The engine's process id is read before the port is printed: if the engine has ended by then, its pipe is closed,
    # and `print` ends this process.
    engine = os.getppid()
    # The engine reads the port from the first line.
    print(port, flush=True)
    # When an engine is killed, its plugins get another parent, and end. After an ordinary run the engine interrupts
    # them; a plugin that ends by itself before that counts as crashed.
    while os.getppid() == engine:
        time.sleep(0.5)
    server.stop(None)
