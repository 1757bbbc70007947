"""The copies of a state in a backend of files: which of them are whole, and which is the newest."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.cli.pulumi.recovery import read_state
from adx_private_link.cli.pulumi.state import Deployment
from adx_private_link.cli.pulumi.state_copies import WholeCopy, read_copy
from adx_private_link.cli.pulumi.state_files import StateFiles

from .states import checkpoint, names, read_and_restore, state_of


@given(cut=st.integers(0, 2000), compressed=st.booleans())
def test_a_state_that_is_cut_off_anywhere_is_not_whole(
    tmp_path_factory: pytest.TempPathFactory, cut: int, *, compressed: bool
) -> None:
    content = checkpoint("state", 30, padding="x" * 500)
    content = gzip.compress(content) if compressed else content
    file = tmp_path_factory.mktemp("cut") / "s.json"
    file.write_bytes(content[:cut])
    assert isinstance(read_copy(StateFiles(file.parent, "p", "s"), file), WholeCopy) == (cut >= len(content))


@pytest.mark.parametrize(
    ("time", "year"),
    [("2026-11-28T19:30:36.123456789+02:00", 2026), ("0001-01-01T00:00:00+02:00", 1), (7e99, 1), (None, 1)],
)
def test_a_state_with_an_invalid_time_is_the_oldest(time: object, year: int) -> None:
    deployment = Deployment.model_validate({"manifest": {"time": time}})
    assert deployment.written.year == year


@pytest.mark.parametrize(
    ("name", "is_a_copy"),
    [
        ("history/p/s/s-17.checkpoint.json", True),
        ("history/p/s/s-17.checkpoint.json.gz", True),
        ("history/p/s/s-17.history.json", False),
        ("backups/p/s/s.17.json", True),
        ("stacks/p/s.json.17", True),
        ("stacks/p/s.json.gz.bak", True),
        ("stacks/p/s.json.gz.17", True),
        ("stacks/p/s2.json.bak", False),
    ],
)
def test_copies_are_found_in_all_places_in_which_pulumi_keeps_them(
    files: StateFiles, name: str, *, is_a_copy: bool
) -> None:
    """Pulumi copies before and after updates, compresses, and retains checkpoints (`PULUMI_RETAIN_CHECKPOINTS`)."""
    state_of(files).write_bytes(b"{")
    content = checkpoint("copy", 10)
    (files.root / name).write_bytes(gzip.compress(content) if ".gz" in name else content)
    restored, _ = read_and_restore(files)
    assert names(restored) == (["copy"] if is_a_copy else [])


def test_the_newest_copy_is_the_one_that_pulumi_wrote_last(files: StateFiles) -> None:
    """After an update, the history has the new state and the backup has the previous one."""
    state_of(files).write_bytes(b"")
    (files.root / "stacks/p/s.json.bak").write_bytes(checkpoint("backup", 20))
    for minute in (9, 25, 10):
        (files.root / f"history/p/s/s-{minute:02}.checkpoint.json").write_bytes(checkpoint(f"history {minute}", minute))
    (files.root / "history/p/s/s-30.checkpoint.json").write_bytes(b"{")
    assert names(read_and_restore(files)[0]) == ["history 25"]


def test_pulumi_reads_the_compression_that_was_written_last(files: StateFiles) -> None:
    plain, compressed = state_of(files), Path(f"{state_of(files)}.gz")
    plain.write_bytes(checkpoint("old", 10))
    compressed.write_bytes(gzip.compress(checkpoint("new", 20))[:-9])
    os.utime(plain, (1, 1))
    restored, damaged = read_and_restore(files)
    assert damaged
    assert damaged.damage.file == compressed
    assert names(restored) == ["old"]
    assert read_state("s", files)[1] is None
