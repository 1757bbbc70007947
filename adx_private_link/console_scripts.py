"""
Runs the console scripts, so that what goes wrong around a command ends in one line and an exit code.

It imports nothing but Python's own modules: a script whose extra is not installed says what to install.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NoReturn

_DISTRIBUTION = "adx-private-link"
_OWN_PACKAGES = ("adx_private_link", "azure_sandbox")

_OF_WRITING = (errno.EBADF, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC)

CANNOT_TELL = 2
INTERRUPTED = 130
"""128 + SIGINT, as shells report it."""
CLOSED_PIPE = 141
"""128 + SIGPIPE: the reader of a pipe has ended, such as `head`."""


def run(module: str, extra: str) -> NoReturn:
    """
    Run the click command `main` of a module, and exit with its exit code.

    Args:
        module: The module to import the command from.
        extra: The extra of the distribution that installs what the module imports.
    """
    _open_closed_streams()
    try:
        _escape_what_cannot_be_encoded()
        code = _exit_code(module, extra)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        code = INTERRUPTED
    except BrokenPipeError:
        code = CLOSED_PIPE
    except OSError as error:  # such as a full disk behind standard output
        print(f"Error: {in_a_line(error)}", file=sys.stderr)
        code = CANNOT_TELL
    _discard_what_cannot_be_written()
    # Else Python looks for garbage in everything that was imported before it ends: a seventh of `check`.
    gc.freeze()
    sys.exit(code)


def in_a_line(error: OSError) -> str:
    """What the operating system reports, and about what."""
    says = error.strerror or str(error) or type(error).__name__
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {says}"
    try:
        Path.cwd()
    except OSError:
        return f"The current directory cannot be read: {says}."
    return f"Standard output cannot be written: {says}." if error.errno in _OF_WRITING else says


def _exit_code(module: str, extra: str) -> int:
    streams = sys.stdout, sys.stderr
    try:
        from click import Abort, ClickException

        try:
            code = import_module(module).main.main(standalone_mode=False)
        except ClickException as error:
            error.show()
            return error.exit_code
        except Abort as error:
            if isinstance(error.__cause__, KeyboardInterrupt):
                raise error.__cause__ from None
            print("Aborted.", file=sys.stderr)
            return 1
        else:
            return code or 0
    except SystemExit as exit:
        # click and rich answer a closed pipe with `sys.exit(1)`; click wraps the standard streams before.
        is_wrapped = (sys.stdout, sys.stderr) != streams
        sys.stdout, sys.stderr = streams
        if is_wrapped or isinstance(exit.__context__, BrokenPipeError):
            raise BrokenPipeError from exit
        return exit.code if isinstance(exit.code, int) else 0
    except (ImportError, AttributeError, TypeError) as error:
        # A missing package shows as an ImportError, one that is too old in any of these ways.
        lacking = [*_unmet(extra)] or _missing_module(error)
        if not lacking:
            raise
        needed = f"pip install '{_DISTRIBUTION}[{extra}]'"
        print(f"Error: Packages are missing or too old: {', '.join(lacking)}. Run: {needed}", file=sys.stderr)
        return CANNOT_TELL


def _unmet(extra: str) -> Iterator[str]:
    """The requirements of an extra that are not installed in a version that is new enough."""
    from importlib.metadata import PackageNotFoundError, requires, version

    try:
        requirements = requires(_DISTRIBUTION) or []
    except PackageNotFoundError:
        return
    for requirement in requirements:
        needed, _, marker = requirement.partition(";")
        found = re.match(r"[\w.-]+", needed)
        if not found or not re.search(rf"""\bextra == ['"]{extra}['"]""", marker):
            continue
        try:
            installed = version(found[0])
        except PackageNotFoundError:
            yield found[0]
            continue
        oldest = re.search(r">=\s*([\d.]+)", needed)
        if oldest and _numbers(installed) < _numbers(oldest[1]):
            yield f"{found[0]} {installed} (needed: {oldest[1]})"


def _numbers(version: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", version)]


def _missing_module(error: Exception) -> list[str]:
    """The module that is not there; none if it is one of this project, which is a mistake of ours."""
    name = error.name if isinstance(error, ModuleNotFoundError) else None
    return [name] if name and name.partition(".")[0] not in _OWN_PACKAGES else []


# Standard streams


def _open_closed_streams() -> None:
    """A script may be started with its standard streams closed (`>&-`): Python has None in their place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - as long as the process


def _escape_what_cannot_be_encoded() -> None:
    """Some locales have no `→`, and file names can be any bytes: they are written as escapes, and nothing fails."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _discard_what_cannot_be_written() -> None:
    """Python writes what is left when it ends, and would report again what fails."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
