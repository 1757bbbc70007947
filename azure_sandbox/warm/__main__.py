"""
The warm interpreter: `python -P -m azure_sandbox.warm SOCKET DIRECTORY [MODULE…]`.

SOCKET is the number of one that listens, DIRECTORY what goes with it.
"""

import gc
import os
import selectors
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from importlib import import_module

import pulumi

from .forks import become, received

_OF_SANDBOX = ("azure_sandbox.portal", "azure_sandbox.provider.server", "click", "grpc._channel", "grpc._server")
"""What its provider and its `az` import."""

_OF_SDK = {
    "authorization": ("ManagementLockByScope", "RoleAssignment"),
    "kusto": ("get_cluster",),
    "network": ("PrivateEndpoint", "PrivateLinkService", "get_network_interface", "get_subnet"),
    "privatedns": ("PrivateRecordSet", "PrivateZone", "VirtualNetworkLink"),
    "resources": ("Deployment",),
}
"""What programs use of pulumi-azure-native again and again: a type is imported when it is looked up."""


def _say_nothing(*_: object, **__: object) -> None:
    """In the place of `pulumi.log.debug`: a message is a request to the engine, which shows it with `--debug` only."""


def _import(modules: list[str]) -> None:
    for module in map(import_module, modules):
        for name in getattr(module, "__all__", ()):
            getattr(module, name)  # it may be one that comes when it is asked for
    for module, names in _OF_SDK.items():
        for name in names:
            getattr(import_module(f"pulumi_azure_native.{module}"), name)


def _asked(listening: socket.socket) -> Iterator[socket.socket]:
    """Whoever asks, until standard input ends with the process that has started this one."""
    with selectors.DefaultSelector() as selector:
        selector.register(listening, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        while not any(key.fileobj is sys.stdin for key, _ in selector.select()):
            yield listening.accept()[0]


def _main(listening: socket.socket) -> None:
    pulumi.log.debug = _say_nothing
    # Nobody waits for a fork: who has asked for it hears of its end.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # What is there already is no garbage; looking for some would copy it into each fork.
    gc.freeze()
    gc.set_threshold(10_000, 10, 1_000)
    for connection in _asked(listening):
        request = received(connection)
        if request is None:
            continue
        if os.fork() == 0:
            listening.close()
            become(request)
        request.close()


if __name__ == "__main__":
    _import([*_OF_SANDBOX, *sys.argv[3:]])
    _main(socket.socket(fileno=int(sys.argv[1])))
    shutil.rmtree(sys.argv[2], ignore_errors=True)
