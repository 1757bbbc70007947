"""The `adx-private-link` command: what people run beside `pulumi`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

# The module of a command has a command of its name; it is imported when the command is run, or its help is shown.
_COMMANDS = {
    "access": ".access",
    "adopt": ".adopt",
    "check": ".check",
    "dns": ".dns.command",
    "graph": ".graph",
    "release": ".release",
    "repair": ".repair",
    "report": ".report.command",
    "schema": ".schema",
    "verify": ".verify.command",
}


class _Commands(click.Group):
    """Imports a command when it is asked for: each starts without what the others need."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        module = _COMMANDS.get(cmd_name)
        return getattr(import_module(module, __name__), cmd_name) if module else None

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what the operating system refuses it (a full disk, a name too long) is told in one line."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # of a reader that has seen enough: click ends quietly
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{where}{error.strerror or error}") from None


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\nExamples:\n  adx-private-link check\n  adx-private-link access --stack prod\n"
    "  adx-private-link adopt --help",
)
@click.version_option(package_name="adx-private-link")
def main() -> None:
    """Private access to Azure Data Explorer: check settings, look at what a stack has deployed, and mend it."""
