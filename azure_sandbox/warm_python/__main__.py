"""
The warm interpreter: `python -P -m azure_sandbox.warm_python SOCKET DIRECTORY [MODULE…]`.

SOCKET is the number of a listening socket; DIRECTORY is removed at the end.
"""

import gc
import os
import selectors
import shutil
import signal
import socket
import sys
from collections.abc import Iterator

import pulumi

from .fork import receive_request, run_request
from .imports import import_everything


def _discard_message(*_: object, **__: object) -> None:
    """Replaces `pulumi.log.debug`: each message is a request to the engine, which shows it with `--debug` only."""


def _connections(listener: socket.socket) -> Iterator[socket.socket]:
    """The connections of launchers, until the process that started this one ends and standard input closes."""
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        while not any(key.fileobj is sys.stdin for key, _ in selector.select()):
            yield listener.accept()[0]


def _main(listener: socket.socket) -> None:
    pulumi.log.debug = _discard_message
    # No process waits for a fork; the launcher learns of its end by the connection.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # The imports are no garbage, and a search in them would copy their memory into each fork.
    gc.freeze()
    gc.set_threshold(10_000, 10, 1_000)
    for connection in _connections(listener):
        request = receive_request(connection)
        if request is None:
            continue
        if os.fork() == 0:
            listener.close()
            run_request(request)
        request.close()


if __name__ == "__main__":
    import_everything(sys.argv[3:])
    _main(socket.socket(fileno=int(sys.argv[1])))
    shutil.rmtree(sys.argv[2], ignore_errors=True)
