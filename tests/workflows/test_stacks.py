"""The stacks that a change touches: a missed one would be deployed without a preview."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from .files import PREVIEW, PROJECT, UP, git, run, script

STEP = "Find the stacks that the change touches"
ALL = "List the stacks"
FILES = {
    "Pulumi.yaml": "name: adx-private-link",
    "Pulumi.dev.yaml": "config: {}",
    "Pulumi.prod.yaml": "config: {}",
    "__main__.py": "",
    "requirements.txt": "",
    "hand-over.json": "{}",
    "README.md": "",
    "docs/picture.svg": "",
    "notes/why.md": "",
    ".github/workflows/up.yml": "",
}
Change = Mapping[str, str | None]
"""Files and their new content; None deletes a file."""


class Repository:
    """A Git repository with the files of a project in a folder."""

    def __init__(self, directory: Path, folder: str = ".") -> None:
        self.directory = directory
        self.folder = directory / folder
        directory.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.first = self.commit({str(Path(folder) / name): content for name, content in FILES.items()})

    def git(self, *arguments: str) -> str:
        return git(self.directory, *arguments)

    def commit(self, change: Change) -> str:
        for name, content in change.items():
            file = self.directory / name
            if content is None:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=A change")
        return self.git("rev-parse", "HEAD")

    def touched(self, before: str, shell: str = script(PREVIEW, "stacks", STEP)) -> list[str]:
        output = self.directory / ".git" / "output"
        output.write_text("")
        completed = run(shell, self.folder, {"BEFORE": before, "GITHUB_OUTPUT": str(output)})
        assert completed.returncode == 0, completed.stderr
        self.errors = completed.stderr
        (line,) = output.read_text().splitlines()
        return json.loads(line.removeprefix("stacks="))


CreateRepository = Callable[..., Repository]


@pytest.fixture
def create_repository(tmp_path: Path) -> CreateRepository:
    def create(folder: str = ".") -> Repository:
        return Repository(tmp_path / "repository", folder)

    return create


@pytest.mark.parametrize(
    ("change", "stacks"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"Pulumi.prod.yaml": "new"}, ["prod"], id="stack file"),
        pytest.param({"Pulumi.prod.yaml": "new", "Pulumi.dev.yaml": "new"}, ["dev", "prod"], id="stack files"),
        pytest.param({"Pulumi.test.yaml": "new"}, ["test"], id="new stack"),
        pytest.param({"Pulumi.prod.yaml": None}, [], id="stack file deleted"),
        pytest.param({"Pulumi.prod.yaml": None, "__main__.py": "new"}, ["dev"], id="stack file deleted and program"),
        pytest.param({"Pulumi.dev.yaml": None, "Pulumi.test.yaml": "config: {}"}, ["test"], id="stack file renamed"),
        pytest.param({"__main__.py": "new"}, ["dev", "prod"], id="program"),
        pytest.param({"network/__init__.py": "new"}, ["dev", "prod"], id="module of the program"),
        pytest.param({"requirements.txt": "new"}, ["dev", "prod"], id="requirements"),
        pytest.param({"Pulumi.yaml": "new"}, ["dev", "prod"], id="project"),
        pytest.param({"hand-over.json": "new"}, ["dev", "prod"], id="hand-over"),
        pytest.param({"hand-over.json": None}, ["dev", "prod"], id="hand-over deleted"),
        pytest.param({"README.md": "new", "docs/picture.svg": "new", "notes/why.md": None}, [], id="documentation"),
        pytest.param({".github/workflows/up.yml": "new", "tests/test_it.py": "new"}, [], id="workflows and tests"),
        pytest.param({"README.md": "new", "Pulumi.prod.yaml": "new"}, ["prod"], id="documentation and stack file"),
        pytest.param({"README.md": "new", "__main__.py": "new"}, ["dev", "prod"], id="documentation and program"),
        pytest.param({"Pulumi.$(touch pwned).yaml": "new"}, ["$(touch pwned)"], id="a name with shell syntax"),
        pytest.param({'Pulumi.a"b c.yaml': "new"}, ['a"b c'], id="a name with quote and space"),
    ],
)
def test_the_stacks_of_a_change(create_repository: CreateRepository, change: Change, stacks: list[str]) -> None:
    """A stack file touches its stack, documentation no stack, and any other file all stacks."""
    repository = create_repository()
    repository.commit(change)
    assert repository.touched(repository.first) == stacks
    assert not (repository.folder / "pwned").exists()


def test_the_stacks_of_several_commits(create_repository: CreateRepository) -> None:
    """A pull request has all commits of a branch."""
    repository = create_repository()
    repository.commit({"Pulumi.prod.yaml": "new"})
    repository.commit({"README.md": "new"})
    assert repository.touched(repository.first) == ["prod"]


def test_a_change_that_cannot_be_compared_touches_all_stacks(create_repository: CreateRepository) -> None:
    """One preview too many is better than one too few."""
    assert create_repository().touched("5" * 40) == ["dev", "prod"]


def test_the_main_branch_touches_all_stacks(create_repository: CreateRepository) -> None:
    """A stack that an earlier run did not deploy, because its plan failed or was rejected, comes up again."""
    repository = create_repository()
    repository.commit({"Pulumi.$(touch pwned).yaml": "", "README.md": "new"})
    assert repository.touched("", script(UP, "stacks", ALL)) == ["$(touch pwned)", "dev", "prod"]
    assert not (repository.folder / "pwned").exists()


@pytest.mark.parametrize(("workflow", "step"), [(PREVIEW, STEP), (UP, ALL)], ids=["preview", "up"])
def test_a_stack_with_a_passphrase_is_not_deployed(
    create_repository: CreateRepository, workflow: Path, step: str
) -> None:
    """Runs have no passphrase; this repository's own stack `dev`, for the sandbox, has one."""
    repository = create_repository()
    repository.commit({"Pulumi.dev.yaml": (PROJECT / "Pulumi.dev.yaml").read_text(), "__main__.py": "new"})
    assert repository.touched(repository.first, script(workflow, "stacks", step)) == ["prod"]
    # Without the notice, people would believe that it is deployed.
    assert "Pulumi.dev.yaml' is left out: it has an encryptionsalt" in repository.errors
    assert repository.errors.startswith("::notice::")


