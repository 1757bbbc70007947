"""
The newest whole copy of a state replaces a damaged one, whatever the damage is.

A full disk cuts off state and backup at the same byte, a kill empties a file or its attributes, and users copy an older
file, another stack's file or a directory over it.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from adx_private_link.cli.errors import CommandError
from adx_private_link.cli.pulumi.recovery import read_state
from adx_private_link.cli.pulumi.run import PulumiError
from adx_private_link.cli.pulumi.stack import PulumiStack
from adx_private_link.cli.pulumi.state import ExportedState
from adx_private_link.cli.pulumi.state_files import StateFiles

from .states import ATTRIBUTES, KINDS, WHOLE, checkpoint, names, read_and_restore, state_of


@pytest.mark.parametrize("state", KINDS)
def test_the_newest_whole_copy_replaces_any_damaged_state(new_files: Callable[[], StateFiles], state: str) -> None:
    for backup, history in itertools.product(KINDS, ("whole", "cut off")):
        files = new_files()
        KINDS[state](state_of(files), checkpoint("state", 30))
        KINDS[backup](files.root / "stacks/p/s.json.bak", checkpoint("backup", 20))
        KINDS[history](files.root / "history/p/s/s-17.checkpoint.json", checkpoint("history", 10))
        kinds = {"state": state, "backup": backup, "history": history}
        newest = [name for name, kind in kinds.items() if kind in WHOLE][:1]
        if state == "breaks a rule" and not newest:
            with pytest.raises(CommandError, match="`pulumi state repair --stack s`"):
                read_state("s", files)
            state_of(files).rename(files.root / "away")
        restored, damaged = read_and_restore(files)
        assert names(restored) == newest, kinds
        assert (damaged is None) == (state in WHOLE), kinds
        reread, damaged = read_state("s", files)
        assert (names(reread), damaged) == (newest, None), kinds


def test_a_stack_without_files_is_not_created(files: StateFiles) -> None:
    """Its name may be misspelt. If it is not, the user creates the stack, and `repair` imports its objects."""
    with pytest.raises(CommandError, match=r"no stack named 's' found. .*`pulumi stack init s`"):
        read_state("s", files)


@pytest.mark.parametrize("backup", [*ATTRIBUTES])
@pytest.mark.parametrize("state", [*ATTRIBUTES])
def test_damaged_attributes_do_not_damage_the_state(files: StateFiles, state: str, backup: str) -> None:
    """Pulumi rejects a state with damaged attributes, although the state is whole and newer than its backup."""
    state_of(files).write_bytes(checkpoint("state", 30))
    ATTRIBUTES[state](Path(f"{state_of(files)}.attrs"), b"")
    (files.root / "stacks/p/s.json.bak").write_bytes(checkpoint("backup", 20))
    ATTRIBUTES[backup](files.root / "stacks/p/s.json.bak.attrs", b"")
    restored, damaged = read_and_restore(files)
    assert names(restored) == ["state"]
    assert (damaged is None) == (state in ("none", "whole"))
    assert read_state("s", files)[1] is None


@pytest.mark.parametrize("unreadable", ["stacks/p/s.json", "stacks/p/s.json.bak", "history/p/s/s-17.checkpoint.json"])
def test_a_file_that_may_be_whole_and_cannot_be_read_is_not_replaced(
    files: StateFiles, monkeypatch: pytest.MonkeyPatch, unreadable: str
) -> None:
    """The file may be a colleague's: an older copy would lose the resources that they deployed."""
    state_of(files).write_bytes(b"{")
    (files.root / "backups/p/s/s.17.json").write_bytes(checkpoint("older", 10))
    file = files.root / unreadable
    file.write_bytes(checkpoint("theirs", 20))
    read = Path.read_bytes

    def reject(path: Path) -> bytes:
        if path == file:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", reject)
    with pytest.raises(CommandError, match=r"cannot be read: Permission denied[\s\S]*Nothing has changed"):
        read_state("s", files)


