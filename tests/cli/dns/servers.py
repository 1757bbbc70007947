"""DNS servers of Debian's packages, run on loopback and high ports."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.installed import program
from tests.waiting import wait_until

from ..outputs import ENGINE, PRIVATE

PUBLIC = """\
$TTL 60
@ SOA ns.invalid. nobody.invalid. 1 3600 600 86400 60
@ NS ns.invalid.
myadx CNAME myadx.privatelink
ingest-myadx CNAME ingest-myadx.privatelink
other CNAME other.privatelink
myadx.privatelink A 40.122.110.154
ingest-myadx.privatelink A 40.122.110.155
other.privatelink A 40.122.110.156
myadx.privatelink AAAA 2001:db8::154
other.privatelink AAAA 2001:db8::156
"""
"""The zone in public DNS, as in the source document; `other` is a cluster without private access."""
PUBLIC_STORAGE = """\
$TTL 60
@ SOA ns.invalid. nobody.invalid. 1 3600 600 86400 60
@ NS ns.invalid.
4abkstrldmyadx00 CNAME 4abkstrldmyadx00.privatelink
ac9kstrldmyadx01 CNAME ac9kstrldmyadx01.privatelink
data CNAME data.privatelink
4abkstrldmyadx00.privatelink A 20.60.1.1
ac9kstrldmyadx01.privatelink A 20.60.1.2
data.privatelink A 20.60.1.3
"""
"""The zone of each storage service in public DNS; `data` is the account of others, with private access of its own."""
DOMAIN = "westus.kusto.windows.net"
STORAGE_DOMAINS = tuple(f"{service}.core.windows.net" for service in ("blob", "queue", "table"))
PUBLIC_ANSWER = [(ENGINE, "CNAME", PRIVATE), (PRIVATE, "A", "40.122.110.154")]
PRIVATE_ANSWER = [(ENGINE, "CNAME", PRIVATE), (PRIVATE, "A", "10.3.0.9")]
"""The two tables of MicrosoftDocs, vnet-create-private-endpoint.md, "DNS configuration for your Private Endpoint"."""
REBINDING_PROTECTION = "  private-address: 10.0.0.0/8"
"""The setting by which Unbound drops private addresses of other servers."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def dig(self, name: str, type: str = "A") -> list[tuple[str, str, str]]:
        """Return the answer section of `dig`: names, types, values."""
        return [(name, type, value) for name, _, type, value in self.dig_with_ttl(name, type)]

    def dig_with_ttl(self, name: str, type: str = "A") -> list[tuple[str, int, str, str]]:
        command = [
            program("dig", "bind9-dnsutils"),
            "+noall",
            "+answer",
            "-p",
            str(self.port),
            "@127.0.0.1",
            name,
            type,
        ]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        lines = [line.split() for line in output.splitlines() if line and not line.startswith(";")]
        return [(name.rstrip("."), int(ttl), type, value.rstrip(".")) for name, ttl, _, type, value in lines]


def free_port() -> int:
    """Return a port that is free for TCP and UDP."""
    while True:
        with socket.socket() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = int(tcp.getsockname()[1])
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@contextmanager
def running(directory: Path, name: str, package: str, arguments: list[str], port: int) -> Generator[Server]:
    # AppArmor may forbid the packaged program, which it knows by its path, to read a test's files: a copy can.
    copy = directory / name
    shutil.copy(program(name, package), copy)
    log = directory / f"{name}.log"
    with log.open("w") as file, subprocess.Popen([str(copy), *arguments], stdout=file, stderr=file) as process:
        try:
            wait_until(lambda: _is_up(port, process, log), 30)
            yield Server(port)
        finally:
            process.kill()


