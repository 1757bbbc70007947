"""Parameter types of the commands."""

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
