"""
The launcher: `python -I -S launcher.py ARGUMENTS` runs `python ARGUMENTS` in the warm interpreter.

It runs Python itself where no warm interpreter runs, or where the warm one differs from it. Only built-in modules are
imported, because each program and each provider waits for this.
"""

import _socket
import array
import os
import signal
import sys


def _send_request(path: str, arguments: list[str]) -> _socket.socket | None:
    """The connection to the warm interpreter; None if it does not take the request."""
    lists = (arguments, [os.getcwd(), str(os.getppid())], [f"{name}={value}" for name, value in os.environ.items()])
    request = os.fsencode("\1".join("\0".join(texts) for texts in lists))
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
    connection = _send_request(os.environ.get("AZURE_SANDBOX_WARM", ""), arguments)
    if connection is None:
        os.execv(sys.executable, [sys.executable, *arguments])
    # A signal for this process is meant for the fork, which ends when the connection closes.
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
