"""The command `adx-private-link`, which people run beside `pulumi`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError, NoSuchCommand

from ..console_scripts import FAILED, format_os_error
from ..plain_text import escaped
from .errors import CommandError
from .terminal.own_commands import keep_arguments
from .working_directory import add_cwd_option

_COMMANDS = {
    "access": (".commands.access", "Show each consumer's hosts, addresses and connections"),
    "adopt": (".commands.adopt", "Import objects that were created by hand"),
    "check": (".commands.check", "Report problems in stack files"),
    "dns": (".commands.dns", "Export and compare records for your own DNS servers"),
    "fleet": (".commands.fleet", "Write, check and run the stacks of many clusters"),
    "graph": (".commands.graph", "Draw the settings of stacks"),
    "lock-down": (".commands.lock_down", "Make the access of a cluster as the settings say"),
    "migrate": (".commands.migrate", "Take a cluster out of its virtual network"),
    "release": (".commands.release", "Remove connections that the stack did not create"),
    "repair": (".commands.repair", "Repair a stack whose update was killed"),
    "report": (".commands.report", "Report the effect of an update on access"),
    "rights": (".commands.rights", "Print the least custom roles for a stack's identities"),
    "roll-back": (".commands.roll_back", "Return a cluster to its virtual network"),
    "schema": (".commands.schema", "Write the JSON Schema of stack files"),
    "verify": (".commands.verify", "Test access from this machine, step by step"),
}
"""The module of each command, which has a function of the command's name, and its line in the list of commands."""


class _Failed(click.ClickException):
    """The error of a command that could not do its work."""

    exit_code = FAILED


class _Commands(click.Group):
    """
    A group that imports a command when it runs: each command starts without the modules of the others.

    A command raises an exception if it cannot do its work; its findings are no exceptions.
    """

    def invoke(self, ctx: click.Context) -> Any:
        # Errors quote names, files and Azure's texts; the terminal must not obey them.
        try:
            return super().invoke(ctx)
        except NoArgsIsHelpError:
            raise  # its message is the help text, which contains no text from outside
        except click.UsageError as error:
            raise click.UsageError(escaped(error.format_message()), ctx=error.ctx) from error
        except click.ClickException as error:
            raise _Failed(escaped(error.format_message())) from error
        except CommandError as error:
            raise _Failed(escaped(error.message)) from error
        except BrokenPipeError:
            raise  # the reader of the pipe has ended, which is no failure
        except OSError as error:
            raise _Failed(escaped(format_os_error(error))) from error

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        keep_arguments(ctx, args)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as error:
            raise NoSuchCommand(error.command_name, possibilities=_COMMANDS, ctx=ctx) from None

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click passes it
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click passes it
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        return add_cwd_option(getattr(import_module(module, __name__), cmd_name.replace("-", "_")))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click passes it
        with formatter.section("Commands"):
            formatter.write_dl([(name, effect) for name, (_, effect) in _COMMANDS.items()])


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nExamples:\n  adx-private-link check\n  adx-private-link access --stack prod\n"
    "  adx-private-link adopt --help\n\n"
    "\b\nExit codes:\n  0  The command succeeded and found nothing wrong.\n  1  The command found something wrong. Its "
    "own help explains it.\n  2  The command could not do its work.\n\n"
    "\b\nCompletion of commands and options (zsh_source for zsh, fish_source for fish):\n"
    '  eval "$(_ADX_PRIVATE_LINK_COMPLETE=bash_source adx-private-link)"',
)
@click.version_option(package_name="adx-private-link")
def main() -> None:
    """Check, show, verify and repair private access to Azure Data Explorer."""


add_cwd_option(main)
