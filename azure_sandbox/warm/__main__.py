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

import pulumi

from .forks import become, received
from .prepared import prepare


def _say_nothing(*_: object, **__: object) -> None:
    """In the place of `pulumi.log.debug`: a message is a request to the engine, which shows it with `--debug` only."""


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
    prepare(sys.argv[3:])
    _main(socket.socket(fileno=int(sys.argv[1])))
    shutil.rmtree(sys.argv[2], ignore_errors=True)
