"""Checks of a private endpoint at its address: the connection, the certificate, and the cluster behind it."""

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
"""The path of a request that needs no login (MicrosoftDocs, dataexplorer-docs, kusto/api/rest/ping.md)."""
_PONG = "Pong"
"""The start of a cluster's answer (MicrosoftDocs, dataexplorer-docs,
security-network-private-endpoint-troubleshoot.md)."""
_MOST_BYTES = 1000
"""The bytes of an answer that are read; a cluster's answer is shorter."""


@dataclass(frozen=True)
class Destination:
    """A host with its address according to the stack, whatever DNS says."""

    host: str
    address: str
    port: int
    timeout: float
    """Seconds for each check."""


def check_endpoint(destination: Destination, *, ping: bool = True) -> Iterator[Check]:
    """Check the links in turn; the first broken one is the last. A storage account answers no ping without a login."""
    for check_link in (_check_tcp, _check_tls, *([_check_ping] if ping else [])):
        yield (check := check_link(destination))
        if check.fault:
            return


def _check_tcp(destination: Destination) -> Check:
    """
    Open a TCP connection.

    The cluster accepts it, because Private Link only forwards packets: any problem behind the endpoint looks like
    packets that are dropped on the way.
    """
    try:
        with socket.create_connection((destination.address, destination.port), destination.timeout):
            return Check("tcp", f"{destination.address}:{destination.port}")
    except TimeoutError:
        fault = Fault(
            "no-connection",
            f"{destination.address} does not answer at port {destination.port} within {destination.timeout:g} s",
            "Check that the cluster is running (Azure stops idle ones) and that its connection is still Approved "
            "(`adx-private-link access --live`). Otherwise packets are dropped: network security groups of both "
            f"subnets and firewalls must allow TCP {destination.port}, and this network needs a route to the endpoint "
            "(peering, VPN, ExpressRoute).",
        )
    except ConnectionRefusedError:
        fault = Fault(
            "connection-refused",
            f"{destination.address} refuses connections at port {destination.port}",
            "Check that no firewall refuses connections, and that the cluster listens at this port. If these outputs "
            "are old, another machine may have the address: run `pulumi up --refresh`, then read the outputs again.",
        )
    except OSError as error:
        fault = Fault(
            "no-route",
            f"{destination.address}: {error}",
            "This network has no route to the address. Check its routes and firewalls.",
        )
    return Check("tcp", fault.says, fault)


def _check_tls(destination: Destination) -> Check:
    try:
        return Check("tls", _list_names(_fetch_certificate(destination, ssl.create_default_context())))
    except ssl.SSLCertVerificationError as error:
        fault = _certificate_fault(error, destination)
    except (OSError, ValueError) as error:  # `ValueError`: names of a certificate that are not text
        fault = Fault(
            "no-tls",
            f"no TLS at {destination.address}: {str(error) or type(error).__name__}",
            "The connection opens, then breaks or stays silent. Usually, a firewall filters by host name, packets are "
            "too large for a VPN in between (MTU), or `proxy_protocol` is on, which must be off for a cluster.",
        )
    return Check("tls", fault.says, fault)


def _certificate_fault(error: ssl.SSLCertVerificationError, destination: Destination) -> Fault:
    if error.verify_code != _HOSTNAME_MISMATCH:
        return Fault(
            "untrusted-certificate",
            f"the certificate is not trusted: {error.verify_message}",
            "A firewall intercepts TLS and this machine does not trust its CA (`SSL_CERT_FILE`), or another machine "
            "now has the address, or the CAs or the clock of this machine are out of date.",
        )
    any_host = ssl.create_default_context()
    any_host.check_hostname = False
    try:
        names = _list_names(_fetch_certificate(destination, any_host))
    except (OSError, ValueError):
        names = "another host"
    return Fault(
        "wrong-certificate",
        f"the certificate is for {names}, not for {destination.host}",
        f"Another endpoint or a proxy answers at {destination.address}. Run `pulumi up --refresh`: it "
        "compares the endpoint's address in Azure with the stack's output.",
    )


def _fetch_certificate(destination: Destination, context: ssl.SSLContext) -> dict[str, Any]:
    with (
        socket.create_connection((destination.address, destination.port), destination.timeout) as connection,
        context.wrap_socket(connection, server_hostname=destination.host) as tls_connection,
    ):
        return tls_connection.getpeercert() or {}


def _list_names(certificate: dict[str, Any]) -> str:
    names = [str(name) for _, name in certificate.get("subjectAltName", ())]
    return ", ".join([*names[:3], *(["…"] if names[3:] else [])]) or "another host"


def _check_ping(destination: Destination) -> Check:
    try:
        status, text = asyncio.run(_fetch_answer(destination))
    except (httpx.HTTPError, TimeoutError) as error:
        is_late = isinstance(error, TimeoutError)
        reason = f"not within {destination.timeout:g} s" if is_late else str(error) or type(error).__name__
        fault = Fault(
            "no-http",
            f"no answer to {_PING}: {reason}",
            "TLS works, and HTTP does not. Check the cluster's state and proxies in between.",
        )
    else:
        if status == HTTPStatus.OK and text.startswith(_PONG):
            return Check("ping", text.strip()[:100])
        fault = _unhealthy_cluster(status) if httpx.codes.is_server_error(status) else _unexpected_answer(status, text)
    return Check("ping", fault.says, fault)


def _unhealthy_cluster(status: int) -> Fault:
    return Fault(
        "http-status",
        f"{_PING} answers with {status} {httpx.codes.get_reason_phrase(status)}",
        "The connection works, and the cluster is unhealthy. Check its state and its resource health in the portal.",
    )


def _unexpected_answer(status: int, text: str) -> Fault:
    return Fault(
        "unexpected-answer",
        f"{_PING} answers with {status} and {text[:60]!r}, unlike any cluster",
        "A machine in between answers instead of the cluster, such as a proxy with a login page.",
    )


async def _fetch_answer(destination: Destination) -> tuple[int, str]:
    """Return the status and the start of the answer. Raises `TimeoutError` if they take too long."""
    # Without the environment's proxy, which would take another way than clients in the network.
    client = httpx.AsyncClient(verify=ssl.create_default_context(), timeout=destination.timeout, trust_env=False)
    request = client.stream(
        "GET",
        f"https://{destination.address}:{destination.port}{_PING}",
        headers={"Host": destination.host, "Accept-Encoding": "identity"},
        extensions={"sni_hostname": destination.host},
    )
    text = b""
    # The client's own limits start again with each piece: an answer in drops would never end.
    async with asyncio.timeout(destination.timeout), client, request as answer:
        async for piece in answer.aiter_raw():
            text += piece
            if len(text) > _MOST_BYTES:
                break
        return answer.status_code, text[:_MOST_BYTES].decode(errors="replace")
