"""
Installs Pulumi's hosts of YAML, Node.js and Go, and the generator of SDKs into a folder of programs.

They are for tests of programs in other languages. They are built from the Go modules that are pinned in `yaml-host/`
and `node-and-go-hosts/`, and kept in the engine's cache. If `pulumi` is on PATH outside the folder, its own hosts are
used, and the generator alone is linked.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from install import (
    ENGINE,
    InstallError,
    cached,
    checksum_of_pins,
    describe_pulumi_on_path,
    go_build,
    link,
    platform_name,
    print_escaped,
    usable_go,
)

GENERATOR = "generate-sdks"
HOSTS = ("pulumi-language-go", "pulumi-language-nodejs", "pulumi-language-yaml")

YAML_HOST = ENGINE / "yaml-host"
NODE_AND_GO_HOSTS = ENGINE / "node-and-go-hosts"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_PACKAGES = {
    "pulumi-language-yaml": (YAML_HOST, "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"),
    GENERATOR: (YAML_HOST, f"./{GENERATOR}"),
    "pulumi-language-nodejs": (NODE_AND_GO_HOSTS, f"{_SDK}/nodejs/cmd/pulumi-language-nodejs"),
    "pulumi-language-go": (NODE_AND_GO_HOSTS, f"{_SDK}/go/pulumi-language-go"),
}
"""The module and the package of each program."""


def main() -> int:
    """Runs the command. Returns its exit code."""
    parser = argparse.ArgumentParser(description="Install Pulumi's hosts of other languages into a folder of programs.")
    parser.add_argument("--bin", type=Path, required=True, metavar="DIR", help="the virtual environment's bin folder")
    folder: Path = parser.parse_args().bin
    try:
        hosts = cached(hosts_key(), tuple(_PACKAGES), build)
        own = () if describe_pulumi_on_path(folder) else HOSTS
        link(hosts, (GENERATOR, *own), folder)
    except (InstallError, OSError) as error:
        print_escaped(f"Error: {error}", sys.stderr)
        return 1
    print_escaped(f"engine: {', '.join((GENERATOR, *own))}, linked into {folder}")
    return 0


def hosts_key() -> str:
    """The name of the cached hosts: their platform, and a checksum of all pins."""
    pins = [folder / name for folder in (YAML_HOST, NODE_AND_GO_HOSTS) for name in ("go.mod", "go.sum")]
    return f"hosts-{platform_name()}-{checksum_of_pins([*pins, YAML_HOST / GENERATOR / 'main.go'])}"


def build(folder: Path, scratch: Path) -> None:
    """Builds all programs."""
    go = usable_go(scratch)
    print_escaped(f"engine: building Pulumi's hosts of other languages with {go}")
    for program, (module, package) in _PACKAGES.items():
        go_build(go, module, package, folder / program, "-ldflags", "-s -w")


if __name__ == "__main__":
    sys.exit(main())
