"""`azure-sandbox` commands, and ids in the default world."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from azure_sandbox.cli import main

ADX = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"
CLIENTS = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics"
NETWORK = f"{CLIENTS}/providers/Microsoft.Network/virtualNetworks/analytics-vnet"
HOST = "myadx.westus.kusto.windows.net"
RESOURCES = 17
"""How many resources the default world has."""


def run_command(home: Path, *arguments: str) -> Result:
    """Run `azure-sandbox` in this process."""
    result = CliRunner().invoke(main, ["--home", str(home), *arguments])
    # Any other exception would be a traceback for the user.
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result
