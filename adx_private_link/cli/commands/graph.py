"""`adx-private-link graph`: draw the settings of stacks."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from ...outputs import kinds_of
from ...settings import ClusterKind
from ..check.notes import notes_on_used_kinds
from ..check.stack_file import CheckedStack, check_stack_files, mistakes_of
from ..files import make_directory, path_from_here, write_file
from ..picture.from_settings import draw
from ..picture.markdown import drawn, tabulated
from ..picture.matrix import is_readable
from ..picture.mermaid import MOST_ARROWS
from ..picture.model import Picture
from ..picture.selection import keys_in, select
from ..pulumi.outputs import read_outputs
from ..pulumi.stack_files import StackFile
from ..terminal.mistakes import print_mistakes
from .options import epilog, stack_files_argument

_ENDINGS = {"mermaid": "md", "matrix": "md", "svg": "svg"}


@click.command(
    epilog=epilog(
        "adx-private-link graph Pulumi.prod.yaml > prod.md",
        "adx-private-link graph --consumer analytics --consumer bi",
        "adx-private-link graph --format svg --output pictures",
        "pulumi stack output clusters --json | adx-private-link graph --stack prod --outputs -",
        exits={0: "The pictures are drawn.", 1: "The files have problems.", 2: "The files cannot be drawn."},
    )
)
@stack_files_argument
@click.option(
    "--format",
    "form",
    type=click.Choice([*_ENDINGS]),
    help="Mermaid in Markdown (mermaid), a table of clusters and consumers in Markdown (matrix), or SVG (svg). "
    "Default: mermaid, or matrix for a stack whose picture would be unreadable.",
)
@click.option("--cluster", "clusters", metavar="KEY", multiple=True, help="Draw this cluster only. Repeatable.")
@click.option(
    "-c", "--consumer", "consumers", metavar="KEY", multiple=True, help="Draw this consumer only. Repeatable."
)
@click.option(
    "--outputs",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="The output `clusters` of the one stack, as of `pulumi stack output clusters --json`: it says of which kind "
    "each deployed cluster is. Default: the kind that the settings fit.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The directory for a file of each stack. Default: standard output.",
)
def graph(
    files: tuple[Path, ...],
    stack: str | None,
    form: str | None,
    clusters: tuple[str, ...],
    consumers: tuple[str, ...],
    outputs: Path | None,
    output: Path | None,
) -> None:
    """
    Draw the settings of stacks: clusters, services, approvals, endpoints, zone groups, zones and links.

    Draws each FILE, or the files of all stacks of the Pulumi project in this directory. Neither Pulumi nor Azure is
    asked: what only Azure knows, such as the region of a cluster, is not in the picture.
    """
    if files and stack:
        raise click.UsageError("Give files or --stack, not both.")
    deployed = kinds_of(read_outputs(outputs, None)) if outputs else {}
    stacks = check_stack_files(files, stack, deployed)
    if outputs and len(stacks) > 1:
        raise click.UsageError(f"--outputs is of one stack, and {len(stacks)} are drawn: name its file, or --stack.")
    if mistakes := mistakes_of(stacks):
        print_mistakes(mistakes)
        sys.exit(1)
    _require_known_keys(stacks, clusters, consumers)
    pictures = {_stack_name(stack.file): picture for stack in stacks if (picture := _draw(stack, clusters, consumers))}
    if not pictures:
        notes = [note for stack in stacks for note in stack.notes]
        raise click.ClickException("\n".join(["Nothing to draw.", *notes]))
    forms = {name: form or _readable_form(name, picture) for name, picture in pictures.items()}
    texts = {name: _format(name, picture, forms[name]) for name, picture in pictures.items()}
    if output is None:
        if form == "svg" and len(texts) > 1:
            raise click.UsageError(f"{len(texts)} pictures need {len(texts)} files: add --output DIRECTORY.")
        click.echo("\n".join(texts.values()), nl=False)
        return
    make_directory(output)
    for name, text in texts.items():
        file = output / f"{name}.{_ENDINGS[forms[name]]}"
        write_file(file, text)
        click.echo(f"Wrote {path_from_here(file)}.")


def _require_known_keys(stacks: Iterable[CheckedStack], clusters: tuple[str, ...], consumers: tuple[str, ...]) -> None:
    """Raise an error for a key that no stack has."""
    keys_of_stacks = [keys_in(stack.topology) for stack in stacks if stack.topology]
    for option, keys, index in (("--cluster", clusters, 0), ("--consumer", consumers, 1)):
        known = {key for keys_of_stack in keys_of_stacks for key in keys_of_stack[index]}
        if unknown := [key for key in keys if key not in known]:
            listed = ", ".join(sorted(known)) or "none"
            raise click.BadParameter(
                f"{', '.join(unknown)} is not in the stack files. Known keys: {listed}.", None, None, option
            )


def _stack_name(file: StackFile) -> str:
    """Return the name of a stack; outside of this directory with its project's directory, because names repeat."""
    directory = file.path.absolute().parent
    return file.stack if directory == Path.cwd() else f"{directory.name}-{file.stack}"


def _draw(stack: CheckedStack, clusters: tuple[str, ...], consumers: tuple[str, ...]) -> Picture | None:
    """Draw the selected part of a stack; None if nothing is left to draw."""
    if stack.settings is None or stack.topology is None:
        return None
    selected = select(stack.topology, clusters, consumers)
    if not selected.clusters and not selected.zones:
        return None
    expected: dict[str, ClusterKind] = {
        key: kind for key, kind in stack.expected_kinds.items() if key in selected.clusters
    }
    remedy = "the kinds of deployed clusters are read with `--outputs`"
    for note in notes_on_used_kinds(stack.settings, expected, "drawn", remedy):
        click.echo(note, err=True)
    return draw(stack.settings, selected)


def _readable_form(stack: str, picture: Picture) -> str:
    if is_readable(picture):
        return "mermaid"
    click.echo(
        f"A picture of {stack} with {len(picture.nodes)} objects would be unreadable, so this is a matrix. Draw a part "
        "with --cluster or --consumer, or everything with --format svg.",
        err=True,
    )
    return "matrix"


def _format(stack: str, picture: Picture, form: str) -> str:
    match form:
        case "svg":
            return _format_svg(stack, picture)
        case "matrix":
            return f"## {stack}\n\n{tabulated(picture)}\n"
        case _:
            if len(picture.arrows) > MOST_ARROWS:
                count = f"The picture of {stack} has {len(picture.arrows)} arrows"
                click.echo(f"{count}, and Mermaid draws at most {MOST_ARROWS}. Use --format svg.", err=True)
            return f"## {stack}\n\n{drawn(picture)}\n"


def _format_svg(stack: str, picture: Picture) -> str:
    try:
        from ..picture.svg import svg
    except ImportError:
        raise click.ClickException(
            "SVG needs Graphviz, which is not installed. Run `pip install 'adx-private-link[svg]'`."
        ) from None
    return svg(picture, stack)
