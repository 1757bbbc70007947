"""Programs of the system that some tests need."""

from __future__ import annotations

import os
import shutil

import pytest


def program(name: str, package: str) -> str:
    """Return the path of a program; without it, the test is skipped, or fails in CI."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if path is None:
        reason = f"{name} is not installed: `apt-get install {package}`, as `.ci/run` does"
        if "CI" in os.environ:  # it runs all tests; a developer's machine may lack a program
            pytest.fail(reason)
        pytest.skip(reason)
    return path
