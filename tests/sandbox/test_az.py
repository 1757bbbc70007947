"""The sandbox in the place of the Azure CLI: how this library lists what there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azure_sandbox import az
from azure_sandbox.az import LISTED, NO_VERSION
from azure_sandbox.azure import Azure, ResourceId
from azure_sandbox.home import Home

from .holds import holds

ADX = "/subscriptions/11111111-1111-1111-1111-111111111111"
BALANCERS = f"{ADX}/providers/Microsoft.Network/loadBalancers"
SUBNETS = f"{ADX}/resourceGroups/adx/providers/Microsoft.Network/virtualNetworks/adx-vnet/subnets"
VERSION = "api-version=2024-05-01"


class Cli:
    """`az` as a program runs it."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = Home(directory / ".sandbox")
        self._capsys = capsys

    @property
    def azure(self) -> Azure:
        return self.home.azure

    def get(self, url: str) -> Any:
        assert self._run(url) == 0, self.said
        return json.loads(self.said)

    def refused(self, url: str) -> str:
        assert self._run(url) == 1
        return self.said

    def _run(self, url: str) -> int:
        assert self.azure
        code = az.main(str(self.home.directory / "azure.db"), "rest", "--method", "get", "--url", url)
        captured = self._capsys.readouterr()
        self.said = captured.out or captured.err
        return code


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(tmp_path, capsys)


def test_a_resource_is_answered_as_get_does(cli: Cli) -> None:
    assert cli.get(f"{SUBNETS}/adx?{VERSION}") == cli.azure.get(ResourceId.parse(f"{SUBNETS}/adx"))


@holds(LISTED)
def test_a_list_has_pages(cli: Cli) -> None:
    """Whoever reads the first page only would overlook what a big subscription has."""
    page = cli.get(f"{BALANCERS}?{VERSION}")
    assert len(page["value"]) == 3
    rest = cli.get(page["nextLink"])
    assert "nextLink" not in rest
    names = [each["name"] for each in [*page["value"], *rest["value"]]]
    assert sorted(names) == [f"{role}-myadx-{kind}" for role in ("kucompute", "kudatamgmt") for kind in ("elb", "ilb")]


def test_what_is_nested_is_listed_in_its_parent(cli: Cli) -> None:
    assert [each["name"] for each in cli.get(f"{SUBNETS}?{VERSION}")["value"]] == ["adx"]
    assert cli.refused(f"{SUBNETS.replace('adx-vnet', 'gone')}?{VERSION}").startswith(
        'ERROR: Not Found({"error":{"code":"ResourceNotFound"'
    )


@holds(LISTED)
def test_a_list_shows_what_the_caller_may_read(cli: Cli, tmp_path: Path) -> None:
    """A reader of one resource group does not see the load balancers of another."""
    world = tmp_path / "world.yaml"
    world.write_text("extends: default\nresources: []\nrights: [{scope: $clients, actions: ['*/read']}]\n")
    cli.home.reset(world)
    assert cli.get(f"{BALANCERS}?{VERSION}") == {"value": []}
    assert cli.refused(f"{SUBNETS}/adx?{VERSION}").startswith('ERROR: Forbidden({"error":{"code":"AuthorizationFailed"')


@holds(NO_VERSION)
def test_a_request_without_a_version_is_refused(cli: Cli) -> None:
    assert "MissingApiVersionParameter" in cli.refused(BALANCERS)


def test_nothing_is_changed_by_it(cli: Cli) -> None:
    with pytest.raises(SystemExit):
        az.main(str(cli.home.directory / "azure.db"), "rest", "--method", "delete", "--url", f"{SUBNETS}/adx?{VERSION}")


def test_a_run_finds_it_on_its_path(cli: Cli) -> None:
    """And not the real one, which would speak of a real subscription."""
    environment = cli.home.environment({"PATH": "/usr/bin"})
    assert environment["PATH"].split(":")[0] == str(cli.home.directory / "bin")
    assert "azure_sandbox.az" in (cli.home.directory / "bin" / "az").read_text()
