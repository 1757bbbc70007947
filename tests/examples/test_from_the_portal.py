"""What people have clicked together is taken over as it is, by the page's own words, and goes on from there."""

from __future__ import annotations

from pathlib import Path

import yaml

from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack
from tests.stack.adopting import adopt, read_settings, resolve_hosts
from tests.stack.harness import expect_success

from . import pages
from .repository import Repository


def test_what_comes_from_the_portal(tmp_path: Path) -> None:
    """The adoption changes no object and no name; afterwards the stack updates what it has adopted."""
    repository = Repository(tmp_path, "from_the_portal")
    home = repository.folder / ".sandbox"
    *_, page = pages.commands()
    start, select, *take_over = page.partition("--create example\n")
    pages.run(start + select, tmp_path, home)
    stack = Stack(repository.folder, SandboxHome(home), "example")
    before, names = stack.world(), resolve_hosts(stack)

    told = pages.run("".join(take_over), repository.folder, home)
    assert "After the import, `pulumi preview` shows no changes." in told
    assert "somebody else's, Approved on AzureDataExplorerPLS" in told
    assert "/A/otheradx" in told
    written, shown = (
        yaml.safe_load((repository.folder / each).read_text())["config"]
        for each in ("Pulumi.example.yaml", "settings.yaml")
    )
    assert written == shown
    assert expect_success(stack.up("--refresh")).operations == []
    assert stack.world() == before
    assert resolve_hosts(stack) == names
    assert "nothing to take over" in adopt(stack)

    # A change goes through: approvals by the stack from now on, and tags.
    settings = read_settings(stack)
    settings["consumers"]["analytics-vnet"] |= {"approval": "approve", "tags": {"team": "analytics"}}
    stack.configure(**settings)
    done = expect_success(stack.up())
    assert sorted(each.split()[0] for each in done.operations) == ["create", "create", "update", "update"]
    assert resolve_hosts(stack) == names
    assert expect_success(stack.up("--refresh")).operations == []

    # The service is protected, since somebody else is connected to it.
    assert "protected" in stack.destroy().output
