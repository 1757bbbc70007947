"""Resource ids: they are parsed once, and an invalid one is reported with an example."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from adx_private_link.resource_ids import ClusterId, LoadBalancerId, NetworkId, ResourceGroupId, ResourceId, SubnetId

from ..samples.building import GUEST, OWNER, cluster_id, network_id, subnet_id

KINDS: list[type[ResourceId]] = [ClusterId, LoadBalancerId, NetworkId, ResourceGroupId, SubnetId]

_groups = st.text(
    st.characters(codec="ascii", categories=["L", "N"], include_characters="-_.()"), min_size=1, max_size=90
)
_names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}", fullmatch=True)
_subscriptions = st.uuids().map(str)


def _text(kind: type[ResourceId], subscription: str, group: str, names: list[str]) -> str:
    provider = "".join(f"/providers/{namespace}" for namespace in kind.types[:1])
    pairs = "".join(f"/{type}/{name}" for type, name in zip(kind.types[1:], names, strict=True))
    return f"/subscriptions/{subscription}/resourceGroups/{group}{provider}{pairs}"


def _message(text: object, kind: type[ResourceId] = ClusterId) -> str:
    with pytest.raises(PydanticCustomError) as raised:
        kind.parse(text)
    return f"{raised.value.message()} -> {(raised.value.context or {})['remedy']}"


def test_an_id_is_parsed_into_its_parts() -> None:
    id = SubnetId.parse(subnet_id("analytics"))
    assert (id.subscription, id.resource_group, id.names) == (
        GUEST,
        "analytics",
        ("analytics-vnet", "clients"),
    )
    assert id.name == "clients"


def test_a_subnet_knows_its_network() -> None:
    assert SubnetId.parse(subnet_id("analytics")).network == NetworkId.parse(network_id("analytics"))


@given(st.data(), st.sampled_from(KINDS), _subscriptions, _groups)
def test_a_parsed_id_keeps_its_text(data: st.DataObject, kind: type[ResourceId], subscription: str, group: str) -> None:
    names = data.draw(st.lists(_names, min_size=len(kind.placeholders), max_size=len(kind.placeholders)))
    text = _text(kind, subscription, group, names)
    id = kind.parse(text)
    assert (str(id), id.subscription, id.resource_group, list(id.names)) == (
        text,
        subscription,
        group,
        names,
    )
    assert kind.parse(str(id)) == id


@given(st.sampled_from(KINDS), st.text())
def test_any_text_is_an_id_or_an_error_with_an_example(kind: type[ResourceId], text: str) -> None:
    try:
        id = kind.parse(text)
    except PydanticCustomError as error:
        remedy = (error.context or {})["remedy"]
    else:
        remedy = kind.example()
        assert kind.parse(str(id)) == id
    assert kind.example() in remedy


def test_azure_compares_ids_without_case_and_keeps_the_spelling() -> None:
    """The portal writes `Clusters`, the API writes `clusters`, and azure-native compares the letters of ids."""
    lower, portal = ClusterId.parse(cluster_id("MyADX").replace("/Clusters/", "/clusters/")), cluster_id("MyADX")
    assert ClusterId.parse(portal).key == lower.key
    assert str(ClusterId.parse(portal)) == portal
    assert ClusterId.parse(portal.upper()).subscription == OWNER


def test_subscriptions_are_compared_in_lower_case() -> None:
    """Providers are found by subscription, and two spellings would mean two providers."""
    id = ClusterId.parse(cluster_id("myadx", "ABCDEF00-1111-1111-1111-111111111111"))
    assert id.subscription == "abcdef00-1111-1111-1111-111111111111"


def test_white_space_and_a_final_slash_are_removed() -> None:
    assert str(ClusterId.parse(f"  {cluster_id('myadx')}/\n")) == cluster_id("myadx")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(network_id("analytics"), id="another type"),
        pytest.param(cluster_id("myadx") + "/databases/db", id="a child"),
        pytest.param(cluster_id("myadx").rsplit("/", 1)[0], id="no name"),
        pytest.param(cluster_id("myadx").removeprefix("/"), id="no slash in front"),
        pytest.param(f"/subscriptions/{OWNER}", id="a subscription"),
        pytest.param("https://portal.azure.com/#resource" + cluster_id("myadx"), id="the portal's address"),
        pytest.param(cluster_id("myadx").replace("resourceGroups", "resourceGroup"), id="a misspelt word"),
        pytest.param("myadx", id="only the name"),
        pytest.param("", id="nothing"),
        pytest.param(None, id="null"),
        pytest.param(17, id="a number"),
        pytest.param([cluster_id("myadx")], id="a list"),
    ],
)
def test_anything_else_is_an_error_with_an_example(text: object) -> None:
    assert _message(text) == (
        "is not the resource id of an Azure Data Explorer cluster -> write /subscriptions/<subscription>/"
        "resourceGroups/<resource group>/providers/Microsoft.Kusto/clusters/<cluster>"
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(cluster_id("myadx", subscription=""), id="subscription"),
        pytest.param(cluster_id("myadx", group=""), id="resource group"),
        pytest.param(subnet_id("analytics").replace("analytics-vnet", ""), id="network"),
    ],
)
def test_an_id_with_an_empty_part_is_an_error(text: str) -> None:
    """`/subscriptions/${SUBSCRIPTION}/…` becomes such an id when the variable is not set."""
    kind = SubnetId if "subnets" in text else ClusterId
    assert "is not the resource id" in _message(text, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_an_error_is_a_valid_id(kind: type[ResourceId]) -> None:
    example = re.sub(r"<.*?>", "name", kind.example().replace("<subscription>", OWNER))
    assert kind.parse(example).subscription == OWNER
    assert kind.kind.split()[0] in ("a", "an")


def test_pydantic_accepts_ids_and_writes_them_as_text() -> None:
    """Programs pass ids that are parsed already, and settings are written as text."""
    adapter = TypeAdapter(ClusterId)
    id = ClusterId.parse(cluster_id("myadx"))
    assert adapter.validate_python(id) is id
    assert adapter.dump_python(id, mode="json") == cluster_id("myadx")
    assert adapter.json_schema()["type"] == "string"
    with pytest.raises(ValidationError):
        adapter.validate_python(NetworkId.parse(network_id("analytics")))


def test_the_example_of_an_error_itself_is_not_an_id() -> None:
    """A remedy that is pasted with its `<subscription>` must not be accepted."""
    with pytest.raises(PydanticCustomError):
        SubnetId.parse(SubnetId.example())
