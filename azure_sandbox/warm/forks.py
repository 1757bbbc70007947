"""What a fork of the warm interpreter does: it becomes the Python that somebody wanted to start."""

from __future__ import annotations

import atexit
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
    """A `python` that somebody wanted to start."""

    connection: socket.socket
    """Open as long as it is wanted; it hears the exit code."""
    streams: list[int]
    arguments: list[str]
    directory: str
    engine: str
    """The number of the process that wanted it."""
    environment: Mapping[str, str]

    def close(self) -> None:
        """Let go of it: a fork has it."""
        self.connection.close()
        for each in self.streams:
            os.close(each)


def received(connection: socket.socket) -> Request | None:
    """A request that is granted; none where Python would be another one, by its own environment variables."""
    size, streams, _, _ = socket.recv_fds(connection, 8, 3)
    request = b""
    while len(request) < int.from_bytes(size, "big"):
        request += connection.recv(1 << 16)
    arguments, (directory, engine), variables = (each.split("\0") for each in os.fsdecode(request).split("\1", 2))
    environment = dict(each.split("=", 1) for each in variables)
    found = Request(connection, streams, arguments, directory, engine, environment)
    if _about_python(environment) == _about_python(os.environ):
        connection.sendall(b"+")
        return found
    found.close()
    return None


def become(request: Request) -> NoReturn:
    """Run what was asked for, and end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, stream in enumerate(request.streams):
        os.dup2(stream, number)
        os.close(stream)
    # A terminal, a pipe or a file: a stream asks once, when it is opened.
    sys.stdin, sys.stdout, sys.stderr = map(_opened_anew, (sys.stdin, sys.stdout, sys.stderr))
    os.environ.clear()
    os.environ.update(request.environment, AZURE_SANDBOX_ENGINE=request.engine)
    os.chdir(request.directory)
    threading.Thread(target=_end_with, args=[request.connection], daemon=True).start()
    code = 1

    def end() -> None:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        request.connection.sendall(bytes([code]))
        os._exit(code)  # what is left to Python is taking itself apart

    # After what the program registers, and after its threads.
    atexit.register(end)
    code = _exit_code(request.arguments)
    sys.exit(code)


def _opened_anew(stream: TextIO) -> TextIO:
    number = stream.fileno()
    file = os.fdopen(number, "wb" if number else "rb", closefd=False)
    return io.TextIOWrapper(file, stream.encoding, stream.errors, line_buffering=number == 2 or file.isatty())


def _about_python(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("PYTHON")}


def _end_with(connection: socket.socket) -> None:
    """Nobody wants it any more: who has asked was interrupted or killed."""
    connection.recv(1)
    os._exit(1)


def _exit_code(arguments: list[str]) -> int:
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
    except BaseException:  # noqa: BLE001 - Python shows whatever it is
        traceback.print_exc()
        return 1
    return 0
