"""
Stacks as an earlier version of the library deployed them, to be opened with this one.

`python -m tests.stack.recordings` records them again with the installed library. Each release does so for the version
that follows it.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from azure_sandbox.azure.store import SCHEMA, VERSION
from azure_sandbox.azure.type_names import CLUSTERS
from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import Stack
from tests.examples.repository import EXAMPLES

from .harness import PROJECT, copy_program, expect_success

RECORDED = Path(__file__).parent / "recorded"
_PROJECT_NAME = "adx-private-link"


@dataclass(frozen=True)
class Recording:
    """An Azure, and the stacks that are deployed in it."""

    name: str
    world: Path
    stacks: tuple[str, ...]
    """In the order of deployment. A stack appears twice if it also has to follow another one."""
    sources: dict[str, Path]
    """The stack files, by stack."""

    @property
    def directory(self) -> Path:
        return RECORDED / self.name


_HAND_OVER = EXAMPLES / "hand_over"
_BOTH_KINDS = EXAMPLES / "both_kinds"
RECORDINGS = (
    Recording(
        "both_kinds",
        _BOTH_KINDS / "world.yaml",
        ("example",),
        {"example": _BOTH_KINDS / "Pulumi.example.yaml"},
    ),
    Recording(
        "everything",
        EXAMPLES / "everything" / "world.yaml",
        ("example",),
        {"example": EXAMPLES / "everything" / "Pulumi.example.yaml"},
    ),
    Recording(
        "hand_over",
        _HAND_OVER / "world.yaml",
        ("owner", "partner", "owner", "partner"),
        {name: _HAND_OVER / name / f"Pulumi.{name}.yaml" for name in ("owner", "partner")},
    ),
)


def open_recording(recording: Recording, directory: Path) -> list[Stack]:
    """Restore the stacks of a recording in a directory of their own, as the earlier version left them."""
    home = _restore_sandbox(recording, directory)
    stacks = list(dict.fromkeys(recording.stacks))
    for name in stacks:
        shutil.copy(recording.directory / f"Pulumi.{name}.yaml", directory)
    return [Stack(directory, home, name) for name in stacks]


def _restore_sandbox(recording: Recording, directory: Path) -> SandboxHome:
    directory.mkdir(parents=True)
    copy_program(PROJECT, directory)
    home = SandboxHome(directory / ".sandbox")
    home.directory.mkdir()
    present = SandboxHome(directory / ".present")
    present.reset(recording.world)
    with closing(sqlite3.connect(home.state)) as state:
        state.executescript((recording.directory / "azure.sql").read_text())
        # The present version of the sandbox may have more tables, and stores more properties of a cluster.
        state.executescript(f"{SCHEMA}PRAGMA user_version = {VERSION};")
        state.execute("ATTACH ? AS present", (str(present.state),))
        state.execute(
            "UPDATE resources SET body = now.body FROM present.resources AS now WHERE now.key = resources.key "
            "AND now.type = ?",
            (CLUSTERS.lower(),),
        )
        state.commit()
    states = home.state_of(_PROJECT_NAME, "any").parent
    states.mkdir(parents=True)
    (states.parents[1] / "meta.yaml").write_text("version: 1\n")
    for file in recording.directory.glob("*.json"):
        shutil.copy(file, states)
    return home


def record(recording: Recording) -> None:
    """Deploy the stacks of a recording, and write down their states and the sandbox's."""
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        copy_program(PROJECT, directory)
        home = SandboxHome(directory / ".sandbox")
        home.reset(recording.world)
        stacks = {name: Stack(directory, home, name) for name in recording.stacks}
        for name, stack in stacks.items():
            content = recording.sources[name].read_text()
            content = re.sub(r"^encryptionsalt: .*\n", "", content, flags=re.MULTILINE)
            # The two stacks of a recording have one backend, so the hand-over needs no file.
            content = re.sub(r"file: \S+", f"stack: organization/{_PROJECT_NAME}/owner", content)
            (directory / f"Pulumi.{name}.yaml").write_text(content)
            stack.init()
        for name in recording.stacks:
            expect_success(stacks[name].up())
        shutil.rmtree(recording.directory, ignore_errors=True)
        recording.directory.mkdir(parents=True)
        for name in stacks:
            shutil.copy(directory / f"Pulumi.{name}.yaml", recording.directory)
            state = json.loads(home.state_of(_PROJECT_NAME, name).read_text())
            for resource in state["checkpoint"]["latest"]["resources"]:
                # These two say where on this machine the program registered it.
                resource.pop("sourcePosition", None)
                resource.pop("stackTrace", None)
            (recording.directory / f"{name}.json").write_text(json.dumps(state, indent=1) + "\n")
        with closing(sqlite3.connect(home.state)) as state:
            state.execute("DELETE FROM calls")
            state.commit()
            [(version,)] = state.execute("PRAGMA user_version")
            lines = [*state.iterdump(), f"PRAGMA user_version = {version};"]
            (recording.directory / "azure.sql").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    for recording in RECORDINGS:
        record(recording)
