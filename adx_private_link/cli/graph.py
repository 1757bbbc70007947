"""`adx-private-link graph`: a picture of what stack files ask for."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .check import Checked, checked_files, tell
from .files import make_directory, write_file
from .picture.from_settings import draw
from .picture.mermaid import MOST_ARROWS, mermaid
from .stack_files import StackFile, shown

_ENDINGS = {"mermaid": "md", "svg": "svg"}


@click.command(
    epilog="\b\nExamples:\n  adx-private-link graph Pulumi.prod.yaml > prod.md\n"
    "  adx-private-link graph --format svg --output pictures"
)
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "svg"]),
    default="mermaid",
    help="Markdown with Mermaid in it, the default, or SVG.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The directory for a file of each stack. Default: standard output.",
)
def graph(files: tuple[Path, ...], form: str, output: Path | None) -> None:
    """
    Draw what stack files ask for: clusters, services, approvals, endpoints, zones, links, by subscription.

    Draws each FILE, or those of all stacks of the Pulumi project in this directory. Neither Pulumi nor Azure is asked:
    what settings do not tell, such as the region of a cluster, is not in the picture.
    """
    found = checked_files(files)
    if mistakes := sorted({mistake for each in found for mistake in each.mistakes}):
        tell(mistakes)
        sys.exit(1)
    pictures = {_name(each.file): _drawn(each, form) for each in found if each.planned}
    if not pictures:
        raise click.ClickException("\n".join(["there is nothing to draw", *(n for each in found for n in each.notes)]))
    if output is None:
        if form == "svg" and len(pictures) > 1:
            raise click.UsageError(f"{len(pictures)} pictures need {len(pictures)} files: say --output DIRECTORY")
        click.echo("\n".join(pictures.values()), nl=False)
        return
    make_directory(output)
    for stack, picture in pictures.items():
        file = output / f"{stack}.{_ENDINGS[form]}"
        write_file(file, picture)
        click.echo(f"{shown(file)} is written")


def _name(file: StackFile) -> str:
    """Stacks of several projects may be called alike."""
    directory = file.path.absolute().parent
    return file.stack if directory == Path.cwd() else f"{directory.name}-{file.stack}"


def _drawn(found: Checked, form: str) -> str:
    assert found.settings is not None
    assert found.planned is not None
    picture = draw(found.settings, found.planned)
    if form == "mermaid":
        if len(picture.arrows) > MOST_ARROWS:
            told = f"the picture of {found.file.stack} has {len(picture.arrows)} arrows"
            click.echo(f"{told}, and Mermaid draws {MOST_ARROWS} at the most: take --format svg", err=True)
        return f"## {found.file.stack}\n\n```mermaid\n{mermaid(picture)}\n```\n"
    try:
        from .picture.svg import svg
    except ImportError:
        raise click.ClickException(
            "SVG is drawn by Graphviz, which is not installed here: `pip install 'adx-private-link[svg]'`"
        ) from None
    return svg(picture, found.file.stack)
