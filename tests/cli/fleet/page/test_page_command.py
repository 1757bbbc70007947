"""`adx-private-link fleet page`: the page of an inventory, from the results of its runs."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from adx_private_link.cli.fleet.results import Operation, Results, StackResult, Status
from tests.cli.projects import run

from ..fleets import FLEET, write_fleet
from .views import cluster


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """A fleet of three stacks with clusters, whose files are written."""
    directory = write_fleet(tmp_path, FLEET.replace("team: ops}, id", "team: ops}, public_access: closed, id"))
    assert run(directory, "fleet", "write").exit_code == 0
    return directory


def keep(directory: Path, stack: str, operation: Operation, status: Status, error: str = "", time: int = 1) -> None:
    """Keep the result of an operation, as of a time."""
    results = Results(directory / "fleet-results")
    results.write(StackResult(stack=stack, operation=operation, fingerprint="x", status=status, error=error))
    os.utime(results.path(operation, stack), (time, time))


def keep_outputs(directory: Path, stack: str, *keys: str) -> None:
    outputs = {key: cluster(key, 1, "analytics").model_dump(mode="json") for key in keys}
    Results(directory / "fleet-results").write_outputs(stack, json.dumps(outputs))


def test_the_page_has_the_clusters_of_all_results(fleet: Path) -> None:
    """The last operation of each stack counts, whatever it was."""
    keep(fleet, "data.1", "up", "changed", time=1)
    keep(fleet, "data.1", "drift", "failed", "SubnetIsFull: there is no address left.\nMore.", time=2)
    keep_outputs(fleet, "data.1", "a", "b")
    keep(fleet, "ops.1", "up", "unchanged")
    keep_outputs(fleet, "ops.1", "d")

    result = run(fleet, "fleet", "page", "--output", "page.html")
    assert (result.exit_code, result.output) == (0, "page.html is written, with 4 stacks.\n")
    text = (fleet / "page.html").read_text()
    assert text.count("<tr data-outcome") == 3
    assert "SubnetIsFull: there is no address left." in text
    assert "More." not in text
    for words, count in (("failed", 1), ("unchanged", 1), ("not run", 2)):
        assert f"<dt>Stacks {words}</dt><dd>{count}</dd>" in text
    assert 'data-public_access="closed"' in text


def test_a_damaged_output_is_an_error(fleet: Path) -> None:
    """A disk was full."""
    keep(fleet, "ops.1", "up", "changed")
    Results(fleet / "fleet-results").write_outputs("ops.1", '{"d": {"serv')
    result = run(fleet, "fleet", "page")
    assert result.exit_code == 2
    assert "This is not the output `clusters` of an adx-private-link stack" in result.output


def test_without_jinja_the_extra_is_named(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    monkeypatch.delitem(sys.modules, "adx_private_link.cli.fleet.page.rendering", raising=False)
    result = run(fleet, "fleet", "page")
    assert result.exit_code == 2
    assert "pip install 'adx-private-link[fleet]'" in result.output
