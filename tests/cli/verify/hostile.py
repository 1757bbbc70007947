"""Servers on loopback that say whatever they are given to say: TLS or not, UDP and TCP."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any

import trustme

HERE = "127.0.0.1"

Speak = Callable[[socket.socket, Event], None]
"""What is said on a connection; the event is set when nobody listens any more."""


def context_of(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """For a server with a certificate of these names."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate: Any = authority.issue_cert(*names)
    certificate.configure_cert(context)
    return context


@contextmanager
def listening(speak: Speak, context: ssl.SSLContext | None = None, port: int = 0) -> Generator[int]:
    """The port of a server by TCP."""
    ended = Event()

    def serve(connection: socket.socket) -> None:
        # Clients hang up, or take too long: neither is this server's concern.
        with suppress(OSError), connection:
            connection.settimeout(5)
            with context.wrap_socket(connection, server_side=True) if context else connection as speaking:
                speak(speaking, ended)

    def accept() -> None:
        with suppress(OSError):
            while True:
                Thread(target=serve, args=server.accept()[:1], daemon=True).start()

    with socket.create_server((HERE, port)) as server:
        Thread(target=accept, daemon=True).start()
        try:
            yield int(server.getsockname()[1])
        finally:
            ended.set()
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)


@contextmanager
def answering(answer: Callable[[bytes], list[bytes]], port: int = 0) -> Generator[int]:
    """The port of a server by UDP: what it answers to each datagram."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                question, client = server.recvfrom(4096)
                if not question:  # it is closed
                    return
                for each in answer(question):
                    server.sendto(each, client)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((HERE, port))
        Thread(target=serve, daemon=True).start()
        try:
            yield int(server.getsockname()[1])
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)


def said(*pieces: bytes, pause: float = 0.0, again: bytes = b"") -> Speak:
    """Says the pieces one after the other, and the last one without end."""

    def speak(connection: socket.socket, ended: Event) -> None:
        for each in pieces:
            connection.sendall(each)
            ended.wait(pause)
        while again and not ended.is_set():
            connection.sendall(again)
            ended.wait(pause)

    return speak
