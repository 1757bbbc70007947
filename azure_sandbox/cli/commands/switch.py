"""`azure-sandbox switch`."""

from __future__ import annotations

import json

import click

from ...azure.switches import SWITCHES, find_switch
from ...sandbox_home import SandboxHome
from ..parameters import format_option


@click.command()
@click.argument("name", required=False, metavar="[NAME]", type=click.Choice([*SWITCHES]))
@click.argument("value", required=False, metavar="[VALUE]")
@format_option
@click.pass_obj
def switch(home: SandboxHome, name: str | None, value: str | None, *, as_json: bool) -> None:
    """
    Choose what Azure does where no public source settles it.

    Without VALUE, show the switch NAME; without NAME, show all.

    \b
    Examples:
      azure-sandbox switch
      azure-sandbox switch manual-record refuse
    """
    azure = home.existing_azure
    if name and value:
        try:
            azure.set_switch(name, value)
        except ValueError as error:
            raise click.UsageError(f"{error}.") from None
    values = {shown: value for shown, value in azure.switches().items() if name in (None, shown)}
    if as_json:
        click.echo(json.dumps(values, indent=2))
        return
    for shown, current in values.items():
        click.echo(f"{shown}: {find_switch(shown).says}")
        for choice, effect in find_switch(shown).values.items():
            click.echo(f"{'*' if choice == current else ' '} {choice}: {effect}")
