"""A fork of the warm interpreter: it receives a request, and becomes the Python process that was requested."""

from __future__ import annotations

import atexit
import contextlib
import io
import os
import runpy
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TextIO


@dataclass(frozen=True)
class Request:
    """A request to run Python."""

    connection: socket.socket
    """The connection to the launcher; open while the run is wanted, and used to return the exit code."""
    streams: list[int]
    """Standard input, output and error."""
    arguments: list[str]
    directory: str
    engine: str
    """The id of the launcher's parent process."""
    environment: Mapping[str, str]

    def close(self) -> None:
        """Close the warm interpreter's copies; the fork has its own."""
        self.connection.close()
        for stream in self.streams:
            os.close(stream)


def receive_request(connection: socket.socket) -> Request | None:
    """The request of a launcher; None where it asks for another Python than this one, or has ended meanwhile."""
    size, streams, _, _ = socket.recv_fds(connection, 8, 3)
    with contextlib.suppress(OSError):
        request = Request(connection, streams, *_receive(connection, size))
        if _python_variables(request.environment) == _python_variables(os.environ):
            connection.sendall(b"+")
            return request
    connection.close()
    for stream in streams:
        os.close(stream)
    return None


def _receive(connection: socket.socket, size: bytes) -> tuple[list[str], str, str, dict[str, str]]:
    """The arguments, the directory, the engine's id and the environment variables of a request."""
    content = b""
    while not size or len(content) < int.from_bytes(size, "big"):
        part = connection.recv(1 << 16)
        if not part:
            raise ConnectionError("the launcher has ended")
        content += part
    arguments, (directory, engine), variables = (part.split("\0") for part in os.fsdecode(content).split("\1", 2))
    return arguments, directory, engine, dict(variable.split("=", 1) for variable in variables)


def run_request(request: Request) -> NoReturn:
    """Run the request in this fork, and end it."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, stream in enumerate(request.streams):
        os.dup2(stream, number)
        os.close(stream)
    # A stream finds out when it is opened whether it is a terminal, a pipe or a file.
    sys.stdin, sys.stdout, sys.stderr = map(_reopen, (sys.stdin, sys.stdout, sys.stderr))
    os.environ.clear()
    os.environ.update(request.environment, AZURE_SANDBOX_ENGINE=request.engine)
    os.chdir(request.directory)
    threading.Thread(target=_end_with, args=[request.connection], daemon=True).start()
    code = 1

    def end() -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        request.connection.sendall(bytes([code]))
        os._exit(code)  # Python's own end only takes time

    # It runs after the program's own handlers and threads.
    atexit.register(end)
    code = _run_python(request.arguments)
    sys.exit(code)


def _reopen(stream: TextIO) -> TextIO:
    number = stream.fileno()
    file = os.fdopen(number, "wb" if number else "rb", closefd=False)
    return io.TextIOWrapper(file, stream.encoding, stream.errors, line_buffering=number == 2 or file.isatty())


def _python_variables(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("PYTHON")}


def _end_with(connection: socket.socket) -> None:
    """Ends this fork when its launcher was interrupted or killed, also before it has read the answer."""
    with contextlib.suppress(ConnectionResetError):
        connection.recv(1)
    os._exit(1)


def _run_python(arguments: list[str]) -> int:
    """Run a module or a script. Returns the exit code."""
    try:
        if arguments[:2] == ["-P", "-m"]:
            sys.argv = arguments[2:]
            runpy.run_module(arguments[2], run_name="__main__", alter_sys=True)
        else:
            sys.argv = arguments
            sys.path.insert(0, str(Path(arguments[0]).parent))
            runpy.run_path(arguments[0], run_name="__main__")
    except SystemExit as exit:
        if exit.code is None or isinstance(exit.code, int):
            return (exit.code or 0) & 0xFF
        print(exit.code, file=sys.stderr)  # noqa: T201 - as Python does
        return 1
    except BaseException:  # noqa: BLE001 - Python prints every exception
        traceback.print_exc()
        return 1
    return 0
