"""`docs/reference/commands.md`: every command and option, from the click objects that parse them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from adx_private_link.cli import main as adx_private_link
from azure_sandbox.cli import main as azure_sandbox

from .markdown import sentences, table

_INTRODUCTION = """\
# Commands

This page is generated from the commands' own help.

- [`adx-private-link`](#adx-private-link) checks settings, looks at deployed stacks and repairs them.
  It comes with the extra `cli`.
- [`azure-sandbox`](#azure-sandbox) runs a local Azure.
  It comes with the extra `sandbox`.

[Exit codes](exit-codes.md) are the same for all commands."""

PROGRAMS = {"adx-private-link": adx_private_link, "azure-sandbox": azure_sandbox}


def page() -> str:
    """The whole page."""
    lines = [_INTRODUCTION]
    for name, command in PROGRAMS.items():
        for context in contexts(command, name):
            lines += _command(context)
    return "\n".join(lines) + "\n"


def contexts(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[click.Context]:
    """A command and all commands below it, each in the context that knows its whole name."""
    context = command.context_class(command, info_name=name, parent=parent, **command.context_settings)
    yield context
    if isinstance(command, click.Group):
        for subcommand in command.list_commands(context):
            child = command.get_command(context, subcommand)
            assert child is not None, f"{subcommand} is listed, but is no command"
            yield from contexts(child, subcommand, context)


def _command(context: click.Context) -> Iterator[str]:
    command = context.command
    yield ""
    yield f"{'#' * min(2 + context.command_path.count(' '), 4)} {context.command_path}"
    yield ""
    yield "```text"
    yield f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}".rstrip()
    yield "```"
    yield from _paragraphs(command.help or "")
    records = [record for option in command.params if (record := option.get_help_record(context)) and record[1]]
    if records:
        yield ""
        yield from table(["Option", "Meaning"], [(f"`{names}`", " ".join(text.split())) for names, text in records])
    yield from _paragraphs(command.epilog or "")


def _paragraphs(text: str) -> Iterator[str]:
    r"""Help text as Markdown: paragraphs that click does not rewrap (`\b`) become blocks."""
    for paragraph in textwrap.dedent(text).replace("\f", "").strip().split("\n\n"):
        if not paragraph:
            continue
        yield ""
        if paragraph.startswith("\b\n"):
            yield from _block(paragraph.removeprefix("\b\n"))
        elif paragraph.startswith("Example: "):
            yield from _block(paragraph.replace(" ", "\n", 1))
        else:
            yield from sentences(paragraph)


def _block(text: str) -> Iterator[str]:
    lines = text.splitlines()
    heading = lines.pop(0) if lines and lines[0].endswith(":") and not lines[0].startswith(" ") else None
    if heading:
        yield heading
        yield ""
    yield "```text"
    yield from textwrap.dedent("\n".join(lines)).splitlines()
    yield "```"
