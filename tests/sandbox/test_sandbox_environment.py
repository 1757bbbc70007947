"""The environment of commands in a sandbox."""

from __future__ import annotations

import os
from pathlib import Path

from azure_sandbox.sandbox_environment import sandbox_environment
from azure_sandbox.sandbox_home import SandboxHome


def test_the_plugin_is_installed_and_repaired(home: Path) -> None:
    sandbox_environment(SandboxHome(home), {})
    (plugin,) = (file for file in (home / "pulumi" / "plugins").rglob("*") if file.is_file())
    assert plugin.name == "pulumi-resource-azure-native"
    assert os.access(plugin, os.X_OK)
    # A process that was killed may leave a wrong file.
    plugin.write_text("#!/bin/sh\n")
    sandbox_environment(SandboxHome(home), {})
    assert "azure_sandbox.provider" in plugin.read_text()
