"""`verify` against servers that never come to an end, or answer something else: it ends, and says what is wrong."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
import trustme

from adx_private_link.cli.dns.names import PublishedHost
from adx_private_link.cli.dns.resolver import Nameserver, Resolver
from adx_private_link.cli.verify.deadline import within
from adx_private_link.cli.verify.endpoint import Place, reach
from adx_private_link.cli.verify.names import check_name

from ..dns.servers import free_port
from ..outputs import ENGINE, ZONE
from .hostile import HERE, Speak, answering, context_of, listening, said

_HANGS = 60
"""Seconds after which something does not end; everything here has one second for each step."""
_OK = b"HTTP/1.1 200 OK\r\n"

ENDLESS: dict[str, Speak] = {
    "silence": said(pause=_HANGS, again=b"\0"),
    "a status line in drops": said(again=b"H", pause=0.1),
    "headers in drops": said(_OK, again=b"X: y\r\n", pause=0.1),
    "a header without end": said(_OK, b"X: ", again=b"y", pause=0.1),
    "100 Continue again and again": said(again=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "100 Continue in drops": said(again=b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.1),
    "a body in drops": said(_OK, b"\r\n", again=b"P", pause=0.1),
    "a size of a chunk in drops": said(_OK, b"Transfer-Encoding: chunked\r\n\r\n", again=b"0", pause=0.1),
    "trailers in drops": said(_OK, b"Transfer-Encoding: chunked\r\n\r\n0\r\n", again=b"X: y\r\n", pause=0.1),
}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def _reached(port: int) -> dict[str, str | None]:
    """The kinds of faults by link."""
    checks = within(_HANGS, lambda: list(reach(Place(ENGINE, HERE, port, timeout=1))))
    return {each.link: each.fault and each.fault.kind for each in checks}


@pytest.mark.parametrize("speak", ENDLESS.values(), ids=ENDLESS.keys())
def test_an_answer_has_one_deadline(authority: trustme.CA, speak: Speak) -> None:
    """Each piece comes in time; the whole never does."""
    with listening(speak, context_of(authority, ENGINE)) as port:
        assert _reached(port) == {"tcp": None, "tls": None, "ping": "no-http"}


def test_a_body_without_end(authority: trustme.CA) -> None:
    """It is not read to its end, and would not fit into memory."""
    with listening(said(_OK, b"\r\n", again=b"login" * 10_000), context_of(authority, ENGINE)) as port:
        assert _reached(port) == {"tcp": None, "tls": None, "ping": "unexpected-answer"}


def test_a_handshake_in_drops() -> None:
    """The header of a record that has 16 KB, and its bytes one by one."""
    with listening(said(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", again=b"\x03", pause=0.1)) as port:
        assert _reached(port) == {"tcp": None, "tls": "no-tls"}


# DNS

_PUBLISHED = PublishedHost("myadx", "engine", ENGINE, ZONE, ("10.3.0.9",), "Approved")


def _truncated(question: bytes) -> list[bytes]:
    answer = dns.message.make_response(dns.message.from_wire(question))
    answer.flags |= dns.flags.TC
    return [answer.to_wire()]


def _check(port: int) -> tuple[str, str]:
    """The fault that a DNS server leads to, and its remedy."""
    fault = within(_HANGS, lambda: check_name(_PUBLISHED, Resolver(Nameserver(HERE, port), timeout=1))).fault
    assert fault is not None
    return f"{fault.kind}: {fault.says}", fault.remedy


def test_an_answer_that_does_not_fit_into_udp_where_tcp_is_closed() -> None:
    """Firewalls often open port 53 for UDP alone."""
    port = free_port()
    with answering(_truncated, port):
        says, remedy = _check(port)
    assert says.startswith(f"no-dns-by-tcp: the answer of {HERE}:{port} does not fit into UDP")
    assert "Connection refused" in says
    assert "Open TCP port 53" in remedy


def test_an_answer_that_does_not_fit_into_udp_where_tcp_is_silent() -> None:
    port = free_port()
    with answering(_truncated, port), listening(said(pause=_HANGS, again=b"\0"), port=port):
        says, _ = _check(port)
    assert says.startswith("no-dns-by-tcp: ")


@pytest.mark.parametrize("code", [dns.rcode.NOERROR, dns.rcode.NXDOMAIN])
def test_an_answer_that_is_cut_off_by_tcp_as_well_says_nothing_of_the_name(code: dns.rcode.Rcode) -> None:
    """A broken server or a middlebox: the address may be in what is missing."""

    def cut_off(question: bytes) -> bytes:
        answer = dns.message.make_response(dns.message.from_wire(question))
        answer.flags |= dns.flags.TC
        answer.set_rcode(code)
        return answer.to_wire()

    def speak(connection: socket.socket, _: object) -> None:
        length = int.from_bytes(connection.recv(2), "big")
        answer = cut_off(connection.recv(length))
        connection.sendall(len(answer).to_bytes(2, "big") + answer)

    port = free_port()
    with answering(lambda question: [cut_off(question)], port), listening(speak, port=port):
        answer = Resolver(Nameserver(HERE, port), timeout=5).ask(ENGINE)
    assert (answer.failure, answer.is_useless) == ("truncated", True)


def _with(question: bytes, *records: str) -> list[bytes]:
    answer = dns.message.make_response(dns.message.from_wire(question))
    for each in records:
        name, kind, value = each.split()
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, value))
    return [answer.to_wire()]


def _answer_garbage(question: bytes) -> list[bytes]:
    return [b"\0" * 40, question[:5], b"", question]


def _answer_another_id(question: bytes) -> list[bytes]:
    return [b"\0\0" + each[2:] for each in _with(question)]


def _answer_with(*records: str) -> Callable[[bytes], list[bytes]]:
    return lambda question: _with(question, *records)


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
        pytest.param(_with, "no-address", id="nothing"),
    ],
)
def test_a_dns_server_that_answers_something_else(answer: Callable[[bytes], list[bytes]], kind: str) -> None:
    with answering(answer) as port:
        says, _ = _check(port)
    assert says.startswith(f"{kind}: ")
