"""`verify` against servers that answer without end or send something else: it ends, and reports the fault."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
import trustme

from adx_private_link.cli.dns.names import PublishedHost
from adx_private_link.cli.dns.resolver import Nameserver, Resolver
from adx_private_link.cli.verify.deadline import run_within
from adx_private_link.cli.verify.endpoint import Destination, check_endpoint
from adx_private_link.cli.verify.name_resolution import check_name

from ..dns.servers import free_port
from ..outputs import ENGINE, ZONE
from .hostile import LOOPBACK, Handler, send_pieces, tcp_server, tls_context, udp_server

_HANGS = 60
"""Seconds after which a test fails; each check has one second."""
_OK = b"HTTP/1.1 200 OK\r\n"

ENDLESS: dict[str, Handler] = {
    "silence": send_pieces(pause=_HANGS, again=b"\0"),
    "a status line in drops": send_pieces(again=b"H", pause=0.1),
    "headers in drops": send_pieces(_OK, again=b"X: y\r\n", pause=0.1),
    "a header without end": send_pieces(_OK, b"X: ", again=b"y", pause=0.1),
    "100 Continue again and again": send_pieces(again=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "100 Continue in drops": send_pieces(again=b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.1),
    "a body in drops": send_pieces(_OK, b"\r\n", again=b"P", pause=0.1),
    "a size of a chunk in drops": send_pieces(_OK, b"Transfer-Encoding: chunked\r\n\r\n", again=b"0", pause=0.1),
    "trailers in drops": send_pieces(_OK, b"Transfer-Encoding: chunked\r\n\r\n0\r\n", again=b"X: y\r\n", pause=0.1),
}


def _find_kinds(port: int) -> dict[str, str | None]:
    """Check an endpoint, and return the kinds of its faults by link."""
    checks = run_within(_HANGS, lambda: list(check_endpoint(Destination(ENGINE, LOOPBACK, port, timeout=1))))
    return {check.link: check.fault and check.fault.kind for check in checks}


@pytest.mark.parametrize("handle", ENDLESS.values(), ids=ENDLESS.keys())
def test_an_answer_has_one_deadline(authority: trustme.CA, handle: Handler) -> None:
    """Each piece comes in time, and the whole never does."""
    with tcp_server(handle, tls_context(authority, ENGINE)) as port:
        assert _find_kinds(port) == {"tcp": None, "tls": None, "ping": "no-http"}


def test_a_body_without_end(authority: trustme.CA) -> None:
    """Only the start of the body is read: the whole would not fit into memory."""
    with tcp_server(send_pieces(_OK, b"\r\n", again=b"login" * 10_000), tls_context(authority, ENGINE)) as port:
        assert _find_kinds(port) == {"tcp": None, "tls": None, "ping": "unexpected-answer"}


def test_an_error_without_a_text_is_named(authority: trustme.CA) -> None:
    """The system's error of a connection that is reset has no text in httpx."""

    def reset(connection: socket.socket, _: object) -> None:
        connection.recv(4096)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with tcp_server(reset, tls_context(authority, ENGINE)) as port:
        *_, ping = check_endpoint(Destination(ENGINE, LOOPBACK, port, timeout=5))
    assert ping.says == "no answer to /v1/rest/ping: ReadError"


