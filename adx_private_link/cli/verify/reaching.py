"""Whether the private endpoint answers at its address: the connection, the certificate, the cluster behind it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import Any

import httpx

from .findings import Check, Fault

_HOSTNAME_MISMATCH = 62
"""OpenSSL's X509_V_ERR_HOSTNAME_MISMATCH."""
_PING = "/v1/rest/ping"
"""Needs no login (MicrosoftDocs, dataexplorer-docs, kusto/api/rest/ping.md); answers `Pong! IP address: …`
(security-network-private-endpoint-troubleshoot.md)."""


def reach(host: str, address: str, port: int, timeout: float) -> Iterator[Check]:
    """Try the links in turn, by the stack's address, whatever DNS says; what comes after a broken one is not tried."""
    yield (tcp := _tcp(address, port, timeout))
    if tcp.fault:
        return
    yield (tls := _tls(host, address, port, timeout))
    if tls.fault:
        return
    yield _ping(host, address, port, timeout)


def _tcp(address: str, port: int, timeout: float) -> Check:
    try:
        with socket.create_connection((address, port), timeout):
            return Check("tcp", f"{address}:{port}")
    except TimeoutError:
        fault = Fault(
            "no-connection",
            f"{address} does not answer at port {port} within {timeout:.0f} s",
            "Something drops the packets: a network security group of this subnet or a firewall on the way must let "
            f"TCP {port} through, and the network needs a way there (peering, VPN, ExpressRoute, its routes).",
        )
    except ConnectionRefusedError:
        fault = Fault(
            "connection-refused",
            f"{address} refuses connections at port {port}",
            "Private endpoints do not refuse: either a firewall does, or the address is somebody else's by now and the "
            "stack's outputs are old: `pulumi up --refresh`.",
        )
    except OSError as error:
        fault = Fault("no-route", f"{address}: {error}", "This network has no way there: look at its routes.")
    return Check("tcp", fault.says, fault)


def _tls(host: str, address: str, port: int, timeout: float) -> Check:
    try:
        return Check("tls", _names(_certificate(host, address, port, timeout, ssl.create_default_context())))
    except ssl.SSLCertVerificationError as error:
        fault = _wrong_certificate(error, host, address, port, timeout)
    except (ssl.SSLError, OSError) as error:
        fault = Fault(
            "no-tls",
            f"no TLS at {address}: {error or type(error).__name__}",
            "The connection opens, and nothing behind it speaks TLS: look at the cluster (is it running?), at the "
            "connection's state in the service, and at `proxy_protocol`, which must be off for a cluster.",
        )
    return Check("tls", fault.says, fault)


def _wrong_certificate(
    error: ssl.SSLCertVerificationError, host: str, address: str, port: int, timeout: float
) -> Fault:
    if error.verify_code != _HOSTNAME_MISMATCH:
        return Fault(
            "untrusted-certificate",
            f"the certificate is not trusted: {error.verify_message}",
            "Somebody reads along (a firewall that opens TLS), whose authority this machine would have to know "
            "(SSL_CERT_FILE); or this machine's list of authorities, or its clock, is out of date.",
        )
    unnamed = ssl.create_default_context()
    unnamed.check_hostname = False
    names = _names(_certificate(host, address, port, timeout, unnamed))
    return Fault(
        "wrong-certificate",
        f"the certificate is of {names}, not of {host}",
        f"Something else answers at {address}: another cluster's endpoint, or a proxy. Compare the endpoint's address "
        "in Azure with the stack's output: `pulumi up --refresh`.",
    )


def _certificate(host: str, address: str, port: int, timeout: float, context: ssl.SSLContext) -> dict[str, Any]:
    with (
        socket.create_connection((address, port), timeout) as connection,
        context.wrap_socket(connection, server_hostname=host) as speaking,
    ):
        return speaking.getpeercert() or {}


def _names(certificate: dict[str, Any]) -> str:
    names = [str(name) for _, name in certificate.get("subjectAltName", ())]
    return ", ".join([*names[:3], *(["…"] if names[3:] else [])])


def _ping(host: str, address: str, port: int, timeout: float) -> Check:
    try:
        # No proxy of the environment: it would go another way.
        with httpx.Client(verify=ssl.create_default_context(), timeout=timeout, trust_env=False) as client:
            answer = client.get(
                f"https://{address}:{port}{_PING}", headers={"Host": host}, extensions={"sni_hostname": host}
            )
    except httpx.HTTPError as error:
        fault = Fault(
            "no-http",
            f"no answer to {_PING}: {error or type(error).__name__}",
            "Something speaks TLS, and no HTTP: look whether the cluster is running.",
        )
        return Check("ping", fault.says, fault)
    if not answer.is_success:
        fault = Fault(
            "http-status",
            f"{_PING} answers with {answer.status_code} {answer.reason_phrase}",
            "The way is open, and the cluster is not well: look at its state and its resource health in the portal.",
        )
        return Check("ping", fault.says, fault)
    if not answer.text.startswith("Pong"):
        fault = Fault(
            "unexpected-body",
            f"{_PING} answers with {answer.text[:60]!r}, which no cluster says",
            "Something in between answers in the cluster's place, such as a proxy with a page to log in.",
        )
        return Check("ping", fault.says, fault)
    return Check("ping", answer.text.strip())
