"""What a preview of one cluster spends where nothing of the graph is at work: starts and imports."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .figures import Figure, median, ratio
from .stacks import Stack

Say = Callable[[str], None]

_SDK = (
    "import pulumi, pulumi_azure_native; "
    "from pulumi_azure_native import authorization, kusto, network, privatedns, resources; "
    "network.PrivateLinkService, network.PrivateEndpoint, privatedns.PrivateZone, privatedns.VirtualNetworkLink, "
    "privatedns.PrivateRecordSet, resources.Deployment, pulumi_azure_native.Provider"
)
"""What a program needs of the SDK for the same resources."""
_OURS = (
    "import pulumi; from adx_private_link import AdxPrivateLink, PrivateDnsZone, read_facts, plan; "
    f"from adx_private_link.stack import load_settings, make_providers; {_SDK}"
)
_BARE = "import pydantic, yaml"
_ONE_MODEL = "import yaml\nfrom pydantic import BaseModel\nclass A(BaseModel): x: int"


def starts_and_imports(runs: int, say: Say) -> Iterator[Figure]:
    """Starts of processes, and imports of a program; ratios against what anybody needs."""
    project = Path(__file__).parents[1]
    check = [str(Path(sys.executable).with_name("adx-private-link")), "check", str(project / "Pulumi.dev.yaml")]
    commands = {
        "cli": ["pulumi", "version"],
        "python": [sys.executable, "-c", "pass"],
        "imports_of_the_sdk": [sys.executable, "-c", _SDK],
        "imports_with_ours": [sys.executable, "-c", _OURS],
        "imports_of_pydantic_and_yaml": [sys.executable, "-c", _BARE],
        "one_model_of_pydantic": [sys.executable, "-c", _ONE_MODEL],
        "check": check,
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    host = [Path(sys.executable).with_name("pulumi-language-python"), "127.0.0.1:9"]
    with tempfile.TemporaryDirectory() as directory:
        stack = Stack(Path(directory), "library", 1)
        provider = [next((stack.home.directory / "pulumi" / "plugins").glob("*/pulumi-resource-azure-native"))]
        taken |= {name: [] for name in ("language_host", "provider", "preview", "program")}
        for number in range(runs):
            say(f"starts and imports, {number + 1} of {runs}")
            for name, command in commands.items():
                taken[name].append(_seconds(command))
            taken["language_host"].append(_until_it_serves(host))
            taken["provider"].append(_until_it_serves(provider))
            whole = stack.preview()
            taken["preview"].append(whole.wall)
            # Without its imports; the engine and the provider work at the same time.
            taken["program"].append(whole.program_cpu - taken["imports_with_ours"][-1])
    for name, each in taken.items():
        yield median(f"floor.{name}", each, "s")
    yield ratio("floor.imports", taken["imports_with_ours"], taken["imports_of_the_sdk"])
    yield ratio("floor.check_against_bare_imports", taken["check"], taken["imports_of_pydantic_and_yaml"])
    yield ratio("floor.check_against_one_model", taken["check"], taken["one_model_of_pydantic"])


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def _until_it_serves(plugin: Sequence[str | Path]) -> float:
    """A plugin prints its port when it can be asked."""
    started = time.perf_counter()
    process = subprocess.Popen(plugin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    process.stdout.readline()
    taken = time.perf_counter() - started
    process.kill()
    process.wait()
    return taken
