"""
Whatever is left of a stack's files, the newest whole copy of its state takes the place of a damaged one.

A full disk cuts off state and backup at the same byte, a kill empties a file or its attributes, and people put an older
file, another stack's file or a directory there.
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

from .states import ATTRIBUTES, KINDS, WHOLE, checkpoint, heal, names, state_of


@pytest.mark.parametrize("state", KINDS)
def test_every_pair_of_state_and_backup_ends_in_the_newest_whole_copy(
    new_files: Callable[[], StateFiles], state: str
) -> None:
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
        healed, loss = heal(files)
        assert names(healed) == newest, kinds
        assert (loss is None) == (state in WHOLE), kinds
        again, loss = read_state("s", files)
        assert (names(again), loss) == (newest, None), kinds


def test_a_stack_without_any_trace_is_made_by_the_person_who_means_it(files: StateFiles) -> None:
    """The name may be misspelt. Once the stack is there, `repair` finds what Azure has of it."""
    with pytest.raises(CommandError, match=r"no stack named 's' found. .*`pulumi stack init s`"):
        read_state("s", files)


@pytest.mark.parametrize("backup", [*ATTRIBUTES])
@pytest.mark.parametrize("state", [*ATTRIBUTES])
def test_damaged_attributes_cost_nothing(files: StateFiles, state: str, backup: str) -> None:
    """Pulumi does not read the state beside them; the state itself is whole, and newer than its backup."""
    state_of(files).write_bytes(checkpoint("state", 30))
    ATTRIBUTES[state](Path(f"{state_of(files)}.attrs"), b"")
    (files.root / "stacks/p/s.json.bak").write_bytes(checkpoint("backup", 20))
    ATTRIBUTES[backup](files.root / "stacks/p/s.json.bak.attrs", b"")
    healed, loss = heal(files)
    assert names(healed) == ["state"]
    assert (loss is None) == (state in ("none", "whole"))
    assert read_state("s", files)[1] is None


@pytest.mark.parametrize("unreadable", ["stacks/p/s.json", "stacks/p/s.json.bak", "history/p/s/s-17.checkpoint.json"])
def test_what_may_be_whole_and_cannot_be_read_here_is_not_replaced(
    files: StateFiles, monkeypatch: pytest.MonkeyPatch, unreadable: str
) -> None:
    """The files of a colleague: an older copy in their place would lose what they have deployed."""
    state_of(files).write_bytes(b"{")
    (files.root / "backups/p/s/s.17.json").write_bytes(checkpoint("older", 10))
    file = files.root / unreadable
    file.write_bytes(checkpoint("theirs", 20))
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path == file:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(CommandError, match=r"cannot be read: Permission denied[\s\S]*Nothing has changed"):
        read_state("s", files)


def test_a_damaged_file_is_kept_beside_the_state_that_replaces_it(files: StateFiles) -> None:
    """People may find more in it; a second one does not overwrite the first."""
    (files.root / "history/p/s/s-17.checkpoint.json").write_bytes(checkpoint("history", 10))
    for content in (b"first", b"second"):
        state_of(files).write_bytes(content)
        heal(files)
    kept = sorted(files.root.glob("stacks/p/s.json.damaged*"))
    assert [each.read_bytes() for each in kept] == [b"first", b"second"]


def test_a_stack_whose_name_is_only_similar_is_not_touched(files: StateFiles) -> None:
    state_of(files).write_bytes(b"{")
    for name in ("s.json.x.json", "s2.json", "sxjson.bak"):
        (files.root / "stacks/p" / name).write_bytes(checkpoint("other", 59, "s2"))
    assert names(heal(files)[0]) == []


def test_a_full_disk_in_the_middle_of_the_restoring_changes_nothing(files: StateFiles) -> None:
    """The limit on the size of files stands for the disk: a write ends in the middle, as it does there."""
    state_of(files).write_bytes(checkpoint("state", 30)[:-3])
    (files.root / "stacks/p/s.json.bak").write_bytes(checkpoint("backup", 20))
    before = {each: each.read_bytes() for each in files.root.rglob("*") if each.is_file()}
    program = f"""
import resource
from pathlib import Path
from adx_private_link.cli.pulumi.recovery import read_state, restore, write_state
from adx_private_link.cli.pulumi.state_files import StateFiles
files = StateFiles(Path({str(files.root)!r}), "p", "s")
state, loss = read_state("s", files)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
for work in (lambda: restore("s", files, loss), lambda: write_state("s", files, state)):
    try:
        work()
    except Exception as error:
        print(type(error).__name__, error.message)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.count("CommandError") == 2, done.stdout
    assert done.stdout.count("cannot be written") == 2, done.stdout
    assert {each: each.read_bytes() for each in files.root.rglob("*") if each.is_file()} == before


@pytest.mark.parametrize(
    "said",
    [
        "error: failed to load checkpoint: unsupported checkpoint version 99",
        "error: failed to load checkpoint: this stack's deployment needs support for the following features: x",
        "error: could not deserialize deployment: this stack's deployment version is too new",
    ],
)
def test_a_state_of_a_later_pulumi_is_kept(files: StateFiles, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """It is whole: a colleague's newer Pulumi has written it."""
    state_of(files).write_bytes(checkpoint("state", 30).replace(b'"version":3', b'"version":99', 1))

    def export(_stack: PulumiStack) -> ExportedState:
        raise PulumiError(["pulumi", "stack", "export"], said)

    monkeypatch.setattr(PulumiStack, "export_state", export)
    for where in (files, None):
        with pytest.raises(CommandError, match="Update Pulumi") as refused:
            read_state("s", where)
        assert "delete" not in refused.value.message
        assert "repair" not in refused.value.message


def test_a_damaged_state_in_the_cloud_is_restored_where_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets keep versions; `repair` cannot read them, and must not send people to itself."""

    def export(_stack: PulumiStack) -> ExportedState:
        raise PulumiError(["pulumi"], "error: failed to load checkpoint: unexpected end of JSON input")

    monkeypatch.setattr(PulumiStack, "export_state", export)
    with pytest.raises(CommandError) as refused:
        read_state("s", None)
    assert "earlier version" in refused.value.message
    assert "`pulumi stack init s`" in refused.value.message


def test_a_state_in_the_cloud_that_breaks_a_rule_is_left_to_pulumi(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pulumi stack export` shows it; every other command refuses to use it."""
    resource = {"urn": "urn:pulumi:s::p::t::n", "type": "t", "parent": "urn of another"}
    broken = ExportedState.model_validate({"deployment": {"resources": [resource]}})

    def export(_stack: PulumiStack) -> ExportedState:
        return broken

    monkeypatch.setattr(PulumiStack, "export_state", export)
    with pytest.raises(CommandError, match=r"which is missing[\s\S]*`pulumi state repair --stack s`"):
        read_state("s", None)
