"""What a running server answers differently from the stack."""

from __future__ import annotations

import click

from ..pulumi.outputs import Names
from ..terminal.progress import at_once
from .resolver import Nameserver, Resolver

_TIMEOUT = 5.0
"""Seconds."""


def differences(names: Names, nameserver: Nameserver) -> list[tuple[str, str, str]]:
    """
    Host names whose addresses differ: the name, the stack's addresses, the server's answer.

    Raises:
        click.ClickException: The server answers nothing, so nothing can be compared.
    """
    resolver = Resolver(nameserver, _TIMEOUT)
    hosts = [each.host for each in names.published]
    answers = at_once(f"asking {nameserver}", resolver.ask, hosts)
    if all(each.is_useless for each in answers):
        raise click.ClickException(f"{nameserver} tells nothing: {answers[0].chain}")
    return [
        (each.host, ", ".join(each.addresses), answer.chain)
        for each, answer in zip(names.published, answers, strict=True)
        if answer.addresses != each.addresses
    ]
