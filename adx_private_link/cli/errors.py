"""What the engines of commands raise; `adx_private_link.cli.main` shows it in a terminal."""

from __future__ import annotations


class CommandError(Exception):
    """A command cannot do, or cannot find out, what it was asked for. The exit code is 2."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ArgumentError(CommandError):
    """An argument does not fit; the message comes with the usage of the command."""
