"""A Pulumi project in a directory, as people write it."""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent

from click.testing import CliRunner, Result

from adx_private_link.cli import main

CLUSTER = (
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Kusto/clusters/myadx"
)
SUBNET = (
    "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/analytics/providers/Microsoft.Network"
    "/virtualNetworks/analytics-vnet/subnets/clients"
)
RIGHT = f"""\
config:
  adx-private-link:clusters:
    myadx:
      id: {CLUSTER}
  adx-private-link:consumers:
    analytics:
      subnet_id: {SUBNET}
      dns:
        resource_group: analytics
"""
"""The smallest stack file; the consumer's subnet is on line 7."""


def note_on_kind(stack: str = "prod", cluster: str = "myadx") -> str:
    """Return what `check` says about `RIGHT`: its settings leave open of which kind the cluster is."""
    return (
        f"Pulumi.{stack}.yaml: clusters.{cluster} is checked as an injected cluster; a native one also needs the "
        "storage zones in consumers.analytics.dns (`zones_in`, or `storage_zones: made`)\n"
    )


def write(directory: Path, **files: str) -> Path:
    """Write files; `prod` is `Pulumi.prod.yaml`, `project` is `Pulumi.yaml`."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in {"project": "name: access\nruntime: python\n", **files}.items():
        file = "Pulumi.yaml" if name == "project" else f"Pulumi.{name}.yaml"
        (directory / file).write_text(dedent(text), encoding="utf-8")
    return directory


def run(directory: Path, *arguments: str) -> Result:
    """The command, run in a directory."""
    before = Path.cwd()
    os.chdir(directory)
    try:
        result = CliRunner().invoke(main, [*arguments])
    finally:
        os.chdir(before)
    # Anything but a deliberate exit would be a traceback on the user's screen.
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def problem_lines(directory: Path, *arguments: str) -> list[str]:
    """Return the output of a command that found problems, without its last line, the summary."""
    result = run(directory, *arguments)
    assert result.exit_code == 1, result.output
    return result.output.splitlines()[:-1]
