"""Rules for every page: links and paths exist, and commands, settings and programs are valid."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import click
import pytest
import yaml
from pydantic import TypeAdapter

from adx_private_link import parse
from adx_private_link.outputs import ClustersOutput
from adx_private_link.settings import HandOver
from azure_sandbox.sandbox_home import SandboxHome
from docs.generate.settings import EXAMPLES, REPLACES, headings

from .command_lines import parse_commands
from .pages import PAGES, PROJECT, Block, Page, page

LANGUAGES = {"json", "mermaid", "python", "sh", "text", "yaml"}
"""No test would check a block in another language, or without one."""

FOLDERS = ("adx_private_link", "azure_sandbox", "benchmarks", "docs", "engine", "examples", "tests", ".ci", ".github")


@pytest.mark.parametrize("page", PAGES, ids=repr)
def test_every_link_has_a_target(page: Page) -> None:
    """Pages are renamed, and headings reworded."""
    for link in page.links:
        target = urlsplit(link)
        if target.scheme:
            assert target.scheme == "https", link
            assert target.hostname, link
            continue
        file = (page.file.parent / unquote(target.path)).resolve() if target.path else page.file
        assert file.exists(), link
        if target.fragment:
            assert file.suffix == ".md", link
            assert target.fragment in Page(file).anchors, link


@pytest.mark.parametrize("page", PAGES, ids=repr)
def test_every_path_exists(page: Page) -> None:
    """Contributors look for the files that a page names."""
    paths = [code for code in page.code if re.fullmatch(rf"({'|'.join(map(re.escape, FOLDERS))})/[\w./-]*", code)]
    roots = (PROJECT, page.file.parent)
    assert [path for path in paths if not any(_exists(root / path) for root in roots)] == []


def _exists(path: Path) -> bool:
    """Return whether a path has files: a folder that was moved may still contain compiled modules."""
    return path.is_file() or any(file.is_file() for file in path.rglob("*") if "__pycache__" not in file.parts)


def test_every_page_that_code_names_exists() -> None:
    """Error messages and comments send their readers to pages."""
    folders = [PROJECT / folder for folder in FOLDERS if folder != "tests"]
    files = [file for folder in folders for kind in ("*.py", "*.yml", "*.yaml") for file in folder.rglob(kind)]
    files += [PROJECT / name for name in ("Makefile", "Pulumi.yaml", "pyproject.toml")]
    named = {(file, name) for file in files for name in re.findall(r"\bdocs/[\w/-]+\.\w+", file.read_text())}
    assert any(name == "docs/reference/rights.md" for _, name in named)
    assert [(file, name) for file, name in named if not (PROJECT / name).exists()] == []


WORKED = re.findall(
    r"^### (.+)\n\nFollow `(.+?)`.*\n\n((?:^(?:\d\. |   ).*\n)+)", page("CONTRIBUTING.md").text, re.MULTILINE
)
"""The worked examples: the heading, the name to follow, and the list of files."""


def test_the_worked_examples_are_found() -> None:
    """The test below would pass without any."""
    assert len(WORKED) == page("CONTRIBUTING.md").text.count("\nFollow ") == 5


@pytest.mark.parametrize(("name", "steps"), [example[1:] for example in WORKED], ids=[example[0] for example in WORKED])
def test_a_worked_example_can_be_followed(name: str, steps: str) -> None:
    """Contributors follow a name from file to file."""
    for step in steps.splitlines():
        for path in re.findall(r"`([\w./]+/[\w.]+)`", step.partition(": ")[0]) if step[0].isdigit() else ():
            assert _normalize(name) in _normalize((PROJECT / path).read_text()), path


def _normalize(text: str) -> str:
    """Return text in one spelling: names differ in Python, in YAML and in Azure's JSON."""
    return re.sub(r"[_-]", "", text.lower())


def test_every_page_is_in_the_index() -> None:
    """Readers would not find another one."""
    index = page("docs/index.md")
    linked = {(index.file.parent / urlsplit(link).path).resolve() for link in index.links if not urlsplit(link).scheme}
    records = page("docs/explanation/decisions/index.md")
    linked |= {(records.file.parent / urlsplit(link).path).resolve() for link in records.links}
    assert [page for page in PAGES if page.name.startswith("docs/") and page.file not in {*linked, index.file}] == []


@pytest.mark.parametrize("page", PAGES, ids=repr)
def test_every_command_of_this_project_exists_with_its_options(page: Page) -> None:
    """Options are renamed, and readers paste commands."""
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))
    lines = [(str(block), line) for block in page.blocks_in("sh") for line in block.commands]
    lines += [
        (page.name, code) for code in page.code if code.startswith(("adx-private-link ", "azure-sandbox ", "make "))
    ]
    for place, line in lines:
        if make := re.match(r"make ([a-z]+)", line):
            assert make[1] in targets, f"{place}: {line}"
            continue
        try:
            parse_commands(line)
        except click.UsageError as error:
            pytest.fail(f"{place}: {line}: {error.format_message()}")


