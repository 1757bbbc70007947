"""actionlint, built from its Go module, because its releases are on GitHub only."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

import pytest

from engine import install as installer

MODULE = Path(__file__).parent / "actionlint"
"""The pins; for another version, run this here: `go get -tool github.com/rhysd/actionlint/cmd/actionlint@v1.7.13`."""


@pytest.fixture(scope="session")
def actionlint() -> Path:
    """The program; it is built once for all checkouts, beside the engine and with the same Go."""
    pins = hashlib.sha256(b"".join((MODULE / name).read_bytes() for name in ("go.mod", "go.sum"))).hexdigest()
    cache = installer.cache_folder().parent / "actionlint"
    program = cache / f"{installer.platform_name()}-{pins[:12]}" / "actionlint"
    cache.mkdir(parents=True, exist_ok=True)
    with installer.lock(cache / "lock"):
        if not program.exists():
            with tempfile.TemporaryDirectory(dir=cache) as scratch:
                folder = Path(scratch) / "actionlint"
                go = installer.usable_go(Path(scratch))
                installer.go_build(go, MODULE, "github.com/rhysd/actionlint/cmd/actionlint", folder / program.name)
                shutil.move(folder, program.parent)
    return program
