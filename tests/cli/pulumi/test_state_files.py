"""
Whatever is left of a stack's files, the newest whole copy of its state takes the place of a damaged one.

A full disk cuts off state and backup at the same byte, a kill empties a file or its attributes, and people put an older
file, another stack's file or a directory there.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adx_private_link.cli.commands import access, repair
from adx_private_link.cli.pulumi import backend as stack_backend
from adx_private_link.cli.pulumi.backend import Loss, StateOf, cancel_dead_locks, dead_locks, read_state, restore
from adx_private_link.cli.pulumi.run import PulumiError
from adx_private_link.cli.pulumi.state import Backup, Checkpoint, Deployment
from adx_private_link.cli.pulumi.state_files import Copy, Files

VERSION = "v3.259.0"
MAGIC = hashlib.sha256(VERSION.encode()).hexdigest()
Maker = Callable[[Path, bytes], object]


def checkpoint(tag: str, minute: int, stack: str = "s", **more: object) -> bytes:
    """A state with one resource, as Pulumi 3.259 writes it."""
    urn = f"urn:pulumi:{stack}::p::pulumi:pulumi:Stack::{tag}"
    latest = {
        "manifest": {"time": f"2026-11-28T19:{minute:02}:36.123456789Z", "magic": MAGIC, "version": VERSION},
        "resources": [{"urn": urn, "custom": False, "type": "pulumi:pulumi:Stack"}],
        "metadata": {},
        **more,
    }
    content = {"version": 3, "checkpoint": {"stack": f"organization/p/{stack}", "latest": latest}}
    return json.dumps(content, separators=(",", ":")).encode()


def nothing(_file: Path, _content: bytes) -> None:
    """Missing."""


def link(file: Path, content: bytes) -> None:
    """To a file that is kept elsewhere."""
    elsewhere = file.parents[2] / f"of-{file.name}"
    elsewhere.write_bytes(content)
    file.symlink_to(elsewhere)


KINDS: dict[str, Maker] = {
    "whole": Path.write_bytes,
    "link": link,
    "gzip": lambda file, content: file.write_bytes(gzip.compress(content)),
    "cut off": lambda file, content: file.write_bytes(content[: len(content) // 2]),
    "cut off gzip": lambda file, content: file.write_bytes(gzip.compress(content)[:-9]),
    "empty": lambda file, _: file.write_bytes(b""),
    "zeros": lambda file, content: file.write_bytes(bytes(len(content))),
    "other JSON": lambda file, _: file.write_text('{"name": "web", "version": 3}'),
    "no resources": lambda file, _: file.write_text('{"version": 3, "checkpoint": {"stack": "organization/p/s"}}'),
    "an export": lambda file, _: file.write_text('{"version": 3, "deployment": {"manifest": {}}}'),
    "deep JSON": lambda file, _: file.write_text("[" * 100_000),
    "breaks a rule": lambda file, content: file.write_bytes(content.replace(b'"custom"', b'"parent":"urn","custom"')),
    "another stack": lambda file, _: file.write_bytes(checkpoint("theirs", 59, "other")),
    "directory": lambda file, _: file.mkdir(),
    "dangling link": lambda file, _: file.symlink_to(file.with_name("nowhere")),
    "link to itself": lambda file, _: file.symlink_to(file),
    "pipe": lambda file, _: os.mkfifo(file),
    "missing": nothing,
}
WHOLE = {"whole", "gzip", "link"}
ATTRIBUTES: dict[str, Maker] = {
    "none": nothing,
    "whole": lambda file, _: file.write_text('{"user.content_type":"text/plain","user.metadata":null,"md5":"eHg="}'),
    "empty": lambda file, _: file.write_bytes(b""),
    "cut off": lambda file, _: file.write_text('{"user.cache'),
    "other JSON": lambda file, _: file.write_text('{"user.metadata": 5}'),
    "directory": lambda file, _: file.mkdir(),
}


@pytest.fixture
def new_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Files]:
    """The files of a stack that Pulumi reads from then on."""
    numbers = itertools.count()

    def make() -> Files:
        made = Files(tmp_path / str(next(numbers)) / ".pulumi", "p", "s")
        for each in ("stacks/p", "history/p/s", "backups/p/s", "locks/organization/p/s"):
            (made.root / each).mkdir(parents=True)

        def export(_stack: StateOf) -> Checkpoint:
            """As Pulumi reads it, which must be able to."""
            found = made.read(made.state)
            if not isinstance(found, Copy):
                raise PulumiError(["pulumi"], "error: no stack named 's' found")
            assert made.damage() is None
            return found.state

        monkeypatch.setattr(StateOf, "read", export)
        return made

    return make


@pytest.fixture
def files(new_files: Callable[[], Files]) -> Files:
    return new_files()


def state_of(files: Files) -> Path:
    return files.root / "stacks" / "p" / "s.json"


def names(state: Checkpoint) -> list[str]:
    return [each.urn.rsplit("::", 1)[1] for each in state.deployment.resources]


def whole_copies(files: Files) -> set[str]:
    """What every readable file says, set aside or not."""
    found = [files.read(each) for each in files.root.rglob("*") if each.is_file()]
    return {name for each in found if isinstance(each, Copy) for name in names(each.state)}


def heal(files: Files) -> tuple[Checkpoint, Loss | None]:
    state, loss = read_state("s", files)
    if loss:
        before = whole_copies(files)
        restore("s", files, loss)
        assert whole_copies(files) >= before
    return state, loss


@pytest.mark.parametrize("state", KINDS)
def test_every_pair_of_state_and_backup_ends_in_the_newest_whole_copy(
    new_files: Callable[[], Files], state: str
) -> None:
    for backup, history in itertools.product(KINDS, ("whole", "cut off")):
        files = new_files()
        KINDS[state](state_of(files), checkpoint("state", 30))
        KINDS[backup](files.root / "stacks/p/s.json.bak", checkpoint("backup", 20))
        KINDS[history](files.root / "history/p/s/s-17.checkpoint.json", checkpoint("history", 10))
        kinds = {"state": state, "backup": backup, "history": history}
        newest = [name for name, kind in kinds.items() if kind in WHOLE][:1]
        if state == "breaks a rule" and not newest:
            with pytest.raises(click.ClickException, match="`pulumi state repair --stack s`"):
                read_state("s", files)
            state_of(files).rename(files.root / "away")
        healed, loss = heal(files)
        assert names(healed) == newest, kinds
        assert (loss is None) == (state in WHOLE), kinds
        again, loss = read_state("s", files)
        assert (names(again), loss) == (newest, None), kinds


def test_a_stack_without_any_trace_is_made_by_the_person_who_means_it(files: Files) -> None:
    """The name may be misspelt. Once the stack is there, `repair` finds what Azure has of it."""
    with pytest.raises(click.ClickException, match=r"no stack named 's' found. .*`pulumi stack init s`"):
        read_state("s", files)


@pytest.mark.parametrize("backup", [*ATTRIBUTES])
@pytest.mark.parametrize("state", [*ATTRIBUTES])
def test_damaged_attributes_cost_nothing(files: Files, state: str, backup: str) -> None:
    """Pulumi does not read the state beside them; the state itself is whole, and newer than its backup."""
    state_of(files).write_bytes(checkpoint("state", 30))
    ATTRIBUTES[state](Path(f"{state_of(files)}.attrs"), b"")
    (files.root / "stacks/p/s.json.bak").write_bytes(checkpoint("backup", 20))
    ATTRIBUTES[backup](files.root / "stacks/p/s.json.bak.attrs", b"")
    healed, loss = heal(files)
    assert names(healed) == ["state"]
    assert (loss is None) == (state in ("none", "whole"))
    assert read_state("s", files)[1] is None


@given(cut=st.integers(0, 2000), compressed=st.booleans())
def test_wherever_it_is_cut_off_it_is_no_state(
    tmp_path_factory: pytest.TempPathFactory, cut: int, *, compressed: bool
) -> None:
    content = checkpoint("state", 30, padding="x" * 500)
    content = gzip.compress(content) if compressed else content
    file = tmp_path_factory.mktemp("cut") / "s.json"
    file.write_bytes(content[:cut])
    assert isinstance(Files(file.parent, "p", "s").read(file), Copy) == (cut >= len(content))


@pytest.mark.parametrize(
    ("time", "year"),
    [("2026-11-28T19:30:36.123456789+02:00", 2026), ("0001-01-01T00:00:00+02:00", 1), (7e99, 1), (None, 1)],
)
def test_the_time_of_a_state_may_be_anything(time: object, year: int) -> None:
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
def test_copies_are_found_wherever_pulumi_keeps_them(files: Files, name: str, *, is_a_copy: bool) -> None:
    """With `PULUMI_RETAIN_CHECKPOINTS`, with compression, and before and after each update."""
    state_of(files).write_bytes(b"{")
    content = checkpoint("copy", 10)
    (files.root / name).write_bytes(gzip.compress(content) if ".gz" in name else content)
    healed, _ = heal(files)
    assert names(healed) == (["copy"] if is_a_copy else [])


def test_the_newest_is_the_one_that_pulumi_wrote_last(files: Files) -> None:
    """After an update that ended, the history has the last state, and the backup the one before."""
    state_of(files).write_bytes(b"")
    (files.root / "stacks/p/s.json.bak").write_bytes(checkpoint("backup", 20))
    for minute in (9, 25, 10):
        (files.root / f"history/p/s/s-{minute:02}.checkpoint.json").write_bytes(checkpoint(f"history {minute}", minute))
    (files.root / "history/p/s/s-30.checkpoint.json").write_bytes(b"{")
    assert names(heal(files)[0]) == ["history 25"]


def test_pulumi_reads_the_compression_that_was_written_last(files: Files) -> None:
    plain, compressed = state_of(files), Path(f"{state_of(files)}.gz")
    plain.write_bytes(checkpoint("old", 10))
    compressed.write_bytes(gzip.compress(checkpoint("new", 20))[:-9])
    os.utime(plain, (1, 1))
    healed, loss = heal(files)
    assert loss
    assert loss.damage.file == compressed
    assert names(healed) == ["old"]
    assert read_state("s", files)[1] is None


@pytest.mark.parametrize("unreadable", ["stacks/p/s.json", "stacks/p/s.json.bak", "history/p/s/s-17.checkpoint.json"])
def test_what_may_be_whole_and_cannot_be_read_here_is_not_replaced(
    files: Files, monkeypatch: pytest.MonkeyPatch, unreadable: str
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
    with pytest.raises(click.ClickException, match=r"cannot be read: Permission denied[\s\S]*Nothing has changed"):
        read_state("s", files)


def test_a_damaged_file_is_kept_beside_the_state_that_replaces_it(files: Files) -> None:
    """People may find more in it; a second one does not overwrite the first."""
    (files.root / "history/p/s/s-17.checkpoint.json").write_bytes(checkpoint("history", 10))
    for content in (b"first", b"second"):
        state_of(files).write_bytes(content)
        heal(files)
    kept = sorted(files.root.glob("stacks/p/s.json.damaged*"))
    assert [each.read_bytes() for each in kept] == [b"first", b"second"]


def test_a_stack_whose_name_is_only_similar_is_not_touched(files: Files) -> None:
    state_of(files).write_bytes(b"{")
    for name in ("s.json.x.json", "s2.json", "sxjson.bak"):
        (files.root / "stacks/p" / name).write_bytes(checkpoint("other", 59, "s2"))
    assert names(heal(files)[0]) == []


def test_a_full_disk_in_the_middle_of_the_restoring_changes_nothing(files: Files) -> None:
    """The limit on the size of files stands for the disk: a write ends in the middle, as it does there."""
    state_of(files).write_bytes(checkpoint("state", 30)[:-3])
    (files.root / "stacks/p/s.json.bak").write_bytes(checkpoint("backup", 20))
    before = {each: each.read_bytes() for each in files.root.rglob("*") if each.is_file()}
    program = f"""
