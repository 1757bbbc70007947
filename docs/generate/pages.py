"""The list of generated pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from adx_private_link.plugin.schema import schema_text

from . import commands, errors, fleet, policies, resources, rights, sandbox_rules, settings

REFERENCE = Path(__file__).parents[1] / "reference"

PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands.page,
    "errors.md": errors.page,
    "fleet.md": fleet.page,
    "policies.md": policies.page,
    "resources.md": resources.page,
    "rights.md": rights.page,
    "sandbox-rules.md": sandbox_rules.page,
    "settings.md": settings.page,
}
"""The text of each page, by its name in `docs/reference`."""

SCHEMA = Path(__file__).parents[2] / "sdks" / "schema.json"
"""The schema of the Pulumi package, from which SDKs are generated."""


def schema() -> str:
    """The text of the schema, for the version in this checkout."""
    return schema_text(version("adx-private-link"))
