"""The environment of commands in a sandbox."""

from __future__ import annotations

import os
from pathlib import Path

from azure_sandbox.sandbox_environment import sandbox_environment
from azure_sandbox.sandbox_home import SandboxHome


def test_the_plugin_is_in_place_whole_and_executable(home: Path) -> None:
    sandbox_environment(SandboxHome(home), {})
    (plugin,) = (each for each in (home / "pulumi" / "plugins").rglob("*") if each.is_file())
    assert plugin.name == "pulumi-resource-azure-native"
    assert os.access(plugin, os.X_OK)
    # What a process that was killed left behind is made good.
    plugin.write_text("#!/bin/sh\n")
    sandbox_environment(SandboxHome(home), {})
    assert "azure_sandbox.provider" in plugin.read_text()
