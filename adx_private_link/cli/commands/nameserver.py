"""A DNS server on the command line."""

from __future__ import annotations

import click

from ..dns.resolver import Nameserver


class _Nameserver(click.ParamType[Nameserver]):
    name = "address"

    def convert(self, value: str | Nameserver, param: click.Parameter | None, ctx: click.Context | None) -> Nameserver:
        if isinstance(value, Nameserver):
            return value
        try:
            return Nameserver.parse(value)
        except ValueError:
            self.fail(f"{value!r} is not an IP address, with or without a port.", param, ctx)


NAMESERVER = _Nameserver()
"""`10.0.0.4`, `10.0.0.4:5353` or `[2001:db8::1]:53`."""
