"""The commands of the page import what people created in the portal, and the stack continues from there."""

from __future__ import annotations

from pathlib import Path

import yaml

from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack
from tests.stack.adopting import adopt, read_settings, resolve_hosts
from tests.stack.harness import expect_success

from . import pages
from .repository import Repository


def test_a_stack_adopts_what_was_created_in_the_portal(tmp_path: Path) -> None:
    """The adoption changes no object and no answer of DNS, and later updates change what it has adopted."""
    repository = Repository(tmp_path, "from_the_portal")
    home = repository.folder / ".sandbox"
    *_, page = pages.list_commands()
    start, select, *adoption = page.partition("--create example\n")
    pages.run(start + select, tmp_path, home)
    stack = Stack(repository.folder, SandboxHome(home), "example")
    before, names = stack.world(), resolve_hosts(stack)

    output = pages.run("".join(adoption), repository.folder, home)
    assert "After the import, `pulumi preview` shows no changes." in output
    assert "created by others, Approved on AzureDataExplorerPLS" in output
    assert "/A/otheradx" in output
    written, shown = (
        yaml.safe_load((repository.folder / name).read_text())["config"]
        for name in ("Pulumi.example.yaml", "settings.yaml")
    )
    assert written == shown
    assert expect_success(stack.up("--refresh")).operations == []
    assert stack.world() == before
    assert resolve_hosts(stack) == names
    assert "Nothing to adopt" in adopt(stack)

    # The stack approves connections by itself from now on, and sets tags.
    settings = read_settings(stack)
    settings["consumers"]["analytics-vnet"] |= {"approval": "approve", "tags": {"team": "analytics"}}
    stack.configure(**settings)
    update = expect_success(stack.up())
    assert sorted(operation.split()[0] for operation in update.operations) == ["create", "create", "update", "update"]
    assert resolve_hosts(stack) == names
    assert expect_success(stack.up("--refresh")).operations == []

    # The service is protected, because others are connected to it.
    assert "protected" in stack.destroy().output
