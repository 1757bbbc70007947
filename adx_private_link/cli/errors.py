"""The errors that modules without click raise; `adx_private_link.cli.main` shows them on a terminal."""

from __future__ import annotations


class CommandError(Exception):
    """The error of a command that cannot do its work. The exit code is 2."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ArgumentError(CommandError):
    """The error of a wrong argument. The message comes with the usage of the command."""