def test_a_handshake_in_drops() -> None:
    """The server sends the header of a record of 16 KB, and then its bytes one by one."""
    with tcp_server(send_pieces(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", again=b"\x03", pause=0.1)) as port:
        assert _find_kinds(port) == {"tcp": None, "tls": "no-tls"}


# DNS

_PUBLISHED = PublishedHost("myadx", "engine", "engine", ENGINE, ZONE, ("10.3.0.9",), "Approved")


def _truncated(question: bytes) -> list[bytes]:
    answer = dns.message.make_response(dns.message.from_wire(question))
    answer.flags |= dns.flags.TC
    return [answer.to_wire()]


def _check(port: int) -> tuple[str, str]:
    """Check the host name at a DNS server, and return the fault and its remedy."""
    fault = run_within(_HANGS, lambda: check_name(_PUBLISHED, Resolver(Nameserver(LOOPBACK, port), timeout=1))).fault
    assert fault is not None
    return f"{fault.kind}: {fault.says}", fault.remedy


def test_an_answer_that_does_not_fit_into_udp_where_tcp_is_closed() -> None:
    """Firewalls often open port 53 for UDP alone."""
    port = free_port()
    with udp_server(_truncated, port):
        says, remedy = _check(port)
    assert says.startswith(f"no-dns-by-tcp: the answer of {LOOPBACK}:{port} does not fit into UDP")
    assert "Connection refused" in says
    assert "Open TCP port 53" in remedy


def test_an_answer_that_does_not_fit_into_udp_where_tcp_is_silent() -> None:
    port = free_port()
    with udp_server(_truncated, port), tcp_server(send_pieces(pause=_HANGS, again=b"\0"), port=port):
        says, _ = _check(port)
    assert says.startswith("no-dns-by-tcp: ")


@pytest.mark.parametrize("code", [dns.rcode.NOERROR, dns.rcode.NXDOMAIN])
def test_an_answer_that_is_cut_off_by_tcp_as_well_says_nothing_of_the_name(code: dns.rcode.Rcode) -> None:
    """The server or a middlebox is broken: the missing part may contain the address."""

    def cut_off(question: bytes) -> bytes:
        answer = dns.message.make_response(dns.message.from_wire(question))
        answer.flags |= dns.flags.TC
        answer.set_rcode(code)
        return answer.to_wire()

    def handle(connection: socket.socket, _: object) -> None:
        length = int.from_bytes(connection.recv(2), "big")
        answer = cut_off(connection.recv(length))
        connection.sendall(len(answer).to_bytes(2, "big") + answer)

    port = free_port()
    with udp_server(lambda question: [cut_off(question)], port), tcp_server(handle, port=port):
        answer = Resolver(Nameserver(LOOPBACK, port), timeout=5).ask(ENGINE)
    assert (answer.failure, answer.is_useless) == ("truncated", True)


def _answer_records(question: bytes, *records: str) -> list[bytes]:
    answer = dns.message.make_response(dns.message.from_wire(question))
    for record in records:
        name, kind, value = record.split()
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, value))
    return [answer.to_wire()]


def _answer_garbage(question: bytes) -> list[bytes]:
    return [b"\0" * 40, question[:5], b"", question]


def _answer_another_id(question: bytes) -> list[bytes]:
    return [b"\0\0" + answer[2:] for answer in _answer_records(question)]


def _answer_with(*records: str) -> Callable[[bytes], list[bytes]]:
    return lambda question: _answer_records(question, *records)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(_answer_garbage, "no-answer", id="garbage"),
        pytest.param(_answer_another_id, "no-answer", id="another id"),
        pytest.param(
            _answer_with(f"{ENGINE}. CNAME x.invalid.", f"x.invalid. CNAME {ENGINE}."),
            "server-failure",
            id="a circle of aliases",
        ),
        pytest.param(
            _answer_with(
                f"{ENGINE}. CNAME x0.invalid.", *(f"x{n}.invalid. CNAME x{n + 1}.invalid." for n in range(40))
            ),
            "server-failure",
            id="a long chain of aliases",
        ),
        pytest.param(_answer_with("other.invalid. A 10.3.0.9"), "no-address", id="another name"),
        pytest.param(_answer_records, "no-address", id="nothing"),
    ],
)
def test_a_dns_server_that_answers_something_else(answer: Callable[[bytes], list[bytes]], kind: str) -> None:
    with udp_server(answer) as port:
        says, _ = _check(port)
    assert says.startswith(f"{kind}: ")
