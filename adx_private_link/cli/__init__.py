"""The `adx-private-link` command: what people run beside `pulumi`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from ..console_scripts import CANNOT_TELL, in_a_line
from ..plain_text import escaped
from .own_commands import remember

# A command is imported when it is asked for: it has its module's name. The list of commands needs none of them.
_COMMANDS = {
    "access": (".access", "Who reaches what, and at which address"),
    "adopt": (".adopt", "Take over what was made by hand"),
    "check": (".check", "Tell what is wrong with stack files"),
    "dns": (".dns.command", "The names, for other DNS than Azure's"),
    "graph": (".commands.graph", "Draw the settings of stacks"),
    "release": (".release", "Remove the connections of others"),
    "repair": (".repair", "Mend a stack whose update was killed"),
    "report": (".commands.report", "Report what an update does to access"),
    "schema": (".schema", "Write the JSON Schema of stack files"),
    "verify": (".verify.command", "Try from here whether clients get through"),
}


class _Failed(click.ClickException):
    """A command cannot do, or cannot tell, what it was asked for."""

    exit_code = CANNOT_TELL


class _Commands(click.Group):
    """
    Imports a command when it is asked for: each starts without what the others need.

    An exception is something that a command cannot do or cannot tell; what it finds is no exception.
    """

    def invoke(self, ctx: click.Context) -> Any:
        # Errors quote names, files and Azure's texts; the terminal must not obey them.
        try:
            return super().invoke(ctx)
        except NoArgsIsHelpError:
            raise  # its message is the help text, which quotes nothing
        except click.UsageError as error:
            raise click.UsageError(escaped(error.format_message()), ctx=error.ctx) from error
        except click.ClickException as error:
            raise _Failed(escaped(error.format_message())) from error
        except BrokenPipeError:
            raise  # the reader has seen enough
        except OSError as error:
            raise _Failed(escaped(in_a_line(error))) from error

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        remember(ctx, args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        return getattr(import_module(module, __name__), cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, does) for name, (_, does) in _COMMANDS.items()])


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nExamples:\n  adx-private-link check\n  adx-private-link access --stack prod\n"
    "  adx-private-link adopt --help",
)
@click.version_option(package_name="adx-private-link")
def main() -> None:
    """Private access to Azure Data Explorer: check settings, look at what a stack has deployed, and mend it."""
