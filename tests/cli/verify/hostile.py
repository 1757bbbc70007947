"""Servers on loopback that send any bytes: by TCP, with or without TLS, and by UDP."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any

import trustme

LOOPBACK = "127.0.0.1"

Handler = Callable[[socket.socket, Event], None]
"""A function that serves one connection; the event is set when the test ends."""


def tls_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """Return the context of a server with a certificate for these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate: Any = authority.issue_cert(*names)
    certificate.configure_cert(context)
    return context


@contextmanager
def tcp_server(handle: Handler, context: ssl.SSLContext | None = None, port: int = 0) -> Generator[int]:
    """Run a TCP server, and yield its port."""
    ended = Event()

    def serve(connection: socket.socket) -> None:
        # Clients may hang up or take too long.
        with suppress(OSError), connection:
            connection.settimeout(5)
            with context.wrap_socket(connection, server_side=True) if context else connection as stream:
                handle(stream, ended)

    def accept() -> None:
        with suppress(OSError):
            while True:
                Thread(target=serve, args=server.accept()[:1], daemon=True).start()

    with socket.create_server((LOOPBACK, port)) as server:
        Thread(target=accept, daemon=True).start()
        try:
            yield int(server.getsockname()[1])
        finally:
            ended.set()
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)


@contextmanager
def udp_server(answer: Callable[[bytes], list[bytes]], port: int = 0) -> Generator[int]:
    """Run a UDP server that answers each datagram, and yield its port."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                question, client = server.recvfrom(4096)
                if not question:  # the socket is closed
                    return
                for datagram in answer(question):
                    server.sendto(datagram, client)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((LOOPBACK, port))
        Thread(target=serve, daemon=True).start()
        try:
            yield int(server.getsockname()[1])
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)


def send_pieces(*pieces: bytes, pause: float = 0.0, again: bytes = b"") -> Handler:
    """Return a handler that sends the pieces one after the other, and then `again` without end."""

    def handle(connection: socket.socket, ended: Event) -> None:
        for piece in pieces:
            connection.sendall(piece)
            ended.wait(pause)
        while again and not ended.is_set():
            connection.sendall(again)
            ended.wait(pause)

    return handle
