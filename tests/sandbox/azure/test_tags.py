"""Tags that Azure Resource Manager and private DNS accept, reject and drop."""

from __future__ import annotations

import pytest

from azure_sandbox.azure import AzureError, Json, tags
from azure_sandbox.azure.bodies import CANNOT_PARSE
from azure_sandbox.azure.errors import Rejection

from ..rule_marks import holds, rejected
from ..small_world import CONSUMER, OWNER_NETWORK, SERVICE, ZONE, SandboxCloud, a_record, link, network, service, zone

GROUP = network(CONSUMER, "applicationSecurityGroups", "group")
LINK = f"{ZONE}/virtualNetworkLinks/link"


def numbered(count: int) -> dict[str, str]:
    return {f"tag{number}": "value" for number in range(count)}


@pytest.mark.parametrize(
    ("rule", "requested"),
    [
        *(
            rejected(tags.RESERVED_CHARACTERS, {f"a{character}b": ""}, id=f"{character!r}")
            for character in "<>%&\\?/\n"
        ),
        rejected(tags.NAME_TOO_LONG, {"n" * 513: ""}, id="a long name"),
        rejected(tags.VALUE_TOO_LONG, {"name": "v" * 257}, id="a long value"),
        rejected(tags.TOO_MANY, numbered(51), id="too many"),
        rejected(CANNOT_PARSE, ["name"], id="a list"),
        rejected(CANNOT_PARSE, {"name": 1}, id="a number"),
    ],
)
def test_invalid_tags_are_rejected(cloud: SandboxCloud, rule: Rejection, requested: Json) -> None:
    """The tags of a company come from one variable: all types reject the same tags."""
    for id, body in (
        (GROUP, {"location": "westus"}),
        (SERVICE, service()),
        (ZONE, zone()),
        (CONSUMER, {"location": "westus"}),
    ):
        with cloud.rejects(rule.code, rule.status):
            cloud.put(id, {**body, "tags": requested})


def test_the_error_names_the_tags(cloud: SandboxCloud) -> None:
    with pytest.raises(AzureError, match=r"The tag names 'a/b, c\?' have reserved characters"):
        cloud.put(GROUP, {"location": "westus", "tags": {"a/b": "", "ok": "", "c?": ""}})


def test_tags_of_azures_portal_are_kept(cloud: SandboxCloud) -> None:
    """Application Insights links resources with them, and templates repeat them."""
    requested = {f"hidden-link:{GROUP}": "Resource"}
    assert cloud.put(GROUP, {"location": "westus", "tags": requested})["tags"] == requested
    with cloud.rejects(tags.RESERVED_CHARACTERS.code, tags.RESERVED_CHARACTERS.status):
        cloud.put(GROUP, {"location": "westus", "tags": {"hidden-link:\n": ""}})


def test_tags_up_to_the_limits_are_accepted(cloud: SandboxCloud) -> None:
    requested = {**numbered(48), "n" * 512: "v" * 256, "Größe (1)": "a:b <c>"}
    assert cloud.put(GROUP, {"location": "westus", "tags": requested})["tags"] == requested


@holds(tags.ONE_SPELLING)
def test_names_that_differ_in_case_are_one_tag(cloud: SandboxCloud) -> None:
    """With a stack's `owner` beside a company's `Owner`, the next preview would miss one of them."""
    for id, body in ((GROUP, {"location": "westus"}), (ZONE, zone())):
        assert cloud.put(id, {**body, "tags": {"Owner": "one", "owner": "two"}})["tags"] == {"Owner": "two"}


@holds(tags.DNS_TAGS)
@pytest.mark.parametrize(
    "requested",
    [numbered(16), {"1st": ""}, {"Größe": ""}, {"tag (new)": "", "(new)": ""}, {"": ""}],
    ids=["too many", "a digit first", "another script", "parentheses", "no name"],
)
def test_private_dns_rejects_more_tags(cloud: SandboxCloud, requested: Json) -> None:
    """A company's sixteenth tag fails on private DNS, which accepts 15."""
    cloud.put(GROUP, {"location": "westus", "tags": {name: value for name, value in requested.items() if name}})
    with cloud.rejects("BadRequest"):
        cloud.put(ZONE, zone(tags=requested))
    cloud.put(ZONE, zone(tags=numbered(15)))
    with cloud.rejects("BadRequest"):
        cloud.put(LINK, {**link(OWNER_NETWORK), "tags": requested})
    with pytest.raises(AzureError, match="A maximum of 15 tags are allowed with keys") as error:
        cloud.put(f"{ZONE}/A/host", a_record("10.3.0.4", metadata=requested))
    assert (error.value.status, error.value.wrapped) == (400, False)


@holds(tags.DNS_DROPS)
def test_private_dns_silently_drops_tags(cloud: SandboxCloud) -> None:
    """A company's `cost:center` is missing on private DNS: each refresh finds a difference."""
    requested = {"cost:center": "1", "cost center": "2", "cost.center-3_": "a:b c"}
    assert cloud.put(GROUP, {"location": "westus", "tags": requested})["tags"] == requested
    kept = {"cost.center-3_": "a:b c"}
    assert cloud.put(ZONE, zone(tags=requested))["tags"] == kept
    assert cloud.put(LINK, {**link(OWNER_NETWORK), "tags": requested})["tags"] == kept
    assert cloud.put(f"{ZONE}/A/host", a_record("10.3.0.4", metadata=requested))["properties"]["metadata"] == kept
