"""The trial in a real subscription: here in the sandbox, where the same program has to go through."""

from __future__ import annotations

import json
import shutil
import subprocess
from copy import deepcopy
from pathlib import Path

import pytest

from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing import environment
from azure_sandbox.testing.secrets_provider import SECRETS_PROVIDER
from tests.loading import loaded

from .repository import EXAMPLES, PROJECT

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trial, gone through once."""
    directory = tmp_path_factory.mktemp("live")
    shutil.copytree(EXAMPLES / "live", directory / "examples" / "live", ignore=shutil.ignore_patterns("Pulumi.*.yaml"))
    shutil.copy(PROJECT / "__main__.py", directory)
    home = SandboxHome(directory / ".sandbox")
    home.reset(None)
    before = home.azure.list()
    command = ["python", "examples/live", "--yes", "--subscription", SUBSCRIPTION, "--write", ".live/sandbox.json"]
    command += ["--secrets-provider", SECRETS_PROVIDER]
    done = subprocess.run(command, cwd=directory, env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Destroying it all" in done.stdout
    assert home.azure.list() == before
    return directory


def test_what_was_answered_is_kept(checkout: Path) -> None:
    answers = json.loads((checkout / ".live" / "sandbox.json").read_text())
    kinds = {each.split()[0] for each in answers}
    assert {"VirtualNetwork", "LoadBalancer", "PrivateLinkService", "PrivateEndpoint", "PrivateRecordSet"} <= kinds
    [connection] = answers["PrivateEndpoint live.two.engine"]["manualPrivateLinkServiceConnections"]
    assert connection["privateLinkServiceConnectionState"]["status"] == "Approved"
    text = json.dumps(answers)
    assert SUBSCRIPTION not in text, "a kept answer must not tell whose it is"


def test_what_azure_answers_otherwise_is_told(checkout: Path) -> None:
    """Each difference is a rule that the sandbox lacks, or has wrong."""
    found = loaded(EXAMPLES / "live" / "answers.py")
    sandbox = json.loads((checkout / ".live" / "sandbox.json").read_text())
    assert list(found.differences(sandbox, sandbox)) == []
    azure = deepcopy(sandbox)
    azure["PrivateEndpoint live.one.engine"]["customDnsConfigs"] = [{"fqdn": "x"}]
    azure["PrivateEndpoint live.one.engine"]["ipVersionType"] = "IPv4"
    rows = {
        (resource.split()[0], path): (ours, theirs)
        for resource, path, ours, theirs in found.differences(azure, sandbox)
    }
    assert rows["PrivateEndpoint", "ipVersionType"] == ('"IPv4"', "(nothing)")
    assert rows["PrivateEndpoint", "customDnsConfigs"] == ('[{"fqdn": "x"}]', "[]")


def test_it_asks_before_it_costs_anything(tmp_path: Path) -> None:
    home = SandboxHome(tmp_path / ".sandbox")
    command = ["python", str(EXAMPLES / "live"), "--subscription", SUBSCRIPTION]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(home), input="n\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "0.04 USD an hour" in done.stdout
    assert SUBSCRIPTION in done.stdout
    assert not (tmp_path / ".live").exists()


def test_it_has_to_be_told_where() -> None:
    done = subprocess.run(["make", "live"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "SUBSCRIPTION is not set. Run: make live SUBSCRIPTION=..." in done.stderr
