"""Starts of processes and imports: what a preview of one cluster takes before the graph is built."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from .figures import Figure, median, ratio
from .programs import library
from .progress import report_progress
from .stacks import Stack

_SDK = (
    "import pulumi, pulumi_azure_native; "
    "from pulumi_azure_native import authorization, kusto, network, privatedns, resources; "
    "network.PrivateLinkService, network.PrivateEndpoint, privatedns.PrivateZone, privatedns.VirtualNetworkLink, "
    "privatedns.PrivateRecordSet, resources.Deployment, pulumi_azure_native.Provider"
)
"""The imports of a program that creates the same resources with the SDK alone."""
_LIBRARY = (
    "import pulumi; from adx_private_link import AdxPrivateLink, PrivateDnsZone, read_facts, plan; "
    f"from adx_private_link.stack import load_settings, make_providers; {_SDK}"
)
_PYDANTIC_AND_YAML = "import pydantic, yaml"
_PYDANTIC_MODEL = "import yaml\nfrom pydantic import BaseModel\nclass A(BaseModel): x: int"


def measure_starts(runs: int) -> Iterator[Figure]:
    """The times of starts and imports, and ratios to those of the SDK and of pydantic alone."""
    project = Path(__file__).parents[1]
    check = [str(Path(sys.executable).with_name("adx-private-link")), "check", str(project / "Pulumi.dev.yaml")]
    commands = {
        "cli": ["pulumi", "version"],
        "python": [sys.executable, "-c", "pass"],
        "imports_of_the_sdk": [sys.executable, "-c", _SDK],
        "imports_with_ours": [sys.executable, "-c", _LIBRARY],
        "imports_of_pydantic_and_yaml": [sys.executable, "-c", _PYDANTIC_AND_YAML],
        "one_model_of_pydantic": [sys.executable, "-c", _PYDANTIC_MODEL],
        "check": check,
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    language_host = [Path(sys.executable).with_name("pulumi-language-python"), "127.0.0.1:9"]
    with tempfile.TemporaryDirectory() as directory:
        stack = Stack(Path(directory), library(), 1)
        provider = [next((stack.home.directory / "pulumi" / "plugins").glob("*/pulumi-resource-azure-native"))]
        times |= {name: [] for name in ("language_host", "provider", "preview", "program")}
        for run in range(runs):
            report_progress(f"starts and imports, {run + 1} of {runs}")
            for name, command in commands.items():
                times[name].append(_time_command(command))
            times["language_host"].append(_time_start(language_host))
            times["provider"].append(_time_start(provider))
            preview = stack.preview()
            times["preview"].append(preview.wall)
            # CPU time without the imports, because the engine and the provider work at the same time.
            times["program"].append(preview.program_cpu - times["imports_with_ours"][-1])
    for name, values in times.items():
        yield median(f"floor.{name}", values, "s")
    yield ratio("floor.imports", times["imports_with_ours"], times["imports_of_the_sdk"])
    yield ratio("floor.check_against_bare_imports", times["check"], times["imports_of_pydantic_and_yaml"])
    yield ratio("floor.check_against_one_model", times["check"], times["one_model_of_pydantic"])


def _time_command(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def _time_start(plugin: Sequence[str | Path]) -> float:
    """The time until a plugin prints its port and can be called."""
    started = time.perf_counter()
    process = subprocess.Popen(plugin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    process.stdout.readline()
    elapsed = time.perf_counter() - started
    process.kill()
    process.wait()
    return elapsed
