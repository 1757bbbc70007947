"""
In the place of Python: `python -I -S hand_over.py ARGUMENTS` does what `python ARGUMENTS` would, in a warm interpreter.

Where there is none, or none that would do the same, Python runs. Only built-in modules are imported: what this takes,
each program and provider takes to start.
"""

import _socket
import array
import os
import signal
import sys


def _ask(path: str, arguments: list[str]) -> _socket.socket | None:
    """A connection to the warm interpreter, if it has taken this over."""
    lists = (arguments, [os.getcwd(), str(os.getppid())], [f"{name}={value}" for name, value in os.environ.items()])
    request = os.fsencode("\1".join("\0".join(each) for each in lists))
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        connection.connect(path)
        streams = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))
        connection.sendmsg([len(request).to_bytes(8, "big")], [streams])
        connection.sendall(request)
        return connection if connection.recv(1) else None
    except OSError:
        return None


def _main(arguments: list[str]) -> None:
    connection = _ask(os.environ.get("AZURE_SANDBOX_WARM", ""), arguments)
    if connection is None:
        os.execv(sys.executable, [sys.executable, *arguments])
    # Whoever interrupts or kills this process means the one that it stands for, which ends with the connection.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = os.getppid()
    connection.settimeout(0.5)
    while os.getppid() == parent:
        try:
            code = connection.recv(1)
        except TimeoutError:
            continue
        os._exit(code[0] if code else 1)


if __name__ == "__main__":
    _main(sys.argv[1:])