def _is_up(port: int, process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, log.read_text()
    with socket.socket() as tcp:
        return tcp.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def bind(directory: Path, options: str, zones: str) -> Generator[Server]:
    directory.mkdir(parents=True, exist_ok=True)
    port = free_port()
    (directory / "named.conf").write_text(
        f'options {{ directory "{directory}"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; '
        f'pid-file none; session-keyfile "{directory}/session.key"; dnssec-validation no; {options} }};\n'
        f"controls {{ }};\n{zones}\n"
    )
    with running(directory, "named", "bind9", ["-g", "-c", str(directory / "named.conf")], port) as server:
        # BIND listens before it has read its zones.
        wait_until(lambda: "all zones loaded" in (directory / "named.log").read_text(), 30)
        yield server


@contextmanager
def public_dns(
    directory: Path, zone: str = PUBLIC, options: str = "", storage: str = PUBLIC_STORAGE
) -> Generator[Server]:
    """Run the public DNS server: it has the public answers and asks no other servers."""
    zones = {DOMAIN: zone, **dict.fromkeys(STORAGE_DOMAINS, storage)}
    with bind(directory, f"recursion no; {options}", primary_zones(directory, zones)) as server:
        yield server


def primary_zones(directory: Path, zones: Mapping[str, str]) -> str:
    """Write the files of zones, and return their lines of a configuration."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in zones.items():
        (directory / name).write_text(content)
    return "\n".join(f'zone "{name}" {{ type primary; file "{name}"; }};' for name in zones)


# Servers of a network, which forward to the public server; each can load an exported text


@contextmanager
def bind_of_network(directory: Path, upstream: Server, exported: str = "") -> Generator[Server]:
    """Run BIND with an exported policy zone, configured as its comments say, or with exported settings to forward."""
    directory.mkdir(parents=True, exist_ok=True)
    options = f"recursion yes; forward only; forwarders port {upstream.port} {{ 127.0.0.1; }};"
    zones = exported
    if "SOA" in exported:
        file = directory / "exported"
        file.write_text(exported)
        (policy,) = re.findall(r"^;   (response-policy .*)$", exported, re.MULTILINE)
        (zone,) = re.findall(r"^;   (zone .*)$", exported, re.MULTILINE)
        options += policy
        zones = re.sub(r'file "[^"]*"', f'file "{file}"', zone)
    with bind(directory, options, zones) as server:
        if "SOA" in exported:
            # BIND answers before it has loaded a policy.
            wait_until(lambda: "reload done: success" in (directory / "named.log").read_text(), 30)
        yield server


@contextmanager
def dnsmasq(directory: Path, upstream: Server, exported: str = "", *flags: str) -> Generator[Server]:
    directory.mkdir(parents=True, exist_ok=True)
    port = free_port()
    (directory / "dnsmasq.conf").write_text(exported)
    arguments = [
        "--keep-in-foreground",
        "--no-resolv",
        "--no-hosts",
        "--bind-interfaces",
        "--listen-address=127.0.0.1",
        f"--pid-file={directory / 'pid'}",
        f"--user={os.environ.get('USER', 'root')}",
        f"--conf-file={directory / 'dnsmasq.conf'}",
        f"--port={port}",
        f"--server=127.0.0.1#{upstream.port}",
        *flags,
    ]
    with running(directory, "dnsmasq", "dnsmasq-base", arguments, port) as server:
        yield server


@contextmanager
def unbound(directory: Path, upstream: Server, exported: str = "", settings: str = "") -> Generator[Server]:
    directory.mkdir(parents=True, exist_ok=True)
    port = free_port()
    # As the comment in the exported text says.
    exported = exported.replace("forward-addr: 127.0.0.1\n", f"forward-addr: 127.0.0.1@{port}\n")
    (directory / "unbound.conf").write_text(
        f'server:\n  directory: "{directory}"\n  username: ""\n  chroot: ""\n  pidfile: ""\n  use-syslog: no\n'
        f"  do-daemonize: no\n  do-not-query-localhost: no\n  interface: 127.0.0.1@{port}\n{settings}\n{exported}\n"
        f'forward-zone:\n  name: "."\n  forward-addr: 127.0.0.1@{upstream.port}\n'
    )
    with running(directory, "unbound", "unbound", ["-c", str(directory / "unbound.conf")], port) as server:
        yield server


NETWORKS: dict[str, Callable[[Path, Server, str], AbstractContextManager[Server]]] = {
    "bind": bind_of_network,
    "dnsmasq": dnsmasq,
    "unbound": unbound,
}
"""The servers of a network, by the format that they load."""
