"""The differences between a DNS server's answers and the stack."""

from __future__ import annotations

from ..errors import CommandError
from ..terminal.progress import run_at_once
from .names import ConsumerNames
from .resolver import Nameserver, Resolver

_TIMEOUT = 5.0
"""Seconds for each question."""


def find_differences(names: ConsumerNames, nameserver: Nameserver) -> list[tuple[str, str, str]]:
    """
    Find the host names that a server answers differently: each with the stack's addresses and the server's answer.

    Raises:
        CommandError: The server answers no question, so nothing can be compared.
    """
    resolver = Resolver(nameserver, _TIMEOUT)
    hosts = [published.host for published in names.published]
    answers = run_at_once(f"asking {nameserver}", resolver.ask, hosts)
    if all(answer.is_useless for answer in answers):
        raise CommandError(f"{nameserver} does not answer: {answers[0].chain}.")
    return [
        (published.host, ", ".join(published.addresses), answer.chain)
        for published, answer in zip(names.published, answers, strict=True)
        if answer.addresses != published.addresses
    ]
