"""
A vault on loopback, which keeps the keys of stacks in tests.

From a passphrase, Pulumi derives the key by a million rounds of hashing, in each command: longer than many a preview
takes. A vault is asked, as one in the cloud would be. This one encrypts nothing: secrets of tests are none.
"""

from __future__ import annotations

import functools
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

SECRETS_PROVIDER = "hashivault://sandbox"
"""For `pulumi stack init --secrets-provider`."""


class _Transit(BaseHTTPRequestHandler):
    """The two calls of HashiCorp Vault's transit engine that Pulumi makes."""

    def do_PUT(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        is_new = self.path.startswith("/v1/transit/encrypt/")
        data = {"ciphertext": asked["plaintext"]} if is_new else {"plaintext": asked["ciphertext"]}
        answer = json.dumps({"data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: standard error is the test's."""


@functools.cache
def vault_environment() -> dict[str, str]:
    """Where commands find the vault, which is there as long as this process."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Transit)
    Thread(target=server.serve_forever, daemon=True).start()
    return {"VAULT_SERVER_URL": f"http://127.0.0.1:{server.server_port}", "VAULT_SERVER_TOKEN": "sandbox"}
