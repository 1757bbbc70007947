"""Whether the private endpoint answers at its address: the connection, the certificate, the cluster behind it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from .findings import Check, Fault

_HOSTNAME_MISMATCH = 62
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH."""
_PING = "/v1/rest/ping"
"""Needs no login (MicrosoftDocs, dataexplorer-docs, kusto/api/rest/ping.md)."""
_ENOUGH = 1000
"""Bytes of an answer, to know what it is."""
_PONG = "Pong"
"""How its answer begins (MicrosoftDocs, dataexplorer-docs, security-network-private-endpoint-troubleshoot.md)."""


@dataclass(frozen=True)
class Place:
    """Where a host is to be reached, by the stack, whatever DNS says."""

    host: str
    address: str
    port: int
    timeout: float
    """Seconds for each step."""


def reach(place: Place) -> Iterator[Check]:
    """Try the links in turn; what comes after a broken one is not tried."""
    for try_link in (_tcp, _tls, _ping):
        yield (check := try_link(place))
        if check.fault:
            return


def _tcp(place: Place) -> Check:
    """
    A private link service only passes packets on: the connection is made with the cluster behind it, so all that is
    wrong there looks like packets that are dropped on the way.
    """
    try:
        with socket.create_connection((place.address, place.port), place.timeout):
            return Check("tcp", f"{place.address}:{place.port}")
    except TimeoutError:
        fault = Fault(
            "no-connection",
            f"{place.address} does not answer at port {place.port} within {place.timeout:g} s",
            "Check that the cluster is running (Azure stops idle ones) and that its connection is still Approved "
            "(`adx-private-link access --live`). Otherwise packets are dropped: network security groups of both "
            f"subnets and firewalls must allow TCP {place.port}, and this network needs a route to the endpoint "
            "(peering, VPN, ExpressRoute).",
        )
    except ConnectionRefusedError:
        fault = Fault(
            "connection-refused",
            f"{place.address} refuses connections at port {place.port}",
            "A firewall refuses connections, or the cluster does not listen at this port, or these outputs are old and "
            "another machine has the address: run `pulumi up --refresh`, and read the outputs again.",
        )
    except OSError as error:
        fault = Fault(
            "no-route",
            f"{place.address}: {error}",
            "This network has no route to the address. Check its routes and firewalls.",
        )
    return Check("tcp", fault.says, fault)


def _tls(place: Place) -> Check:
    try:
        return Check("tls", _names(_certificate(place, ssl.create_default_context())))
    except ssl.SSLCertVerificationError as error:
        fault = _wrong_certificate(error, place)
    except (OSError, ValueError) as error:  # `ValueError`: a certificate with names that are no text
        fault = Fault(
            "no-tls",
            f"no TLS at {place.address}: {error or type(error).__name__}",
            "The connection opens, then breaks or stays silent. Usually a firewall filters by host name, packets are "
            "too large for a VPN in between (MTU), or `proxy_protocol` is on, which must be off for a cluster.",
        )
    return Check("tls", fault.says, fault)


def _wrong_certificate(error: ssl.SSLCertVerificationError, place: Place) -> Fault:
    if error.verify_code != _HOSTNAME_MISMATCH:
        return Fault(
            "untrusted-certificate",
            f"the certificate is not trusted: {error.verify_message}",
            "A firewall intercepts TLS and this machine does not trust its CA (`SSL_CERT_FILE`); or another machine "
            "now has the address; or this machine's CAs or clock are out of date.",
        )
    unnamed = ssl.create_default_context()
    unnamed.check_hostname = False
    try:
        names = _names(_certificate(place, unnamed))
    except (OSError, ValueError):
        names = "another host"
    return Fault(
        "wrong-certificate",
        f"the certificate is for {names}, not for {place.host}",
        f"Another cluster's endpoint, or a proxy, answers at {place.address}. Compare the endpoint's address in Azure "
        "with the stack's output: run `pulumi up --refresh`.",
    )


def _certificate(place: Place, context: ssl.SSLContext) -> dict[str, Any]:
    with (
        socket.create_connection((place.address, place.port), place.timeout) as connection,
        context.wrap_socket(connection, server_hostname=place.host) as speaking,
    ):
        return speaking.getpeercert() or {}


def _names(certificate: dict[str, Any]) -> str:
    names = [str(name) for _, name in certificate.get("subjectAltName", ())]
    return ", ".join([*names[:3], *(["…"] if names[3:] else [])]) or "another host"


def _ping(place: Place) -> Check:
    try:
        status, text = asyncio.run(_answer(place))
    except (httpx.HTTPError, TimeoutError) as error:
        why = f"not within {place.timeout:g} s" if isinstance(error, TimeoutError) else error or type(error).__name__
        fault = Fault(
            "no-http",
            f"no answer to {_PING}: {why}",
            "TLS works, and HTTP does not. Check the cluster's state, and proxies in between.",
        )
    else:
        if status == HTTPStatus.OK and text.startswith(_PONG):
            return Check("ping", text.strip()[:100])
        fault = _unhealthy(status) if httpx.codes.is_server_error(status) else _something_else(status, text)
    return Check("ping", fault.says, fault)


def _unhealthy(status: int) -> Fault:
    return Fault(
        "http-status",
        f"{_PING} answers with {status} {httpx.codes.get_reason_phrase(status)}",
        "The connection works, and the cluster is unhealthy. Check its state and its resource health in the portal.",
    )


def _something_else(status: int, text: str) -> Fault:
    return Fault(
        "unexpected-answer",
        f"{_PING} answers with {status} and {text[:60]!r}, unlike any cluster",
        "A machine in between answers instead of the cluster, such as a proxy with a login page.",
    )


async def _answer(place: Place) -> tuple[int, str]:
    """Status and beginning of the answer. Raises `TimeoutError` where the two are not complete in time."""
    # No proxy of the environment: it would go another way.
    client = httpx.AsyncClient(verify=ssl.create_default_context(), timeout=place.timeout, trust_env=False)
    request = client.stream(
        "GET",
        f"https://{place.address}:{place.port}{_PING}",
        headers={"Host": place.host, "Accept-Encoding": "identity"},
        extensions={"sni_hostname": place.host},
    )
    text = b""
    # The client's own limits begin again with each piece: an answer that comes in drops would never end.
    async with asyncio.timeout(place.timeout), client, request as answer:
        async for piece in answer.aiter_raw():
            text += piece
            if len(text) > _ENOUGH:
                break
        return answer.status_code, text[:_ENOUGH].decode(errors="replace")
