"""`adx-private-link schema`: what a stack file may say, as editors read it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from ..files import write_file
from ..pulumi.project import Project, project_file_of
from ..pulumi.stack_file_schema import stack_file_schema
from ..yaml.documents import read_yaml
from .options import epilog


@click.command(
    epilog=epilog(
        "adx-private-link schema --output adx-private-link.schema.json",
        "# yaml-language-server: $schema=adx-private-link.schema.json   (the first line of a stack file)",
        exits={0: "The schema is written.", 2: "The file cannot be written."},
    )
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write. Default: standard output.",
)
def schema(output: Path | None) -> None:
    """
    Write the JSON Schema of stack files, by which editors complete settings, explain them, and mark errors.

    The schema fits every Pulumi project, and allows settings of other packages.
    """
    text = json.dumps(stack_file_schema(), indent=2, ensure_ascii=False)
    if output is None:
        click.echo(text)
    else:
        write_file(output, f"{text}\n")
        modeline = f"# yaml-language-server: $schema={_seen_from_stack_files(output)}"
        click.echo(f"{output} is written. Name it in the first line of a stack file: `{modeline}`")


def _seen_from_stack_files(file: Path) -> str:
    """Editors look for it where the stack file is."""
    project = project_file_of(Path.cwd())
    directory = Project(read_yaml(project)).stack_directory if project else Path.cwd()
    return Path(os.path.relpath(file, directory)).as_posix()
