"""What a running server answers differently from the stack."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ..stack_outputs import Published
from .answers import Nameserver, Resolver

_AT_ONCE = 16
_TIMEOUT = 5.0


def differences(published: Sequence[Published], nameserver: Nameserver) -> list[tuple[str, str, str]]:
    """Host names whose addresses differ: the name, the stack's addresses, the server's answer."""
    resolver = Resolver(nameserver, _TIMEOUT)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = pool.map(resolver.ask, [each.host for each in published])
        return [
            (each.host, ", ".join(each.addresses), answer.chain)
            for each, answer in zip(published, answers, strict=True)
            if answer.addresses != each.addresses
        ]
