"""What a running server answers differently from the stack."""

from __future__ import annotations

from ..errors import CommandError
from ..terminal.progress import at_once
from .names import ConsumerNames
from .resolver import Nameserver, Resolver

_TIMEOUT = 5.0
"""Seconds."""


def differences(names: ConsumerNames, nameserver: Nameserver) -> list[tuple[str, str, str]]:
    """
    Host names whose addresses differ: the name, the stack's addresses, the server's answer.

    Raises:
        CommandError: The server answers nothing, so nothing can be compared.
    """
    resolver = Resolver(nameserver, _TIMEOUT)
    hosts = [each.host for each in names.published]
    answers = at_once(f"asking {nameserver}", resolver.ask, hosts)
    if all(each.is_useless for each in answers):
        raise CommandError(f"{nameserver} does not answer: {answers[0].chain}.")
    return [
        (each.host, ", ".join(each.addresses), answer.chain)
        for each, answer in zip(names.published, answers, strict=True)
        if answer.addresses != each.addresses
    ]