def test_a_command_with_a_wrong_option_is_noticed() -> None:
    """The test above depends on it."""
    assert parse_commands("azure-sandbox run -- adx-private-link adopt -y ID | head") == [
        "azure-sandbox run",
        "adx-private-link adopt",
    ]
    for line in (
        "adx-private-link check --nope",
        "adx-private-link nope",
        "azure-sandbox run -- adx-private-link dns up",
    ):
        with pytest.raises(click.UsageError):
            parse_commands(line)


@pytest.mark.parametrize("page", PAGES, ids=repr)
def test_every_block_names_its_language(page: Page) -> None:
    """The language selects the tests of a block."""
    assert [str(block) for block in page.blocks if block.language not in LANGUAGES] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.blocks_in("sh")], ids=repr)
def test_every_shell_block_is_valid_shell(page: Page) -> None:
    """Blocks that no test runs are parsed, at least."""
    for block in page.blocks_in("sh"):
        completed = subprocess.run(["bash", "-n", "-c", block.text], capture_output=True, text=True, check=False)
        assert completed.returncode == 0, f"{block}: {completed.stderr}"


# YAML


def list_fragments() -> list[Block]:
    """List the examples of single settings, which are no whole stack files."""
    return page("docs/reference/settings.md").blocks_in("yaml")


@pytest.mark.parametrize(
    "block", [block for page in PAGES for block in page.blocks_in("yaml") if block not in list_fragments()], ids=str
)
def test_every_yaml_block_is_a_valid_stack_file_hook_or_world(block: Block, tmp_path: Path) -> None:
    """Readers copy blocks into files of these kinds."""
    content = cast("dict[str, Any]", yaml.safe_load(block.text))
    match content:
        case {"config": dict()}:
            _check_settings(block)
        case {"repos": [{"hooks": [{"id": hook}]}]}:
            hooks = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text())
            assert hook in [known["id"] for known in hooks]
        case {"group_by": _}:
            assert block.text == (PROJECT / "examples" / "fleet" / "fleet.yaml").read_text()
        case {"runtime": "yaml"}:
            examples = (PROJECT / "examples").glob("*/Pulumi.yaml")
            assert content in [yaml.safe_load(example.read_text()) for example in examples]
        case dict():
            file = tmp_path / "world.yaml"
            file.write_text(block.text)
            SandboxHome(tmp_path / ".sandbox").reset(file)
        case _:
            pytest.fail(f"{block} is no stack file, no program of an example, no hook and no world")


def _check_settings(block: Block) -> None:
    config = cast("dict[str, Any]", yaml.safe_load(block.text)["config"])
    settings = {key.partition(":")[2]: value for key, value in config.items() if key.startswith("adx-private-link:")}
    assert settings
    # A block may add to the one before it on its page.
    known = {"clusters": {"myadx": {"id": _CLUSTER}}} if "hand_overs" not in settings else {}
    parse({**known, "consumers": {}, **settings})


_CLUSTER = (
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/adx/providers/Microsoft.Kusto/clusters/myadx"
)


def test_every_example_of_a_setting_is_valid() -> None:
    """Each example is below the heading of its setting, whose type it has."""
    parts = re.split(r"^(?=###? )", page("docs/reference/settings.md").text, flags=re.MULTILINE)
    pattern = re.compile(r"### `([\w.]+)`(?: \(with `(\w+)`\))?\n.*?```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
    shown = [match.groups(default="") for part in parts if (match := pattern.match(part))]
    assert len(shown) == len(list_fragments())
    models = {(heading.path, heading.variant): heading.model for heading in headings()}
    for path, variant, example in shown:
        section, _, name = path.rpartition(".")
        field = models[section, variant].model_fields[name]
        [value] = cast("dict[str, object]", yaml.safe_load(example)).values()
        adapter = TypeAdapter[Any](field.rebuild_annotation())
        adapter.validate_python(value)


# JSON and Python


@pytest.mark.parametrize("block", [block for page in PAGES for block in page.blocks_in("json")], ids=str)
def test_every_json_block_is_valid(block: Block) -> None:
    """Other programs read outputs as the page shows them."""
    content = json.loads(block.text)
    if block.page == "docs/reference/outputs.md":
        HandOver.model_validate(content) if "version" in content else ClustersOutput.model_validate(content)


def test_every_setting_that_the_generator_describes_exists() -> None:
    """A renamed setting would lose its example and its warning."""
    known = {f"{heading.path}.{name}" for heading in headings() for name in heading.model.model_fields}
    assert REPLACES.keys() | EXAMPLES.keys() <= known


@pytest.mark.parametrize("block", [block for page in PAGES for block in page.blocks_in("python")], ids=str)
def test_every_program_is_the_end_of_an_example(block: Block) -> None:
    """Tests run the examples; tests/docs/test_move_your_program.py runs the programs of its page."""
    if block.page == "docs/how-to/move-your-program.md" or block.not_run:
        return
    programs = [file.read_text() for file in (PROJECT / "examples").rglob("*.py")]
    assert any(text.endswith(block.text) for text in programs)


def test_commands_that_install_the_library_name_its_extras() -> None:
    """pip only warns of an extra that does not exist."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    named = {extra for page in PAGES for extra in re.findall(r"CHECKOUT\[(\w+)\]", page.text)}
    assert named <= project["optional-dependencies"].keys()