import resource
from pathlib import Path
from adx_private_link.cli.pulumi.backend import read_state, restore, write_state
from adx_private_link.cli.pulumi.state_files import Files
files = Files(Path({str(files.root)!r}), "p", "s")
state, loss = read_state("s", files)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
for work in (lambda: restore("s", files, loss), lambda: write_state("s", files, state)):
    try:
        work()
    except Exception as error:
        print(type(error).__name__, error.message)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.count("ClickException") == 2, done.stdout
    assert done.stdout.count("cannot be written") == 2, done.stdout
    assert {each: each.read_bytes() for each in files.root.rglob("*") if each.is_file()} == before


@pytest.mark.parametrize(
    ("address", "directory"),
    [
        ("file://~", "/home/ann"),
        ("file://~/state", "/home/ann/state"),
        ("file:///srv/with%20blank?metadata=skip", "/srv/with blank"),
        ("file://./state", "state"),
        ("https://api.pulumi.com/ann", None),
    ],
)
def test_the_files_are_where_pulumi_has_them(
    address: str, directory: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`pulumi whoami` shows the address as it was written."""

    def whoami(*_: str) -> str:
        return json.dumps({"url": address})

    (tmp_path / "Pulumi.yaml").write_text("name: p")
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setattr(stack_backend, "project_file", lambda: tmp_path / "Pulumi.yaml")
    monkeypatch.setattr(stack_backend, "pulumi", whoami)
    monkeypatch.chdir(tmp_path)
    for name in ("s", "organization/s", "organization/p/s"):
        found = stack_backend.files_of(name)
        assert found == (directory and Files(Path(tmp_path, directory, ".pulumi"), "p", "s"))
    other = stack_backend.files_of("organization/other/s")
    assert other is None or other.project == "other"


def test_every_command_that_meets_a_damaged_state_names_the_one_that_restores_it() -> None:
    damaged = PulumiError(
        ["pulumi", "stack", "export"], "error: failed to load checkpoint: unexpected end of JSON input"
    )
    assert "run `adx-private-link repair`" in damaged.message
    breaks_rule = PulumiError(["pulumi", "import"], "error: snapshot integrity failure; refusing to use it: child …")
    assert "run `adx-private-link repair`" in breaks_rule.message
    assert "repair" not in PulumiError(["pulumi"], "error: no stack named 's' found").message


@pytest.mark.parametrize(
    "said",
    [
        "error: failed to load checkpoint: unsupported checkpoint version 99",
        "error: failed to load checkpoint: this stack's deployment needs support for the following features: x",
        "error: could not deserialize deployment: this stack's deployment version is too new",
    ],
)
def test_a_state_of_a_later_pulumi_is_kept(files: Files, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """It is whole: a colleague's newer Pulumi has written it."""
    state_of(files).write_bytes(checkpoint("state", 30).replace(b'"version":3', b'"version":99', 1))

    def export(_stack: StateOf) -> Checkpoint:
        raise PulumiError(["pulumi", "stack", "export"], said)

    monkeypatch.setattr(StateOf, "read", export)
    for where in (files, None):
        with pytest.raises(click.ClickException, match="update Pulumi") as refused:
            read_state("s", where)
        assert "delete" not in refused.value.message
        assert "repair" not in refused.value.message


@pytest.mark.parametrize(
    "answer", ["", "null", "[]", '{"deployment": 0, "steps": 1}', '{"steps": 1}\n{"steps": 2}', "[" * 9999]
)
def test_an_answer_that_is_not_understood_names_its_command(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`PULUMI_ENABLE_STREAMING_JSON_PREVIEW`, for one, makes lines of what was one answer."""

    def pulumi(*_: str, **__: object) -> str:
        return answer

    monkeypatch.setattr(stack_backend, "pulumi", pulumi)
    with pytest.raises(click.ClickException, match="`pulumi stack export` has answered"):
        StateOf("s").read()
    with pytest.raises(click.ClickException, match="`pulumi preview --json` has answered"):
        StateOf("s").preview()


@pytest.mark.parametrize("answer", ["", "null", '[{"kind": 5}]', None])
def test_a_damaged_history_hides_only_the_time(answer: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """`access` shows the outputs of a state that is whole."""

    def pulumi(*_: str) -> str:
        if answer is None:
            raise PulumiError(["pulumi"], "error: reading history file: unexpected end of JSON input")
        return answer

    monkeypatch.setattr(access, "pulumi", pulumi)
    assert access._last_update("s") == "last updated"  # pyright: ignore[reportPrivateUsage]


def test_a_damaged_state_in_the_cloud_is_restored_where_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets keep versions; `repair` cannot read them, and must not send people to itself."""

    def export(_stack: StateOf) -> Checkpoint:
        raise PulumiError(["pulumi"], "error: failed to load checkpoint: unexpected end of JSON input")

    monkeypatch.setattr(StateOf, "read", export)
    with pytest.raises(click.ClickException) as refused:
        read_state("s", None)
    assert "earlier version" in refused.value.message
    assert "`pulumi stack init s`" in refused.value.message


def test_a_state_in_the_cloud_that_breaks_a_rule_is_left_to_pulumi(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pulumi stack export` shows it; every other command refuses to use it."""
    resource = {"urn": "urn:pulumi:s::p::t::n", "type": "t", "parent": "urn of another"}
    broken = Checkpoint.model_validate({"deployment": {"resources": [resource]}})

    def export(_stack: StateOf) -> Checkpoint:
        return broken

    monkeypatch.setattr(StateOf, "read", export)
    with pytest.raises(click.ClickException, match=r"which is missing[\s\S]*`pulumi state repair --stack s`"):
        read_state("s", None)


def test_a_state_that_pulumi_rejects_is_not_forced_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulumi itself proposes `--force`, after which no command uses the state any more."""

    def reject(*_: str, **__: object) -> str:
        said = """error: 2 errors occurred:
    1) resource 'urn' is from a different stack (other != s)
    2) importing this file could be dangerous; rerun with --force to proceed anyway"""
        raise PulumiError(["pulumi", "stack", "import"], said)

    monkeypatch.setattr(stack_backend, "pulumi", reject)
    with pytest.raises(click.ClickException) as refused:
        StateOf("s").write(Checkpoint(deployment=Deployment()))
    assert "from a different stack" in refused.value.message
    assert "`pulumi state repair --stack s`" in refused.value.message
    assert "--force" not in refused.value.message


def _in_project(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (directory / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    monkeypatch.chdir(directory)


def test_a_copy_is_written_as_pulumi_would_write_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _in_project(tmp_path, monkeypatch)
    content = checkpoint("one", 1, secrets_providers={"type": "passphrase", "state": {"salt": "v1:x"}})
    state = Backup.model_validate_json(content).exported()
    with stack_backend.copy_of("organization/p/s", state) as copy:
        copy.write(state)
        assert copy.files.state.parts[-3:] == ("stacks", "p", "s.json")
        assert json.loads(copy.files.state.read_bytes()) == {**json.loads(content), "features": []}
        assert copy.read() == state
        later = state.with_resources([])
        copy.write(later)
        assert copy.read() == later
    assert not copy.files.root.exists()


def test_a_copy_breaks_no_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulumi would say so of every command that uses the copy, and advise a repair, which this is."""
    _in_project(tmp_path, monkeypatch)
    resource = {"urn": "urn:pulumi:s::p::t::n", "type": "t", "parent": "urn of another"}
    broken = Checkpoint.model_validate({"version": 3, "deployment": {"resources": [resource]}})
    with (
        pytest.raises(click.ClickException, match=r"which is missing[\s\S]*`pulumi state repair --stack s`"),
        stack_backend.copy_of("s", broken),
    ):
        pass


def test_locks_of_all_kinds_are_read_and_deleted(files: Files) -> None:
    """Pulumi takes every file in that directory for a lock, and no directory."""
    directory = files.root / "locks/organization/p/s"
    contents = {
        "empty.json": b"",
        "cut.json": b'{"pid": 1, "us',
        "other.json": b"[1]",
        "types.json": b'{"pid": "x", "hostname": 5}',
        "large.json": b'{"pid": 1e300}',
        "negative.json": b'{"pid": -1}',
        "deep.json": b"[" * 100_000,
        "escape.json": b'{"username": "\\u001b[31m"}',
        "not-json": b"\xff",
        "empty.json.attrs": b"",
    }
    for name, content in contents.items():
        (directory / name).write_bytes(content)
    (directory / "directory.json").mkdir()
    (directory / "link.json").symlink_to("nowhere")
    os.mkfifo(directory / "pipe.json")
    locks = dead_locks("s", files)
    assert len(locks) == len(contents) - 1 + 2
    assert all(str(each).isprintable() for each in locks.values())
    assert cancel_dead_locks("s", files)
    assert [each.name for each in directory.iterdir()] == ["directory.json"]
    assert dead_locks("s", files) == {}


def test_a_lock_says_what_can_be_read_of_it(files: Files) -> None:
    """An operator has to find the process, and the file of each lock."""
    directory = files.root / "locks/organization/p/s"
    known = {"pid": 7, "username": "ann", "hostname": "build\x1b[31m", "timestamp": "2026-11-28T19:30:36Z"}
    (directory / "a.json").write_text(json.dumps(known))
    (directory / "b.json").write_text(json.dumps({**known, "pid": "x", "hostname": platform.node()}))
    (directory / "c.json").write_text("")
    locks = dead_locks("s", files)
    empty = Checkpoint(deployment=Deployment())
    found = [row[1] for row in repair._rows(repair._Findings(empty, None, locks, empty))]  # pyright: ignore[reportPrivateUsage]
    assert found[0] == f"held by ann@build\\x1b[31m (pid 7) since {known['timestamp']}\n{directory / 'a.json'}"
    assert found[1].startswith(f"held by ann@{platform.node()} (pid 0) since 2026")
    assert found[2].endswith(f"since an unknown time\n{directory / 'c.json'}")
    assert not locks[directory / "b.json"].is_of_this_machine, "without its process it may still run"


def test_a_lock_that_cannot_be_deleted_is_named(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = files.root / "locks/organization/p/s/a.json"
    lock.write_bytes(b"")

    def refuse(path: Path, *, missing_ok: bool = False) -> None:  # noqa: ARG001 - the signature of `unlink`
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(click.ClickException, match=r"a\.json: Permission denied"):
        cancel_dead_locks("s", files)
