"""Stand-ins for the hosts of a native cluster, as clients in a virtual network of the sandbox reach them."""

from __future__ import annotations

import base64
import json
import socket
import ssl
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import trustme

_METADATA = {"AzureAD": None}
"""The answer to GET /v1/rest/auth/metadata, with which azure-kusto-data takes the public cloud's login."""
_DATE = "Mon, 30 Nov 2026 00:00:00 GMT"
_QUEUED = f"""<?xml version="1.0" encoding="utf-8"?><QueueMessagesList><QueueMessage><MessageId>1</MessageId>\
<InsertionTime>{_DATE}</InsertionTime><ExpirationTime>{_DATE}</ExpirationTime><PopReceipt>1</PopReceipt>\
<TimeNextVisible>{_DATE}</TimeNextVisible></QueueMessage></QueueMessagesList>"""
"""The answer of a queue to a message (MicrosoftDocs, azure-docs-rest-apis, storageservices/put-message.md)."""


@dataclass
class Ingestion:
    """What arrives at the cluster and its storage accounts."""

    accounts: list[str]
    """The storage accounts that the ingestion service names to clients."""
    commands: list[str] = field(default_factory=list[str])
    """The commands that the ingestion service has got."""
    blobs: dict[str, bytes] = field(default_factory=dict[str, bytes])
    """The uploaded blobs, by URL."""
    messages: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    """The messages, each with the host of its queue."""

    def answer(self, method: str, host: str, path: str, body: bytes) -> tuple[int, str]:
        """Answer a request as the service behind the host does."""
        service = host.split(".")[1]
        if method == "PUT" and service == "blob":
            self.blobs[f"https://{host}{path.partition('?')[0]}"] = body
            return 201, ""
        if method == "POST" and service == "queue":
            text = ET.fromstring(body).findtext("MessageText") or ""
            self.messages.append((host, json.loads(base64.b64decode(text))))
            return 201, _QUEUED
        if method == "POST" and host.startswith("ingest-"):
            command = str(json.loads(body)["csl"])
            self.commands.append(command)
            return 200, json.dumps(self._resources() if "resources" in command else _IDENTITY_TOKEN)
        return (200, json.dumps(_METADATA)) if method == "GET" else (400, "")

    def _resources(self) -> Mapping[str, Any]:
        """Return the answer to `.get ingestion resources`, as azure-kusto-ingest reads it."""
        kinds = {
            "TempStorage": "blob",
            "SecuredReadyForAggregationQueue": "queue",
            "FailedIngestionsQueue": "queue",
            "SuccessfulIngestionsQueue": "queue",
            "IngestionsStatusTable": "table",
        }
        rows = [
            [kind, f"https://{account}.{service}.core.windows.net/{kind.lower()}?sv=2024-01-01&sig=x"]
            for account in self.accounts
            for kind, service in kinds.items()
        ]
        return _table(["ResourceTypeName", "StorageRoot"], rows)


def _table(columns: list[str], rows: list[list[str]]) -> dict[str, Any]:
    """Return a result of the management API (MicrosoftDocs, dataexplorer-docs, kusto/api/rest/response.md)."""
    types = [{"ColumnName": name, "DataType": "String", "ColumnType": "string"} for name in columns]
    return {"Tables": [{"TableName": "Table_0", "Columns": types, "Rows": rows}]}


_IDENTITY_TOKEN = _table(["AuthorizationContext"], [["a-context"]])


@contextmanager
def serve(ingestion: Ingestion, authority: trustme.CA, hosts: Mapping[str, str]) -> Generator[Callable[[str], Any]]:
    """
    Run a stand-in for each host, with a certificate for its domain, and yield the way to their private addresses.

    Args:
        ingestion: What arrives.
        authority: The issuer of the certificates.
        hosts: The hosts, by private address.
    """
    with ExitStack() as servers:
        at = {address: servers.enter_context(_serve(ingestion, authority, host)) for address, host in hosts.items()}
        # An address that no endpoint has, such as a public one: the network lets nobody out.
        yield lambda address: at.get(address, ("127.0.0.1", 1))


@contextmanager
def _serve(ingestion: Ingestion, authority: trustme.CA, host: str) -> Generator[tuple[str, int]]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            status, text = ingestion.answer(self.command, self.headers["Host"], self.path, body)
            self.send_response(status)
            kind = "application/xml" if text.startswith("<") else "application/json"
            headers = {"Content-Type": kind, "Content-Length": str(len(text)), "ETag": '"1"', "Last-Modified": _DATE}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the names of http.server

        def log_message(self, format: str, *args: Any) -> None:
            """Print nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate: Any = authority.issue_cert(f"*.{host.partition('.')[2]}")
    certificate.configure_cert(context)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield "127.0.0.1", server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def in_network(resolve: Callable[[str], list[str]], reach: Callable[[str], Any]) -> Generator[None]:
    """
    Let this process resolve names as in a virtual network, and reach its addresses.

    Args:
        resolve: Returns the answers to a host name: CNAME targets, then addresses.
        reach: Returns where an address is on this machine.
    """

    def look_up(host: str, *_: object, **__: object) -> list[tuple[Any, ...]]:
        addresses = [value for value in resolve(host) if value.replace(".", "").isdigit()]
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", reach(address)) for address in addresses]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", look_up)
        yield
