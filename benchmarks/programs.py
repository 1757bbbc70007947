"""The programs that are compared: the library's in several forms, and two by hand."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .worlds import Kind

_PROJECT = Path(__file__).parents[1]
_PREVIOUS = "2409e5e4bfb45111f12a119a4c1bfc7c836d563c"
"""The commit of the previous version: the last one before the costs of the SDK were left out."""
_BY_HAND: Mapping[Kind, Path] = {
    "injected": Path(__file__).parent / "flat",
    "native": Path(__file__).parent / "flat_native",
}


@dataclass(frozen=True)
class Program:
    """A Pulumi program for the clusters and networks of the benchmarks."""

    name: str
    main: str
    """The content of `__main__.py`."""
    settings: Mapping[str, object] = field(default_factory=dict[str, object])
    """What is configured beside clusters and consumers."""
    commit: str | None = None
    """The commit of the library that it uses. Default: the library of this checkout."""

    def write(self, directory: Path) -> None:
        """Write the program into a directory, with the library of its commit beside it."""
        (directory / "Pulumi.yaml").write_text("name: adx-private-link\nruntime: python\n")
        (directory / "__main__.py").write_text(self.main)
        if self.commit:
            archive = _git("archive", self.commit, "adx_private_link")
            subprocess.run(["tar", "--extract"], cwd=directory, input=archive, check=True)


def library() -> Program:
    """The program of this project."""
    return Program("library", (_PROJECT / "__main__.py").read_text())


def component() -> Program:
    """A program that imports the component, and leaves the SDK as it is."""
    main, call = library().main, "leave_out_sdk_costs()\n"
    assert main.count(call) == 1, "the program of this project has another call"
    return Program("component", main.replace(call, ""))


def previous() -> Program:
    """The program of this project in its previous version."""
    return Program("previous", _git("show", f"{_PREVIOUS}:__main__.py").decode(), commit=_PREVIOUS)


def by_hand(kind: Kind) -> Program:
    """The same resources by hand."""
    return Program("by_hand", (_BY_HAND[kind] / "__main__.py").read_text())


def without_aliases(kind: Kind) -> Program:
    """The same by hand without the aliases for old API versions, which is what an expert writes who knows the trick."""
    return Program("without_aliases", by_hand(kind).main, {"without_aliases": True})


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=_PROJECT, check=True, capture_output=True).stdout
