"""The trial in a real subscription, run in the sandbox: the same program has to pass there."""

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
from tests.loading import load_module

from .repository import EXAMPLES, PROJECT

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout after one run of the trial."""
    directory = tmp_path_factory.mktemp("live")
    shutil.copytree(EXAMPLES / "live", directory / "examples" / "live", ignore=shutil.ignore_patterns("Pulumi.*.yaml"))
    shutil.copy(PROJECT / "__main__.py", directory)
    home = SandboxHome(directory / ".sandbox")
    home.reset(None)
    before = home.azure.list()
    command = ["python", "examples/live", "--yes", "--subscription", SUBSCRIPTION, "--write", ".live/sandbox.json"]
    command += ["--secrets-provider", SECRETS_PROVIDER]
    completed = subprocess.run(
        command, cwd=directory, env=environment(home), capture_output=True, text=True, check=False
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    assert "Destroying everything" in completed.stdout
    assert home.azure.list() == before
    return directory


def test_the_answers_are_kept_without_ids_of_the_subscription(checkout: Path) -> None:
    """The file is compared with another run, and may be published."""
    answers = json.loads((checkout / ".live" / "sandbox.json").read_text())
    kinds = {name.split()[0] for name in answers}
    assert {"VirtualNetwork", "LoadBalancer", "PrivateLinkService", "PrivateEndpoint", "PrivateRecordSet"} <= kinds
    [connection] = answers["PrivateEndpoint live.two.engine"]["manualPrivateLinkServiceConnections"]
    assert connection["privateLinkServiceConnectionState"]["status"] == "Approved"
    text = json.dumps(answers)
    assert SUBSCRIPTION not in text, "a kept answer must not name the subscription"


def test_differences_between_azure_and_the_sandbox_are_listed(checkout: Path) -> None:
    """Each difference is a rule that the sandbox lacks or has wrong."""
    answers = load_module(EXAMPLES / "live" / "answers.py")
    sandbox = json.loads((checkout / ".live" / "sandbox.json").read_text())
    assert list(answers.find_differences(sandbox, sandbox)) == []
    azure = deepcopy(sandbox)
    azure["PrivateEndpoint live.one.engine"]["customDnsConfigs"] = [{"fqdn": "x"}]
    azure["PrivateEndpoint live.one.engine"]["ipVersionType"] = "IPv4"
    rows = {
        (resource.split()[0], path): (ours, theirs)
        for resource, path, ours, theirs in answers.find_differences(azure, sandbox)
    }
    assert rows["PrivateEndpoint", "ipVersionType"] == ('"IPv4"', "(nothing)")
    assert rows["PrivateEndpoint", "customDnsConfigs"] == ('[{"fqdn": "x"}]', "[]")


def test_the_trial_asks_before_it_creates_anything(tmp_path: Path) -> None:
    """The trial costs money."""
    home = SandboxHome(tmp_path / ".sandbox")
    command = ["python", str(EXAMPLES / "live"), "--subscription", SUBSCRIPTION]
    completed = subprocess.run(
        command, cwd=tmp_path, env=environment(home), input="n\n", capture_output=True, text=True, check=False
    )
    assert completed.returncode == 1
    assert "0.04 USD an hour" in completed.stdout
    assert SUBSCRIPTION in completed.stdout
    assert not (tmp_path / ".live").exists()


def test_the_trial_needs_a_subscription() -> None:
    """Without one it could create objects in the default subscription of a login."""
    completed = subprocess.run(["make", "live"], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert completed.returncode == 2
    assert "SUBSCRIPTION is not set. Run: make live SUBSCRIPTION=..." in completed.stderr
