"""The environment of commands in a sandbox: Pulumi's provider plugin and `az` are the sandbox's own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from shlex import quote

from .sandbox_home import SandboxHome

# `-P`: the engine starts plugins in the program's directory, whose files must not replace Python's own modules.
_SCRIPT = """#!/bin/sh
set -- -P -m {module} "$@"
[ -z "$AZURE_SANDBOX_WARM" ] || exec {python} -I -S {launcher} "$@"
exec {python} "$@"
"""


def sandbox_environment(home: SandboxHome, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment variables for a command in a sandbox, without any that lead to the real Azure."""
    _ = home.azure
    pulumi_home = home.directory / "pulumi"
    _install_plugin(home, pulumi_home)
    _disable_logs(pulumi_home)
    bin = home.directory / "bin"
    _install_script(bin / "az", "azure_sandbox.az_stand_in", home.state)
    home.stacks.mkdir(exist_ok=True)
    path = [bin, Path(sys.executable).parent]
    if warm := environ.get("AZURE_SANDBOX_WARM"):
        path.insert(0, Path(warm).parent)
    inherited = {
        name: value
        for name, value in environ.items()
        if name.startswith("AZURE_SANDBOX_") or not name.startswith(("ARM_", "AZURE_", "PULUMI_"))
    }
    return {
        **inherited,
        "PATH": os.pathsep.join([*map(str, path), environ.get("PATH", os.defpath)]),
        "AZURE_SANDBOX_HOME": str(home.directory),
        "PULUMI_HOME": str(pulumi_home),
        "PULUMI_BACKEND_URL": home.stacks.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "sandbox",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }


def _install_plugin(home: SandboxHome, pulumi_home: Path) -> None:
    sdk = version("pulumi-azure-native")
    plugin = pulumi_home / "plugins" / f"resource-azure-native-v{sdk}" / "pulumi-resource-azure-native"
    _install_script(plugin, "azure_sandbox.provider", home.state, sdk)


def _install_script(file: Path, *module: str | Path) -> None:
    """Writes an executable that runs a module, with these arguments before its own."""
    text = _SCRIPT.format(
        python=quote(sys.executable),
        launcher=quote(str(Path(__file__).parent / "warm_python" / "launcher.py")),
        module=" ".join(quote(str(part)) for part in module),
    )
    if file.exists() and file.read_text() == text:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    # Another process may start it at any time, so it is renamed into place as a whole.
    new = file.with_name(f"fresh-{os.getpid()}")
    new.write_text(text)
    new.chmod(0o755)
    new.replace(file)


def _disable_logs(pulumi_home: Path) -> None:
    """
    Keeps Pulumi from writing an encrypted log of each operation for Pulumi's support, which takes a third of its time.

    No option does that: a file takes the place of the log directory (pulumi/pulumi, `pkg/logging/encrypted.go`,
    `StartLogging`).
    """
    logs = pulumi_home / "logs"
    if not logs.exists():
        logs.write_text("The sandbox disables Pulumi's logs: this file takes the place of their directory.\n")
