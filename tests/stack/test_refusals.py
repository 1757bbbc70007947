"""Previews report what Azure would reject in the middle of an update, each problem with its remedy."""

from __future__ import annotations

import subprocess
from pathlib import Path

import yaml

from azure_sandbox import testing
from azure_sandbox.testing import environment

from .conftest import StackMaker
from .harness import COMMAND, Run, Stack
from .worlds import CLUSTER_ONE, GUARDED_SUBNET, OUTSIDE_NETWORK, RED, RED_NETWORK, TWO_BY_TWO, one_and_red, two_by_two


def expect_failure(stack: testing.Stack) -> Run:
    """Return a preview that fails, after checking that the update fails too and that Azure stays as it was."""
    before = stack.world()
    preview, update = stack.preview(), stack.up()
    for run in (preview, update):
        assert run.exit_code != 0
        assert "Traceback" not in run.output
    assert stack.world() == before
    return preview


def test_all_wrong_settings_are_reported_at_once_with_path_and_remedy(new_stack: StackMaker) -> None:
    """Four mistakes need one list, not four previews."""
    stack = new_stack(TWO_BY_TWO)
    stack.configure(
        clusters={"one": {"id": "one"}, "two": {"id": CLUSTER_ONE, "tagz": {}}},
        consumers={"red": {"dns": {"resource_group": "red"}}},
        consumer={},
    )
    output = expect_failure(stack).output
    for path, remedy in (
        ("adx-private-link:clusters.one.id = 'one'", "write /subscriptions/<subscription>/resourceGroups/"),
        ("adx-private-link:clusters.two.tagz", "did you mean `tags`?"),
        ("adx-private-link:consumers.red.subnet_id", "write it. Subnet of the private endpoints."),
        ("adx-private-link:consumer\n", "did you mean `consumers`?"),
    ):
        assert path in output
        assert remedy in output
    assert "4 problems" in output


def test_conflicts_with_azure_are_reported_before_anything_is_created(new_stack: StackMaker) -> None:
    """Examples are a NAT subnet with network policies, a missing cluster, and two consumers that write one record."""
    stack = new_stack(TWO_BY_TWO)
    settings = two_by_two()
    settings["clusters"]["one"]["nat"] = {"subnet_id": GUARDED_SUBNET}
    settings["clusters"]["three"] = {"id": CLUSTER_ONE.replace("/adxone", "/adxthree")}
    settings["consumers"]["blue"]["clusters"] = ["one", "four"]
    settings["consumers"]["pink"] = {
        "subnet_id": f"{OUTSIDE_NETWORK}/subnets/clients",
        "dns": {"resource_group": "red", "links": {}},
    }
    settings["consumers"]["blue"]["dns"]["resource_group"] = "dnz"
    stack.configure(**settings)
    output = expect_failure(stack).output
    for path, remedy in (
        ("adx-private-link:clusters.one.nat.subnet_id", "--disable-private-link-service-network-policies true"),
        ("adx-private-link:clusters.three.id", "the object must exist before the update"),
        ("adx-private-link:consumers.blue.clusters.1 = 'four'", "write one of: one, three, two"),
        ("adx-private-link:consumers.red.dns\n", "give each its own `resource_group`"),
        ("adx-private-link:consumers.blue.dns.resource_group = 'dnz'", "does not exist in Azure"),
    ):
        assert path in output
        assert remedy in output


def test_a_setting_that_is_stored_as_a_secret_is_reported(new_stack: StackMaker) -> None:
    """Previews and the state would contain it as plain text."""
    stack = new_stack(TWO_BY_TWO)
    stack.configure(**one_and_red())
    network = "adx-private-link:consumers.red.subnet_id"
    stack.pulumi("config", "set", "--secret", "--path", network, f"{RED_NETWORK}/subnets/clients")
    adopt = subprocess.run(
        [*COMMAND, "adopt", "--stack", stack.name, "--yes"],
        cwd=stack.directory,
        env=environment(stack.home),
        capture_output=True,
        text=True,
        check=False,
    )
    for output in (expect_failure(stack).output, adopt.stderr):
        assert "1 problem in the settings" in output
        assert network in output
        assert "is encrypted" in output
        assert "no setting is a secret: write it in plain" in output
        assert RED_NETWORK not in output
    assert adopt.returncode == 2


def test_a_missing_section_is_reported(new_stack: StackMaker) -> None:
    """A stack without consumers is a mistake, unless its settings say `consumers: {}`."""
    stack = new_stack(TWO_BY_TWO)
    stack.configure(clusters=one_and_red()["clusters"])
    assert "adx-private-link:consumers\n    is missing\n" in expect_failure(stack).output
    stack.configure(clusters=one_and_red()["clusters"], consumers={})
    preview = stack.preview()
    assert preview.succeeded, preview.output
    assert sum("PrivateLinkService" in operation for operation in preview.operations) == 2
    assert not any("PrivateEndpoint" in operation for operation in preview.operations)


def test_a_missing_right_is_reported_with_the_object_and_the_next_step(new_stack: StackMaker, tmp_path: Path) -> None:
    """The pipeline's identity can read the consumer's subscription, but not write to it."""
    read_only = {"scope": RED.rsplit("/", 2)[0], "actions": ["*/read"]}
    rights = [read_only, {"scope": CLUSTER_ONE.split("/resourceGroups")[0]}]
    world = tmp_path / "world.yaml"
    world.write_text(yaml.safe_dump({**yaml.safe_load(TWO_BY_TWO.read_text()), "rights": rights}, sort_keys=False))
    stack = new_stack(world)
    stack.configure(**one_and_red())
    output = stack.up().output
    assert "create failed. Next: grant the missing right to the identity that runs this" in output
    assert "Microsoft.Network/privateDnsZones/write" in output
    assert "privatelink.westus.kusto.windows.net@red" in output

    # An object that cannot be read is reported by its setting, before anything is created.
    before = stack.world()
    world.write_text(yaml.safe_dump({**yaml.safe_load(TWO_BY_TWO.read_text()), "rights": rights[1:]}, sort_keys=False))
    blind = Stack(tmp_path / "blind", world)
    blind.configure(**one_and_red())
    output = blind.preview().output
    assert "adx-private-link:consumers.red.subnet_id" in output
    assert "log in with an identity that has the Reader role there" in output
    assert stack.world() == before
