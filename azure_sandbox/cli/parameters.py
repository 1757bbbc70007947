"""Parameters that several commands have."""

from __future__ import annotations

import click

from ..azure import ResourceId


class _ResourceId(click.ParamType[ResourceId]):
    name = "id"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> ResourceId:
        try:
            return ResourceId.parse(value.rstrip("/"))
        except ValueError as error:
            self.fail(str(error), param, ctx)


RESOURCE_ID = _ResourceId()
"""A resource id, with or without a slash at the end."""


def _is_json(_context: click.Context, _parameter: click.Parameter, value: str) -> bool:
    return value == "json"


format_option = click.option(
    "--format",
    "as_json",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    callback=_is_json,
    help="The format of the output.",
)
"""`--format json`, as the flag `as_json`."""
