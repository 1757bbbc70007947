"""
The secrets provider of stacks in tests: a HashiCorp Vault on loopback.

From a passphrase, Pulumi derives the key with a million rounds of hashing, in each command; that takes longer than many
a preview. A vault is only asked, like one in the cloud. This one encrypts nothing, because tests have no real secrets.
"""

from __future__ import annotations

import functools
import json
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

SECRETS_PROVIDER = "hashivault://sandbox"
"""The value for `pulumi stack init --secrets-provider`."""


class _Transit(BaseHTTPRequestHandler):
    """The two calls of Vault's transit engine that Pulumi makes."""

    def do_PUT(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        encrypts = self.path.startswith("/v1/transit/encrypt/")
        data = {"ciphertext": request["plaintext"]} if encrypts else {"plaintext": request["ciphertext"]}
        body = json.dumps({"data": data}).encode()
        with suppress(ConnectionError):  # A client that was killed takes no answer.
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Writes nothing: standard error is the test's."""


@functools.cache
def secrets_provider_environment() -> dict[str, str]:
    """The environment variables with which Pulumi finds the vault, which runs as long as this process."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Transit)
    Thread(target=server.serve_forever, daemon=True).start()
    return {"VAULT_SERVER_URL": f"http://127.0.0.1:{server.server_port}", "VAULT_SERVER_TOKEN": "sandbox"}
