"""Programs in TypeScript, by the generated SDK, compiled and packed as it is published."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .conftest import Example, run
from .deploying import check_example


@pytest.fixture(scope="module")
def installed(checkout: Path) -> Path:
    """The example's folder with its packages: what `make sdks` and the guide's commands do."""
    sdks, folder = checkout / "sdks", checkout / "examples" / "typescript"
    run(["npm", "ci", "--no-audit", "--no-fund"], sdks)
    run(["node_modules/.bin/tsc", "--project", "nodejs"], sdks)
    for name in ("package.json", "README.md"):
        shutil.copy(sdks / "nodejs" / name, sdks / "nodejs" / "bin")
    [packed] = run(["npm", "pack", "--silent", "./nodejs/bin"], sdks).splitlines()
    run(["npm", "ci", "--no-audit", "--no-fund"], folder)
    run(["npm", "install", "--no-audit", "--no-fund", "--no-save", str(sdks / packed)], folder)
    return folder


def test_the_example_is_deployed_twice_and_destroyed(example: Example, installed: Path) -> None:
    """Readers copy an example and expect that it works as it is."""
    run(["node_modules/.bin/tsc"], installed)
    check_example(example("typescript"), {"newadx", "myadx"})


@pytest.mark.parametrize(
    ("right", "wrong", "error"),
    [
        ("subnetId:", "subnetid:", "'subnetid' does not exist in type"),
        ('storageZones: "made"', 'storageZones: "mad"', "'\"mad\"' is not assignable to type"),
        ('dns: { resourceGroup: "analytics", storageZones: "made" },', "", "Property 'dns' is missing"),
    ],
)
def test_the_compiler_rejects_wrong_settings(installed: Path, right: str, wrong: str, error: str) -> None:
    """Editors show it while a program is written."""
    program = (installed / "index.ts").read_text()
    assert right in program
    try:
        (installed / "index.ts").write_text(program.replace(right, wrong))
        with pytest.raises(AssertionError) as raised:
            run(["node_modules/.bin/tsc"], installed)
    finally:
        (installed / "index.ts").write_text(program)
    assert error in str(raised.value)
