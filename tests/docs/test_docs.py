"""Pages that are generated from the code, or quote examples and tests."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from adx_private_link import parse
from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.world_files import DEFAULT_WORLD
from docs.generate.markdown import table
from docs.generate.pages import PAGES, REFERENCE

from .pages import PROJECT, page


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    """Readers look up settings, commands and errors there."""
    # The generator of this page collects tests, which needs a process of its own.
    text = _print_page(name) if name == "sandbox-rules.md" else PAGES[name]()
    assert (REFERENCE / name).read_text() == text, "run `make docs`"


def _print_page(name: str) -> str:
    completed = subprocess.run(
        [sys.executable, "-m", "docs.generate", name], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert completed.returncode == 0, completed.stderr
    return completed.stdout


def test_pages_show_the_program_and_the_test_of_the_example() -> None:
    """The example is tested, so readers can copy the page."""
    example = PROJECT / "examples" / "own_program"
    for name, file in (("own-program", "__main__.py"), ("test-your-program", "test_own_program.py")):
        [program] = page(f"docs/how-to/{name}.md").blocks_in("python")
        assert (example / file).read_text().endswith(program.text)


def test_the_stack_files_of_an_owner_and_a_partner_are_valid() -> None:
    """The two teams see only their own part of the page."""
    [own] = read_settings("docs/how-to/your-own-clusters.md")
    owner, partner = read_settings("docs/how-to/other-teams.md")
    assert parse(own).clusters.keys() == {"newadx"}
    assert parse({**own, **owner}).external_consumers_of("newadx").keys() == {"partner"}
    assert parse(partner).hand_overs.keys() == {"myadx"}


def read_settings(name: str) -> list[dict[str, object]]:
    """Read the settings in each YAML block of a page."""
    configs = [yaml.safe_load(block.text)["config"] for block in page(name).blocks_in("yaml")]
    return [{key.split(":")[1]: value for key, value in config.items()} for config in configs]


@pytest.mark.parametrize("name", ["service_replaced", "native/storage_zones_moved"])
def test_the_page_shows_the_comment_that_a_reviewer_gets(name: str) -> None:
    """`tests/stack/test_reports.py` and its neighbour compare the comments with runs on the real engine."""
    report = (PROJECT / "tests" / "stack" / "reports" / f"{name}.md").read_text().partition("<details>")[0]
    shown = "\n".join(f"> {line}".rstrip() for line in report.rstrip().splitlines())
    assert shown in page("docs/how-to/pull-requests.md").text


SANDBOX = "docs/reference/sandbox.md"


def test_the_page_lists_the_default_world() -> None:
    """Authors of world files refer to its names, and avoid its addresses."""
    world = yaml.safe_load((PROJECT / "azure_sandbox" / DEFAULT_WORLD).read_text())
    names = table(["Name", "Stands for"], [(f"`${name}`", f"`{id}`") for name, id in world["names"].items()])
    rows = [row for resource in world["resources"] for row in list_rows(resource)]
    resources = table(["Resource", "Addresses"], rows)
    for lines in (names, resources):
        assert "\n".join(lines) in page(SANDBOX).text


def list_rows(resource: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """List the rows of a resource and its subnets, without groups."""
    properties = {**resource.get("properties", {})}
    subnets = properties.pop("subnets", [])
    if "/" in resource["id"]:
        addresses = re.findall(r"\d+\.\d+\.\d+\.\d+(?:/\d+)?", str(properties))
        yield f"`{resource['id']}`", ", ".join(f"`{address}`" for address in addresses)
    for subnet in subnets:
        yield from list_rows({"id": f"{resource['id']}/subnets/{subnet['name']}", **subnet})


def test_the_page_says_how_to_add_a_cluster(tmp_path: Path) -> None:
    """Authors of world files copy the block of an example into a world that extends the default one."""
    example = (PROJECT / "examples" / "sovereign" / "world.yaml").read_text()
    [block] = re.findall(r"^  - id: \S+/adx-vnet\n.*?(?=^$)", example, re.MULTILINE | re.DOTALL)
    for old, new in (("usgovvirginia", "westus"), ("govadx", "second")):
        assert f"`{old}` with" in page(SANDBOX).text
        block = block.replace(old, new)
    file = tmp_path / "world.yaml"
    file.write_text(f"extends: default\nresources:\n{block}")
    home = SandboxHome(tmp_path / ".sandbox")
    home.reset(file)
    balancers = [f"{prefix}-{cluster}-elb" for prefix in ("kucompute", "kudatamgmt") for cluster in ("myadx", "second")]
    names = [resource["name"] for resource in home.azure.list()]
    assert [name for name in names if name.endswith("-elb")] == balancers
    assert names.count("second") == 1
