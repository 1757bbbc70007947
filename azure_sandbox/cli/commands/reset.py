"""`azure-sandbox reset`."""

from __future__ import annotations

from pathlib import Path

import click

from ...sandbox_home import SandboxHome


@click.command()
@click.option(
    "--world",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The world file (YAML). Default: the default world.",
)
@click.pass_obj
def reset(home: SandboxHome, world: Path | None) -> None:
    """
    Start over from a world.

    All resources of the sandbox are replaced by those of the world, and the state of its Pulumi stacks is deleted.
    """
    home.reset(world)
    click.echo(f"{len(home.azure.list())} resources from {world or 'the default world'}")
