"""A hand-made deployment in the sandbox, asked about without a process for each request."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from adx_private_link import parse
from adx_private_link.cli import azure_cli
from adx_private_link.cli.adoption.discovery import discover
from adx_private_link.cli.adoption.inference import infer
from adx_private_link.cli.adoption.suggestions import Suggestions
from azure_sandbox import az_stand_in
from azure_sandbox.azure import Azure, AzureError
from azure_sandbox.provider.provider_errors import raw_body
from azure_sandbox.sandbox_home import SandboxHome

EXAMPLE = Path(__file__).parents[3] / "examples" / "from_the_portal" / "world.yaml"

ADX = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"
ANALYTICS = "22222222-2222-2222-2222-222222222222"
OTHERS = "33333333-3333-3333-3333-333333333333"
CLIENTS = f"/subscriptions/{ANALYTICS}/resourceGroups/analytics"
DNS = f"/subscriptions/{ANALYTICS}/resourceGroups/dns"
ZONE = f"{DNS}/providers/Microsoft.Network/privateDnsZones/privatelink.westus.kusto.windows.net"
CLUSTER = f"{ADX}/providers/Microsoft.Kusto/Clusters/myadx"

Given = dict[str, Any]


@dataclass(frozen=True)
class Adopted:
    """What `adopt` would say."""

    settings: Given
    suggestions: Suggestions

    @property
    def cluster(self) -> Given:
        return self.settings["clusters"]["myadx"]

    @property
    def left(self) -> dict[str, str]:
        """Why something is left alone, by its name."""
        return {each.id.rsplit("/", 1)[-1]: each.why for each in self.suggestions.left}


class HandMade:
    """What somebody has made by hand, after Microsoft's page."""

    def __init__(self, directory: Path) -> None:
        self._home = SandboxHome(directory / ".sandbox")
        self._file = directory / "world.yaml"
        self.world: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text())
        self.deployed: set[str] = set()
        """What the stack has, by id in lower case."""

    def of(self, id: str) -> Given:
        """The body of a resource of the world, to be changed, by the end of its id."""
        (found,) = (each for each in self.world["resources"] if each["id"].endswith(id))
        return cast("Given", found)

    def without(self, *ids: str) -> None:
        self.world["resources"] = [each for each in self.world["resources"] if not each["id"].endswith(ids)]
        self.world["decisions"] = [each for each in self.world["decisions"] if not each["endpoint"].endswith(ids)]

    @property
    def azure(self) -> Azure:
        return self._home.azure

    def start(self) -> None:
        self._file.write_text(yaml.safe_dump(self.world, sort_keys=False))
        self._home.reset(self._file)

    def adopt(self, given: Given | None = None, *subscriptions: str) -> Adopted:
        """The settings that describe it, and what they do not describe."""
        self.start()
        given = given or {"clusters": {"myadx": {"id": CLUSTER}}, "consumers": {}}
        settings = parse(given)
        suggestions = infer(given, settings, discover(settings, subscriptions or (ANALYTICS,)), self.deployed)
        parse(suggestions.settings)
        return Adopted(suggestions.settings, suggestions)


@pytest.fixture
def hand_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HandMade:
    made = HandMade(tmp_path)
    monkeypatch.setattr(azure_cli, "_get", _asking(made))
    return made


def _asking(made: HandMade) -> Callable[[str, str], str]:
    """What `az rest` would print, in this process."""

    def get(url: str, path: str) -> str:
        try:
            return json.dumps(az_stand_in.get_url(made.azure.acting_as("az"), url))
        except AzureError as error:
            raise azure_cli.AzureRejection(path, raw_body(error)) from error

    return get
