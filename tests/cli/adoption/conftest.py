"""A deployment that was created by hand, in a sandbox that answers requests in this process."""

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
from adx_private_link.cli.adoption.inference import infer_settings
from adx_private_link.cli.adoption.suggestions import Suggestions
from azure_sandbox.az_requests import get_url
from azure_sandbox.azure import Azure, AzureError
from azure_sandbox.provider.provider_errors import raw_body
from azure_sandbox.sandbox_home import SandboxHome

EXAMPLE = Path(__file__).parents[3] / "examples" / "from_the_portal" / "world.yaml"
BOTH_KINDS = Path(__file__).parents[2] / "worlds" / "native_by_hand.yaml"

ADX = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx"
ANALYTICS = "22222222-2222-2222-2222-222222222222"
OTHERS = "33333333-3333-3333-3333-333333333333"
CLIENTS = f"/subscriptions/{ANALYTICS}/resourceGroups/analytics"
DNS = f"/subscriptions/{ANALYTICS}/resourceGroups/dns"
ZONE = f"{DNS}/providers/Microsoft.Network/privateDnsZones/privatelink.westus.kusto.windows.net"
CLUSTER = f"{ADX}/providers/Microsoft.Kusto/Clusters/myadx"
NATIVE = f"{ADX}/providers/Microsoft.Kusto/Clusters/newadx"
CLUSTER_SUBNET = f"{ADX}/providers/Microsoft.Network/virtualNetworks/adx-vnet/subnets/adx"
CLIENTS_SUBNET = f"{CLIENTS}/providers/Microsoft.Network/virtualNetworks/analytics-vnet/subnets/clients"

# The ends of the services' ids
ENGINE = "/AzureDataExplorerPLS"
INGESTION = "/AzureDataExplorerPLS-DM"

Json = dict[str, Any]


def stack_settings(**sections: Any) -> Json:
    """Return the current settings of a stack: the cluster, no consumer, and further sections."""
    return {"clusters": {"myadx": {"id": CLUSTER}}, "consumers": {}, **sections}


def team_settings(**settings: Any) -> Json:
    """Return the current settings of a stack whose consumer `team` is the subnet of the clients."""
    return stack_settings(consumers={"team": {"subnet_id": CLIENTS_SUBNET, "dns": {"zone_ids": [ZONE]}, **settings}})


@dataclass(frozen=True)
class Adoption:
    """The result of an adoption: the completed settings, and the suggestions that they come from."""

    settings: Json
    suggestions: Suggestions

    @property
    def cluster(self) -> Json:
        return self.settings["clusters"]["myadx"]

    @property
    def left_alone(self) -> dict[str, str]:
        """The reason for each object that is left alone, by the object's name."""
        return {left_alone.id.rsplit("/", 1)[-1]: left_alone.reason for left_alone in self.suggestions.left_alone}


class HandMade:
    """A deployment that was created by hand, as Microsoft's page describes it; tests change it before they adopt it."""

    def __init__(self, directory: Path, world: Path) -> None:
        self._home = SandboxHome(directory / ".sandbox")
        self._file = directory / "world.yaml"
        self.world: Json = yaml.safe_load(world.read_text())
        self.asked: list[str] = []
        """The paths of the requests to Azure."""
        self.deployed: set[str] = set()
        """The ids of objects that the stack already has, in lower case."""

    def resource(self, suffix: str) -> Json:
        """Return the resource of the world whose id has a suffix, to be changed."""
        (resource,) = (resource for resource in self.world["resources"] if resource["id"].endswith(suffix))
        return cast("Json", resource)

    def add(self, resource: Json) -> None:
        """Add a resource to the world."""
        self.world["resources"].append(resource)

    def remove(self, *suffixes: str) -> None:
        """Remove resources by the suffixes of their ids, and the decisions about them."""
        resources, decisions = self.world["resources"], self.world["decisions"]
        self.world["resources"] = [resource for resource in resources if not resource["id"].endswith(suffixes)]
        self.world["decisions"] = [decision for decision in decisions if not decision["endpoint"].endswith(suffixes)]

    @property
    def azure(self) -> Azure:
        return self._home.azure

    def start(self) -> None:
        """Start the sandbox from the world."""
        self._file.write_text(yaml.safe_dump(self.world, sort_keys=False))
        self._home.reset(self._file)

    def adopt(self, current: Json | None = None, *subscriptions: str) -> Adoption:
        """Return the settings that describe the deployment, completed from the stack's current ones."""
        self.start()
        current = current or stack_settings()
        settings = parse(current)
        inventory = discover(settings, subscriptions or (ANALYTICS,))
        suggestions = infer_settings(current, settings, inventory, self.deployed)
        parse(suggestions.settings)
        return Adoption(suggestions.settings, suggestions)


@pytest.fixture
def hand_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HandMade:
    return _hand_made(tmp_path, EXAMPLE, monkeypatch)


@pytest.fixture
def both_kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HandMade:
    """A deployment for an injected and a native cluster."""
    return _hand_made(tmp_path, BOTH_KINDS, monkeypatch)


def _hand_made(directory: Path, world: Path, monkeypatch: pytest.MonkeyPatch) -> HandMade:
    hand_made = HandMade(directory, world)
    monkeypatch.setattr(azure_cli, "_get", _get_from(hand_made))
    return hand_made


def _get_from(hand_made: HandMade) -> Callable[[str, str], str]:
    """Return a function that answers like `az rest`, without a process for each request."""

    def get(url: str, path: str) -> str:
        hand_made.asked.append(path)
        try:
            return json.dumps(get_url(hand_made.azure.acting_as("az"), url).body)
        except AzureError as error:
            raise azure_cli.AzureRejection(path, raw_body(error)) from error

    return get
