"""The hosts of other languages, which tests of programs in these languages need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine import install as installer

INSTALL = Path(installer.__file__).with_name("install_hosts.py")

PULUMI = f"#!/bin/sh\necho v{installer.PINNED}\n"
GO = """#!/bin/sh
echo "$*" >> "{log}"
case "$*" in
  build*)
    until [ "$1" = -o ]; do shift; done
    printf '#!/bin/sh' > "$2"
    ;;
esac
"""


def install(root: Path, *, bin: str = "bin", fails: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command on a machine with a fake Go, and with what is in `programs` on PATH."""
    programs = root / "programs"
    programs.mkdir(exist_ok=True)
    go = programs / "go"
    go.write_text(GO.format(log=root / "go.log") + (f'case "$*" in *{fails}*) exit 1 ;; esac\n' if fails else ""))
    go.chmod(0o755)
    return subprocess.run(
        [sys.executable, str(INSTALL), "--bin", str(root / bin)],
        env={"PATH": f"{programs}:/usr/bin:/bin", "ADX_PRIVATE_LINK_CACHE": str(root / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )


def linked(root: Path, bin: str = "bin") -> set[str]:
    return {link.name for link in (root / bin).iterdir() if link.is_symlink()}


ALL = {"generate-sdks", "pulumi-language-go", "pulumi-language-nodejs", "pulumi-language-yaml"}


def test_the_hosts_are_built_once_for_all_checkouts(tmp_path: Path) -> None:
    """A build takes minutes."""
    assert install(tmp_path).returncode == 0
    builds = (tmp_path / "go.log").read_text().count("build -v")
    assert install(tmp_path, bin="other").returncode == 0
    assert linked(tmp_path) == linked(tmp_path, "other") == ALL
    assert (tmp_path / "go.log").read_text().count("build -v") == builds == len(ALL)


def test_a_pulumi_on_path_has_its_own_hosts(tmp_path: Path) -> None:
    """They fit its version; the generator does not come with it."""
    for name, script in (("pulumi", PULUMI), ("pulumi-language-python", "#!/bin/sh\n")):
        program = tmp_path / "programs" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(script)
        program.chmod(0o755)
    assert install(tmp_path).returncode == 0
    assert linked(tmp_path) == {"generate-sdks"}


@pytest.mark.parametrize("program", ["generate-sdks", "pulumi-language-go"])
def test_a_failed_build_is_an_error_without_a_traceback(tmp_path: Path, program: str) -> None:
    """A registry that is down: the next run starts again."""
    failed = install(tmp_path, fails=program)
    assert failed.returncode == 1
    assert "Error: `" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert not (tmp_path / "bin").exists()
    assert install(tmp_path).returncode == 0
    assert linked(tmp_path) == ALL