def test_a_damaged_file_is_kept_beside_the_state_that_replaces_it(files: StateFiles) -> None:
    """It may contain more than the copy. A second damaged file does not overwrite the first."""
    (files.root / "history/p/s/s-17.checkpoint.json").write_bytes(checkpoint("history", 10))
    for content in (b"first", b"second"):
        state_of(files).write_bytes(content)
        read_and_restore(files)
    kept = sorted(files.root.glob("stacks/p/s.json.damaged*"))
    assert [file.read_bytes() for file in kept] == [b"first", b"second"]


def test_files_of_a_stack_with_a_similar_name_are_not_used(files: StateFiles) -> None:
    state_of(files).write_bytes(b"{")
    for name in ("s.json.x.json", "s2.json", "sxjson.bak"):
        (files.root / "stacks/p" / name).write_bytes(checkpoint("other", 59, "s2"))
    assert names(read_and_restore(files)[0]) == []


def test_a_full_disk_during_the_restore_changes_nothing(files: StateFiles) -> None:
    """A limit on the size of files stands for a full disk: with both, a write ends in the middle."""
    state_of(files).write_bytes(checkpoint("state", 30)[:-3])
    (files.root / "stacks/p/s.json.bak").write_bytes(checkpoint("backup", 20))
    before = {file: file.read_bytes() for file in files.root.rglob("*") if file.is_file()}
    program = f"""
import resource
from pathlib import Path
from adx_private_link.cli.errors import CommandError
from adx_private_link.cli.pulumi.recovery import read_state, restore, write_state
from adx_private_link.cli.pulumi.state_files import StateFiles
files = StateFiles(Path({str(files.root)!r}), "p", "s")
state, damaged = read_state("s", files)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
for work in (lambda: restore("s", files, damaged), lambda: write_state("s", files, state)):
    try:
        work()
    except CommandError as error:
        print("CommandError", error.message)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.count("CommandError") == 2, done.stdout
    assert done.stdout.count("cannot be written") == 2, done.stdout
    assert {file: file.read_bytes() for file in files.root.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize(
    "output",
    [
        "error: failed to load checkpoint: unsupported checkpoint version 99",
        "error: failed to load checkpoint: this stack's deployment needs support for the following features: x",
        "error: could not deserialize deployment: this stack's deployment version is too new",
    ],
)
def test_a_state_of_a_later_version_is_kept(files: StateFiles, monkeypatch: pytest.MonkeyPatch, output: str) -> None:
    """It is whole: a colleague with a later version of Pulumi wrote it."""
    state_of(files).write_bytes(checkpoint("state", 30).replace(b'"version":3', b'"version":99', 1))

    def export(_stack: PulumiStack) -> ExportedState:
        raise PulumiError(["pulumi", "stack", "export"], output)

    monkeypatch.setattr(PulumiStack, "export_state", export)
    for files_or_none in (files, None):
        with pytest.raises(CommandError, match="Update Pulumi") as error:
            read_state("s", files_or_none)
        assert "delete" not in error.value.message
        assert "repair" not in error.value.message


def test_a_damaged_state_in_the_cloud_is_restored_by_its_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets keep versions, which `repair` cannot read, so the error must not advise `repair`."""

    def export(_stack: PulumiStack) -> ExportedState:
        raise PulumiError(["pulumi"], "error: failed to load checkpoint: unexpected end of JSON input")

    monkeypatch.setattr(PulumiStack, "export_state", export)
    with pytest.raises(CommandError) as error:
        read_state("s", None)
    assert "earlier version" in error.value.message
    assert "`pulumi stack init s`" in error.value.message


def test_a_state_in_the_cloud_that_breaks_a_rule_is_repaired_by_pulumi(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pulumi stack export` exports it, and every other command rejects it."""
    resource = {"urn": "urn:pulumi:s::p::t::n", "type": "t", "parent": "urn of another"}
    broken = ExportedState.model_validate({"deployment": {"resources": [resource]}})

    def export(_stack: PulumiStack) -> ExportedState:
        return broken

    monkeypatch.setattr(PulumiStack, "export_state", export)
    with pytest.raises(CommandError, match=r"which is missing[\s\S]*`pulumi state repair --stack s`"):
        read_state("s", None)
