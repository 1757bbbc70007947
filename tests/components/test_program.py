"""The project's own program, on the configuration of a stack."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from adx_private_link import SettingsError
from adx_private_link.outputs import ClustersOutput
from tests.samples.building import GUEST, OWNER, cluster, consumer

from . import objects
from .azure import Azure
from .programs import PROJECT, ZONE, Configure, stack_settings
from .registration import Graph, deploy, must_deploy


def _dev() -> dict[str, Any]:
    return yaml.safe_load((PROJECT / "Pulumi.dev.yaml").read_text())["config"]


def _kinds(graph: Graph) -> list[str]:
    return [each.label for each in graph if each.kind in ("AdxPrivateLink", "KustoPrivateDnsZone", "azure-native")]


@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
def test_the_example_stack(configured: Configure, *, preview: bool) -> None:
    """`make up` deploys it: a cluster, a consumer in another subscription, one provider for each."""
    graph = must_deploy(configured(_dev()), preview=preview)
    assert _kinds(graph) == [
        f"azure-native {OWNER}",
        f"azure-native {GUEST}",
        f"KustoPrivateDnsZone {ZONE}",
        "AdxPrivateLink myadx",
    ]
    assert len(graph.children) == 10


def test_providers_are_named_by_their_subscription(configured: Configure) -> None:
    """One that was re-used for another subscription would preview as a mere update."""
    graph = must_deploy(configured(_dev()))
    found = [each for each in graph if each.type == "pulumi:providers:azure-native"]
    assert [each.inputs["subscriptionId"] for each in found] == [each.name for each in found] == [OWNER, GUEST]


def test_the_stacks_output(configured: Configure) -> None:
    """Other tools read it: its shape stays."""
    result = must_deploy(configured(_dev())).result
    assert list(result) == ["clusters"]
    endpoint = objects.id_of(GUEST, "analytics", "Microsoft.Network/privateEndpoints/pe-myadx")
    service = objects.id_of(OWNER, "adx", "Microsoft.Network/privateLinkServices/pls-myadx")
    assert result["clusters"] == {
        "myadx": {
            "zone": "privatelink.westus.kusto.windows.net",
            "services": {
                role: {"id": f"{service}-{role}", "alias": objects.alias(f"pls-myadx-{role}")}
                for role in ("engine", "ingestion")
            },
            "endpoints": {
                "analytics": {
                    "engine": {
                        "id": f"{endpoint}-engine-analytics",
                        "connection_state": "Approved",
                        "hosts": {"myadx.westus.kusto.windows.net": ["10.3.0.5"]},
                    },
                    "ingestion": {
                        "id": f"{endpoint}-ingestion-analytics",
                        "connection_state": "Approved",
                        "hosts": {"ingest-myadx.westus.kusto.windows.net": ["10.3.0.6"]},
                    },
                }
            },
        }
    }


def test_the_output_is_what_the_command_reads(configured: Configure) -> None:
    result = must_deploy(configured(_dev())).result["clusters"]
    assert ClustersOutput.model_validate(result).model_dump() == result


_TWO: dict[str, Any] = {
    "clusters": {"one": cluster("one"), "two": cluster("two")},
    "consumers": {"analytics": consumer("analytics"), "other": consumer("other", clusters=["two"])},
}


def test_the_order_of_settings_changes_nothing(configured: Configure) -> None:
    shuffled = {part: dict(reversed(list(each.items()))) for part, each in reversed(list(_TWO.items()))}
    first = must_deploy(configured(stack_settings(**_TWO)))
    second = must_deploy(configured(stack_settings(**shuffled)))
    assert {(each.type, each.name, each.parent): each.inputs for each in first} == {
        (each.type, each.name, each.parent): each.inputs for each in second
    }


def test_a_consumer_of_some_clusters(configured: Configure) -> None:
    given = {**_TWO, "consumers": {"other": consumer("other", clusters=["one", "two"])}}
    graph = must_deploy(configured(stack_settings(**given)))
    assert len(graph.of("PrivateEndpoint")) == 4


def test_facts_are_read_once_for_the_whole_stack(configured: Configure) -> None:
    """And a load balancer that is internal is found under its other name."""
    graph = must_deploy(configured(stack_settings(**_TWO)), Azure(missing={"kucompute-two-elb"}))
    read = [arguments for call, arguments, _ in graph.azure.calls if call == "getLoadBalancer"]
    assert sorted(each["loadBalancerName"] for each in read) == [
        "kucompute-one-elb",
        "kucompute-two-elb",
        "kucompute-two-ilb",
        "kudatamgmt-one-elb",
        "kudatamgmt-two-elb",
    ]
    assert len([call for call, _, _ in graph.azure.calls if call == "getCluster"]) == 2
    [frontend] = graph["PrivateLinkService two.engine"].inputs["loadBalancerFrontendIpConfigurations"]
    assert "/kucompute-two-ilb/" in frontend["id"]


def _problems(graph: Graph) -> dict[str, str]:
    assert isinstance(graph.error, SettingsError), repr(graph.error)
    assert graph.children == []
    return {each.path: each.remedy for each in graph.error.problems}


def test_wrong_settings_are_told_with_the_configurations_paths(configured: Configure) -> None:
    given = stack_settings(clusters={"myadx": {"id": "myadx"}}, consumer={})
    found = _problems(deploy(configured(given)))
    assert {each.removeprefix("adx-private-link:") for each in found} == {"clusters.myadx.id", "consumer", "consumers"}
    assert "did you mean `consumers`?" in found["adx-private-link:consumer"]


def test_configuration_of_others_is_not_looked_at(configured: Configure) -> None:
    assert deploy(configured({**_dev(), "azure-native:location": "westus"})).error is None


def test_an_empty_configuration_is_told(configured: Configure) -> None:
    """The first thing that happens to somebody who writes `pulumi stack init prod` and then `pulumi up`."""
    assert set(_problems(deploy(configured({})))) == {"adx-private-link:clusters", "adx-private-link:consumers"}


def test_a_configuration_that_is_no_object_is_told(configured: Configure) -> None:
    """`pulumi config set clusters myadx`, where `--path` was forgotten."""
    found = _problems(deploy(configured({**_dev(), "adx-private-link:clusters": "myadx"})))
    assert set(found) == {"adx-private-link:clusters"}


def test_what_azure_would_refuse_is_told_with_the_configurations_paths(configured: Configure) -> None:
    graph = deploy(configured(_dev()), Azure(missing={"myadx", "analytics-vnet"}))
    assert set(_problems(graph)) == {
        "adx-private-link:clusters.myadx.id",
        "adx-private-link:consumers.analytics.subnet_id",
    }
