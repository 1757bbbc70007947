"""`azure-sandbox reset`."""

from __future__ import annotations

from pathlib import Path

import click

from ...sandbox_home import SandboxHome


@click.command()
@click.option("--world", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A world file (YAML).")
@click.pass_obj
def reset(home: SandboxHome, world: Path | None) -> None:
    """Start over from a world of resources; forgets the sandbox's Pulumi stacks too."""
    home.reset(world)
    click.echo(f"{len(home.azure.list())} resources from {world or 'the default world'}")
