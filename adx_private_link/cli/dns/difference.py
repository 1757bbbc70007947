"""The differences between a DNS server's answers and the stack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from ..errors import CommandError
from ..terminal.progress import run_at_once
from .names import ConsumerNames, PublishedHost
from .resolver import Answer, Nameserver, Resolver

_TIMEOUT = 5.0
"""Seconds for each question."""


@dataclass(frozen=True)
class Difference:
    """A host name that a server answers otherwise than the stack."""

    published: PublishedHost
    answer: Answer

    @property
    def is_missing_account(self) -> bool:
        """Whether it is the name of a storage account, and the server has no private address for it."""
        addresses = self.answer.addresses
        return self.published.is_storage and not any(ip_address(address).is_private for address in addresses)


def find_differences(names: ConsumerNames, nameserver: Nameserver) -> Sequence[Difference]:
    """
    Find the host names that a server answers otherwise than the stack.

    Raises:
        CommandError: The server answers no question, so nothing can be compared.
    """
    resolver = Resolver(nameserver, _TIMEOUT)
    hosts = [published.host for published in names.published]
    answers = run_at_once(f"asking {nameserver}", resolver.ask, hosts)
    if all(answer.is_useless for answer in answers):
        raise CommandError(f"{nameserver} does not answer: {answers[0].chain}.")
    return [
        Difference(published, answer)
        for published, answer in zip(names.published, answers, strict=True)
        if answer.addresses != published.addresses
    ]
