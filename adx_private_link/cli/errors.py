"""The errors that modules without click raise; `adx_private_link.cli.main` shows them on a terminal."""

from __future__ import annotations


class CommandError(Exception):
    """The error of a command that cannot do its work. The exit code is 2."""

    def __init__(self, reason: str, *, next_step: str = "") -> None:
        """
        Create the error.

        Args:
            reason: What is wrong; its last sentence may be the next step.
            next_step: The next step, as the rest of a sentence.
        """
        self.reason = reason
        self.next_step = next_step
        self.message = f"{reason}\nNext: {next_step}." if next_step else reason
        super().__init__(self.message)


class ArgumentError(CommandError):
    """The error of a wrong argument. The message comes with the usage of the command."""
