"""A stand-in for a cluster on loopback: its certificate, its ping, and what the official client needs of its API."""

from __future__ import annotations

import json
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import trustme

PONG = "Pong! IP address: '10.1.0.4'"

_METADATA = {
    "AzureAD": {
        "LoginEndpoint": "https://login.microsoftonline.com",
        "LoginMfaRequired": False,
        "KustoClientAppId": "db662dc1-0cfe-4e1c-a843-19a68e65be58",
        "KustoClientRedirectUri": "https://microsoft/kustoclient",
        "KustoServiceResourceId": "https://kusto.kusto.windows.net",
        "FirstPartyAuthorityUrl": "https://login.microsoftonline.com/f8cdef31-a31e-4b4a-93e4-5f571e91255a",
    }
}
"""Of GET /v1/rest/auth/metadata, as azure-kusto-data reads it."""


def _table(id: int, kind: str, columns: list[tuple[str, str]], rows: list[list[Any]]) -> dict[str, Any]:
    named = [{"ColumnName": name, "ColumnType": type} for name, type in columns]
    return {
        "FrameType": "DataTable",
        "TableId": id,
        "TableKind": kind,
        "TableName": kind,
        "Columns": named,
        "Rows": rows,
    }


_PRINTED = [
    {"FrameType": "DataSetHeader", "IsProgressive": False, "Version": "v2.0"},
    _table(0, "PrimaryResult", [("print_0", "long")], [[1]]),
    {"FrameType": "DataSetCompletion", "HasErrors": False, "Cancelled": False},
]
"""Of POST /v2/rest/query (MicrosoftDocs, dataexplorer-docs, kusto/api/rest/response-v2.md)."""


@dataclass
class Cluster:
    """A stand-in that runs."""

    port: int
    requests: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    """Host headers, paths, and logins."""


@contextmanager
def cluster(
    authority: trustme.CA, *names: str, address: str = "127.0.0.9", status: int = 200, body: str = PONG, port: int = 0
) -> Generator[Cluster]:
    """One that has a certificate of these names, and answers its ping with this."""
    seen: list[tuple[str, str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/v1/rest/ping":
                self._answer(status, body)
            else:
                self._answer(200, json.dumps(_METADATA))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(200 if self.headers["Authorization"] == "Bearer a-token" else 401, json.dumps(_PRINTED))

        def _answer(self, status: int, text: str) -> None:
            seen.append((self.headers["Host"], self.path, self.headers["Authorization"] or ""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Tests are quiet."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Clients that do not like the certificate hang up."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate: Any = authority.issue_cert(*names)  # its `configure_cert` speaks of a type that it does not have
    certificate.configure_cert(context)
    server = Server((address, port), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield Cluster(server.server_address[1], seen)
    finally:
        server.shutdown()
        server.server_close()
