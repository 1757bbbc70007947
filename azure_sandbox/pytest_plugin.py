"""The pytest fixture `azure_sandbox`; the packages that it needs come with the extra `sandbox`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .testing import Sandbox


@pytest.fixture
def azure_sandbox(tmp_path: Path) -> Sandbox:
    """A new sandbox with the default world (`azure_sandbox.testing.Sandbox`)."""
    # Imported here, so that tests that do not use the fixture import nothing.
    try:
        from .testing import Sandbox, restore_interrupts
    except ImportError as error:
        pytest.fail(
            f"The fixture azure_sandbox needs more packages ({error}). Run `pip install 'adx-private-link[sandbox]'`."
        )
    restore_interrupts()
    sandbox = Sandbox(tmp_path / "sandbox")
    if shutil.which("pulumi", path=sandbox.environment["PATH"]) is None:
        pytest.fail("The fixture azure_sandbox needs `pulumi` on PATH. See https://www.pulumi.com/docs/install.")
    return sandbox
