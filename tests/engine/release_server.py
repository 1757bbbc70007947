"""The release server, on loopback."""

from __future__ import annotations

import contextlib
import hashlib
import io
import tarfile
import threading
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from engine import install as installer

from .machine import PULUMI


@dataclass
class Release:
    """The files of the release server, and the requests to it."""

    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    missing_bytes: int = 0
    drip: float = 0.0
    """Seconds between two bytes."""
    requests: list[str] = field(default_factory=list[str])

    @property
    def archive(self) -> str:
        return f"pulumi-v{installer.PINNED}-{installer.platform_name()}.tar.gz"

    def publish(self, *, linked: bool = False) -> None:
        """Publish an archive, and pin its checksum."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for program in (*installer.PROGRAMS, "pulumi-language-go"):
                content = PULUMI.encode()
                member = tarfile.TarInfo(f"pulumi/{program}")
                if linked and program == "pulumi":
                    member.type, member.linkname = tarfile.SYMTYPE, "../../../etc/passwd"
                else:
                    member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        self.publish_archive(packed.getvalue())

    def publish_archive(self, content: bytes) -> None:
        self.files[self.archive] = content
        installer.CHECKSUMS[installer.platform_name()] = hashlib.sha256(content).hexdigest()


@contextlib.contextmanager
def serve(release: Release) -> Generator[int]:
    """Serve a release. Yields the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.removeprefix("/")
            release.requests.append(name)
            content = release.files.get(name)
            if content is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content) + release.missing_bytes))
            if release.drip:
                with contextlib.suppress(OSError):
                    for _ in range(200):
                        self.send_header("X-Drip", "x")
                        self.flush_headers()
                        time.sleep(release.drip)
                return
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_port
        server.shutdown()
