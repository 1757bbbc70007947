"""What Azure would refuse in the middle of a deployment is refused before it begins, with the way out."""

from __future__ import annotations

import subprocess
from pathlib import Path

import yaml

from azure_sandbox.testing import environment

from .conftest import StackMaker
from .harness import COMMAND, Run, Stack
from .worlds import CLUSTER_ONE, GUARDED_SUBNET, OUTSIDE_NETWORK, RED, RED_NETWORK, TWO_BY_TWO, everybody, one_and_red


def refused(stack: Stack) -> Run:
    """A preview and an update that both refuse, and a world that stays as it was."""
    before = stack.world()
    preview, done = stack.preview(), stack.up()
    for run in (preview, done):
        assert run.exit_code != 0
        assert "Traceback" not in run.output
    assert stack.world() == before
    return preview


def test_wrong_settings_are_told_all_at_once_with_path_and_remedy(new_stack: StackMaker) -> None:
    """Whoever writes five mistakes wants one list, not five previews."""
    stack = new_stack(TWO_BY_TWO)
    stack.configure(
        clusters={"one": {"id": "one"}, "two": {"id": CLUSTER_ONE, "tagz": {}}},
        consumers={"red": {"dns": {"resource_group": "red"}}},
        consumer={},
    )
    told = refused(stack).output
    for path, remedy in (
        ("adx-private-link:clusters.one.id = 'one'", "write /subscriptions/<subscription>/resourceGroups/"),
        ("adx-private-link:clusters.two.tagz", "did you mean `tags`?"),
        ("adx-private-link:consumers.red.subnet_id", "write it: Subnet of the private endpoints."),
        ("adx-private-link:consumer\n", "did you mean `consumers`?"),
    ):
        assert path in told
        assert remedy in told
    assert "4 problems" in told


def test_what_does_not_fit_azure_is_told_before_anything_is_made(new_stack: StackMaker) -> None:
    """A NAT subnet with its policies on, a cluster that is not there, two consumers writing one record."""
    stack = new_stack(TWO_BY_TWO)
    settings = everybody()
    settings["clusters"]["one"]["nat"] = {"subnet_id": GUARDED_SUBNET}
    settings["clusters"]["three"] = {"id": CLUSTER_ONE.replace("/adxone", "/adxthree")}
    settings["consumers"]["blue"]["clusters"] = ["one", "four"]
    settings["consumers"]["pink"] = {
        "subnet_id": f"{OUTSIDE_NETWORK}/subnets/clients",
        "dns": {"resource_group": "red", "links": {}},
    }
    settings["consumers"]["blue"]["dns"]["resource_group"] = "dnz"
    stack.configure(**settings)
    told = refused(stack).output
    for path, remedy in (
        ("adx-private-link:clusters.one.nat.subnet_id", "--disable-private-link-service-network-policies true"),
        ("adx-private-link:clusters.three.id", "the object must exist before the update"),
        ("adx-private-link:consumers.blue.clusters.1 = 'four'", "write one of: one, three, two"),
        ("adx-private-link:consumers.red.dns\n", "give each its own `resource_group`"),
        ("adx-private-link:consumers.blue.dns.resource_group = 'dnz'", "does not exist in Azure"),
    ):
        assert path in told
        assert remedy in told


def test_a_setting_that_is_stored_as_a_secret_is_refused(new_stack: StackMaker) -> None:
    """A preview, and the state, would have it in plain."""
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
    for told in (refused(stack).output, adopt.stderr):
        assert "1 problem in the settings" in told
        assert network in told
        assert "is encrypted" in told
        assert "no setting is a secret: write it in plain" in told
        assert RED_NETWORK not in told
    assert adopt.returncode == 2


def test_a_missing_section_is_told(new_stack: StackMaker) -> None:
    """A stack without consumers is a mistake, unless `consumers: {}` says that it is none."""
    stack = new_stack(TWO_BY_TWO)
    stack.configure(clusters=one_and_red()["clusters"])
    assert "adx-private-link:consumers\n    is missing\n" in refused(stack).output
    stack.configure(clusters=one_and_red()["clusters"], consumers={})
    preview = stack.preview()
    assert preview.succeeded, preview.output
    assert sum("PrivateLinkService" in each for each in preview.operations) == 2
    assert not any("PrivateEndpoint" in each for each in preview.operations)


def test_a_missing_right_is_told_with_the_object_and_the_next_step(new_stack: StackMaker, tmp_path: Path) -> None:
    """The pipeline's identity may read the consumer's subscription, and not write there."""
    reading = {"scope": RED.rsplit("/", 2)[0], "actions": ["*/read"]}
    rights = [reading, {"scope": CLUSTER_ONE.split("/resourceGroups")[0]}]
    world = tmp_path / "world.yaml"
    world.write_text(yaml.safe_dump({**yaml.safe_load(TWO_BY_TWO.read_text()), "rights": rights}, sort_keys=False))
    stack = new_stack(world)
    stack.configure(**one_and_red())
    told = stack.up().output
    assert "create failed. Next: grant the missing right to the identity that runs this" in told
    assert "Microsoft.Network/privateDnsZones/write" in told
    assert "privatelink.westus.kusto.windows.net@red" in told

    # What cannot even be read is told before anything is made, by its setting.
    before = stack.world()
    world.write_text(yaml.safe_dump({**yaml.safe_load(TWO_BY_TWO.read_text()), "rights": rights[1:]}, sort_keys=False))
    blind = Stack(tmp_path / "blind", world)
    blind.configure(**one_and_red())
    told = blind.preview().output
    assert "adx-private-link:consumers.red.subnet_id" in told
    assert "log in with an identity that has the Reader role there" in told
    assert stack.world() == before
