"""The list of generated pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from . import commands, errors, resources, rights, sandbox_rules, settings

REFERENCE = Path(__file__).parents[1] / "reference"

PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands.page,
    "errors.md": errors.page,
    "resources.md": resources.page,
    "rights.md": rights.page,
    "sandbox-rules.md": sandbox_rules.page,
    "settings.md": settings.page,
}
"""The text of each page, by its name in `docs/reference`."""