@pytest.mark.parametrize("page", ["docs/how-to/your-own-clusters.md", "docs/how-to/github.md"])
@pytest.mark.parametrize(("workflow", "step"), [(PREVIEW, STEP), (UP, ALL)], ids=["preview", "up"])
def test_a_stack_that_a_page_creates_is_deployed(
    create_repository: CreateRepository, page: str, workflow: Path, step: str
) -> None:
    """Without a secrets provider, every backend but Pulumi Cloud creates one with a passphrase."""
    text = (PROJECT / page).read_text()
    (provider,) = re.findall(r'^ *pulumi stack init .*--secrets-provider "(.+)"$', text, re.MULTILINE)
    repository = create_repository()
    # Pulumi writes these fields (pkg/secrets/cloud/manager.go: secretsprovider and encryptedkey, no salt).
    created = {"Pulumi.new.yaml": f"secretsprovider: {provider}\nencryptedkey: Zm9v\n", "Pulumi.prod.yaml": None}
    repository.commit({**created, "Pulumi.dev.yaml": None})
    assert repository.touched(repository.first, script(workflow, "stacks", step)) == ["new"]


def test_a_project_without_stacks(create_repository: CreateRepository) -> None:
    """An empty matrix is an error for GitHub; for `[]` the job is skipped."""
    repository = create_repository()
    repository.commit({"Pulumi.dev.yaml": None, "Pulumi.prod.yaml": None, "__main__.py": "new"})
    assert repository.touched(repository.first) == []
    assert repository.touched("", script(UP, "stacks", ALL)) == []


def test_a_pull_request_touches_the_stacks_of_its_own_changes(
    create_repository: CreateRepository, tmp_path: Path
) -> None:
    """GitHub checks out its merge with main, which may have moved on; a depth of two commits is enough."""
    repository = create_repository()
    repository.git("checkout", "--quiet", "-b", "proposal")
    repository.commit({"notes/plan.md": "new"})
    repository.commit({"Pulumi.prod.yaml": "new"})
    repository.git("checkout", "--quiet", "main")
    repository.commit({"__main__.py": "new"})
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "proposal")
    repository.git("clone", "--quiet", "--depth=2", f"file://{repository.directory}", str(tmp_path / "checkout"))
    repository.directory = repository.folder = tmp_path / "checkout"
    assert repository.touched("HEAD^1") == ["prod"]


@pytest.mark.parametrize("written", ["stacks", '"stacks"', "./stacks/"])
def test_stack_files_in_a_folder_of_their_own(create_repository: CreateRepository, written: str) -> None:
    """With `stackConfigDir`, files beside the program are not stack files."""
    repository = create_repository()
    before = repository.commit(
        {
            "Pulumi.yaml": f"name: adx-private-link\nstackConfigDir: {written}\n",
            "stacks/Pulumi.one.yaml": "config: {}",
            "stacks/Pulumi.two.yaml": "config: {}",
        }
    )
    repository.commit({"stacks/Pulumi.one.yaml": "new"})
    assert repository.touched(before) == ["one"]
    assert repository.touched("", script(UP, "stacks", ALL)) == ["one", "two"]
    repository.commit({"__main__.py": "new"})
    assert repository.touched(before) == ["one", "two"]


def test_a_program_in_a_folder(create_repository: CreateRepository) -> None:
    """With `working-directory`, files beside the folder touch no stack."""
    repository = create_repository("access")
    repository.commit({"other/__main__.py": "new"})
    assert repository.touched(repository.first) == []
    repository.commit({"access/docs/why.txt": "new", "access/Pulumi.dev.yaml": "new"})
    assert repository.touched(repository.first) == ["dev"]
    repository.commit({"access/__main__.py": "new"})
    assert repository.touched(repository.first) == ["dev", "prod"]
