"""A stand-in for a cluster on loopback: its certificate, its ping, and the API that the official client uses."""

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
"""The answer to GET /v1/rest/auth/metadata, as azure-kusto-data reads it."""


def _table(id: int, kind: str, columns: list[tuple[str, str]], rows: list[list[Any]]) -> dict[str, Any]:
    return {
        "FrameType": "DataTable",
        "TableId": id,
        "TableKind": kind,
        "TableName": kind,
        "Columns": [{"ColumnName": name, "ColumnType": type} for name, type in columns],
        "Rows": rows,
    }


_QUERY_RESULT = [
    {"FrameType": "DataSetHeader", "IsProgressive": False, "Version": "v2.0"},
    _table(0, "PrimaryResult", [("print_0", "long")], [[1]]),
    {"FrameType": "DataSetCompletion", "HasErrors": False, "Cancelled": False},
]
"""The answer to POST /v2/rest/query (MicrosoftDocs, dataexplorer-docs, kusto/api/rest/response-v2.md)."""


@dataclass
class Cluster:
    """A running stand-in."""

    port: int
    requests: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    """The host header, path and login of each request."""


@contextmanager
def cluster(
    authority: trustme.CA, *names: str, address: str = "127.0.0.9", status: int = 200, body: str = PONG, port: int = 0
) -> Generator[Cluster]:
    """Run a stand-in with a certificate for these names, which answers pings with this status and body."""
    requests: list[tuple[str, str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/v1/rest/ping":
                self._answer(status, body)
            else:
                self._answer(200, json.dumps(_METADATA))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(200 if self.headers["Authorization"] == "Bearer a-token" else 401, json.dumps(_QUERY_RESULT))

        def _answer(self, status: int, text: str) -> None:
            requests.append((self.headers["Host"], self.path, self.headers["Authorization"] or ""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Print nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Ignore clients that reject the certificate and hang up."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate: Any = authority.issue_cert(
        *names
    )  # the parameter of `configure_cert` has a type that trustme does not have
    certificate.configure_cert(context)
    server = Server((address, port), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield Cluster(server.server_address[1], requests)
    finally:
        server.shutdown()
        server.server_close()
