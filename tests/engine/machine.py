"""A machine of fake programs, on which the engine is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from engine import install as installer

PULUMI = f"#!/bin/sh\necho v{installer.PINNED}\n"


GO = """#!/bin/sh
echo "$*" >> "{log}"
case "$*" in
  "list -m") echo adx-private-link/engine/cli ;;
  "list -m -f"*) shift 4; for module; do echo "{sdk}"; done ;;
  build*)
    {while_building}
    until [ "$1" = -o ]; do shift; done
    printf '{pulumi}' > "$2"
    /bin/chmod +x "$2"
    ;;
esac
"""


# The command, with another release server. It hears Ctrl-C even if the tests run in the background and ignore it.
COMMAND = """
import signal, sys
from engine import install
install.RELEASE = sys.argv.pop(1)
signal.signal(signal.SIGTERM, install.interrupt)
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(install.main())
"""


@dataclass
class Machine:
    """A machine with nothing on PATH, an empty cache, and a virtual environment for the engine."""

    root: Path

    @property
    def bin(self) -> Path:
        return self.root / "venv" / "bin"

    @property
    def programs(self) -> Path:
        return self.root / "programs"

    @property
    def cached(self) -> list[Path]:
        """The entries of the cache, without lock files."""
        return [entry for entry in self.root.glob("cache/engine/*") if entry.suffix != ".lock"]

    @property
    def go_calls(self) -> list[str]:
        log = self.root / "go.log"
        return log.read_text().splitlines() if log.exists() else []

    def add_program(self, name: str, script: str, folder: Path | None = None) -> Path:
        program = (folder or self.programs) / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(script)
        program.chmod(0o755)
        return program

    def add_pulumi(self, version: str, folder: Path | None = None) -> Path:
        self.add_program("pulumi-language-python", "", folder)
        return self.add_program("pulumi", f"#!/bin/sh\necho {version}\n", folder)

    def go_script(self, while_building: str = ":") -> str:
        script = self.root / "sdk" / "python" / "cmd" / "pulumi-language-python-exec"
        if not script.exists():
            script.parent.mkdir(parents=True)
            script.write_text("# from the SDK\n")
            script.chmod(0o444)
            for edit in installer.read_edits():
                edited = self.root / "sdk" / edit.file
                edited.parent.mkdir(parents=True, exist_ok=True)
                content = edited.read_text() if edited.exists() else ""
                edited.write_text(content if edit.text in content else content + edit.text)
        shell_text = PULUMI.replace("\n", "\\n")
        return GO.format(
            log=self.root / "go.log", sdk=self.root / "sdk", while_building=while_building, pulumi=shell_text
        )

    def add_go(self, while_building: str = ":") -> None:
        self.add_program("go", self.go_script(while_building))

    def install(self) -> int:
        return installer.main(["--bin", str(self.bin)])

    def start_install(self) -> subprocess.Popen[str]:
        """Install in another process, which can be killed."""
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, installer.RELEASE, f"--bin={self.bin}"],
            cwd=installer.ENGINE.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def assert_installed(self) -> None:
        [engine] = self.cached
        for program in installer.PROGRAMS:
            link = self.bin / program
            assert link.readlink() == engine / program
            assert os.access(link, os.X_OK)
        assert subprocess.check_output([self.bin / "pulumi", "version"], text=True) == f"v{installer.PINNED}\n"

    def assert_nothing_installed(self) -> None:
        assert self.cached == []
        assert not list(self.bin.glob("*"))
