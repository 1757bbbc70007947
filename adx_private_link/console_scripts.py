"""
The frame around the console scripts: an error outside of a command becomes one line and an exit code.

This module imports only the standard library, so that it can report packages that are not installed.
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

_WRITE_ERRORS = (errno.EBADF, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC)

FAILED = 2
"""The command could not do its work."""
INTERRUPTED = 130
"""128 + SIGINT, as shells report it."""
CLOSED_PIPE = 141
"""128 + SIGPIPE: a reader such as `head` closed the pipe."""


def run(module: str, extra: str) -> NoReturn:
    """
    Run the click command `main` of a module, and exit with its exit code.

    Args:
        module: The module to import the command from.
        extra: The extra of the distribution that installs what the module imports.
    """
    _open_closed_streams()
    try:
        _escape_unencodable_text()
        code = _run_command(module, extra)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        code = INTERRUPTED
    except BrokenPipeError:
        code = CLOSED_PIPE
    except OSError as error:  # such as a full disk behind standard output
        print(f"Error: {format_os_error(error)}", file=sys.stderr)
        code = FAILED
    _discard_unwritable_output()
    # Otherwise Python searches all imported modules for garbage before it ends, which takes a seventh of `check`.
    gc.freeze()
    sys.exit(code)


def format_os_error(error: OSError) -> str:
    """Return the words of the operating system in one line, with the file that they are about."""
    reason = error.strerror or str(error) or type(error).__name__
    if error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {reason}"
    try:
        Path.cwd()
    except OSError:
        return f"The current directory cannot be read: {reason}."
    return f"Standard output cannot be written: {reason}." if error.errno in _WRITE_ERRORS else reason


def _run_command(module: str, extra: str) -> int:
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
        # click and rich call `sys.exit(1)` for a closed pipe; before that, click wraps the standard streams.
        is_wrapped = (sys.stdout, sys.stderr) != streams
        sys.stdout, sys.stderr = streams
        if is_wrapped or isinstance(exit.__context__, BrokenPipeError):
            raise BrokenPipeError from exit
        return exit.code if isinstance(exit.code, int) else 0
    except (ImportError, AttributeError, TypeError) as error:
        # A missing package raises ImportError, one that is too old any of these.
        packages = [*_unmet_requirements(extra)] or _missing_module(error)
        if not packages:
            raise
        remedy = f"Run `pip install '{_DISTRIBUTION}[{extra}]'`."
        print(f"Error: Packages are missing or too old: {', '.join(packages)}. {remedy}", file=sys.stderr)
        return FAILED


def _unmet_requirements(extra: str) -> Iterator[str]:
    """Return the packages of an extra that are not installed, or are too old."""
    from importlib.metadata import PackageNotFoundError, requires, version

    try:
        requirements = requires(_DISTRIBUTION) or []
    except PackageNotFoundError:
        return
    for requirement in requirements:
        specifier, _, marker = requirement.partition(";")
        name = re.match(r"[\w.-]+", specifier)
        if not name or not re.search(rf"""\bextra == ['"]{extra}['"]""", marker):
            continue
        try:
            installed = version(name[0])
        except PackageNotFoundError:
            yield name[0]
            continue
        oldest = re.search(r">=\s*([\d.]+)", specifier)
        if oldest and _numbers(installed) < _numbers(oldest[1]):
            yield f"{name[0]} {installed} (needed: {oldest[1]})"


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def _missing_module(error: Exception) -> list[str]:
    """Return the module that is not installed; nothing for a module of this project, which is a defect."""
    name = error.name if isinstance(error, ModuleNotFoundError) else None
    return [name] if name and name.partition(".")[0] not in _OWN_PACKAGES else []


# Standard streams


def _open_closed_streams() -> None:
    """Open the standard streams that the caller closed (`>&-`), because Python replaces them by None."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - as long as the process


def _escape_unencodable_text() -> None:
    """Write escapes instead of failing: some locales have no `→`, and file names can be any bytes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _discard_unwritable_output() -> None:
    """Discard output that cannot be written, because Python would report the error a second time when it ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
