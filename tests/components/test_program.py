"""The project's own program, run with the configuration of a stack."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from adx_private_link import SettingsError
from adx_private_link.outputs import ClustersOutput
from tests.samples.building import GUEST, OWNER, cluster, consumer
from tests.samples.native import STORAGE_ZONES

from . import objects
from .azure import Azure
from .programs import PROJECT, ZONE_NAME, Configure, stack_settings
from .registration import Graph, deploy, must_deploy


def _read_dev_configuration() -> dict[str, Any]:
    return yaml.safe_load((PROJECT / "Pulumi.dev.yaml").read_text())["config"]


def _default_world() -> Azure:
    """An Azure in which the example's first cluster is native, and the second one injected."""
    return Azure(native={"newadx"})


def _component_and_provider_labels(graph: Graph) -> list[str]:
    return [
        resource.label
        for resource in graph
        if resource.kind in ("AdxPrivateLink", "KustoPrivateDnsZone", "azure-native")
    ]


@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
def test_the_example_stack_registers_its_components_and_providers(configured: Configure, *, preview: bool) -> None:
    """`make up` deploys this stack: a cluster of each kind, a consumer in another subscription, and its zones."""
    graph = must_deploy(configured(_read_dev_configuration()), _default_world(), preview=preview)
    assert _component_and_provider_labels(graph) == [
        f"azure-native {OWNER}",
        f"azure-native {GUEST}",
        *(f"KustoPrivateDnsZone {zone}@analytics.{GUEST}" for zone in (*STORAGE_ZONES, ZONE_NAME)),
        "AdxPrivateLink myadx",
        "AdxPrivateLink newadx",
    ]
    assert len(graph.children) == 19


def test_providers_are_named_by_their_subscription(configured: Configure) -> None:
    """A provider that is reused for another subscription would preview as a mere update."""
    graph = must_deploy(configured(_read_dev_configuration()), _default_world())
    providers = [provider for provider in graph if provider.type == "pulumi:providers:azure-native"]
    assert (
        [provider.inputs["subscriptionId"] for provider in providers]
        == [provider.name for provider in providers]
        == [OWNER, GUEST]
    )


def test_the_stacks_output_keeps_its_shape(configured: Configure) -> None:
    """Other tools read the output."""
    result = must_deploy(configured(_read_dev_configuration()), _default_world()).result
    assert list(result) == ["clusters"]
    assert list(result["clusters"]) == ["myadx", "newadx"]
    endpoint = objects.id_of(GUEST, "analytics", "Microsoft.Network/privateEndpoints/pe-myadx")
    service = objects.id_of(OWNER, "adx", "Microsoft.Network/privateLinkServices/pls-myadx")
    assert result["clusters"]["myadx"] == {
        "zone": ZONE_NAME,
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
                    "names": {"myadx.westus.kusto.windows.net": {"role": "engine", "zone": ZONE_NAME}},
                },
                "ingestion": {
                    "id": f"{endpoint}-ingestion-analytics",
                    "connection_state": "Approved",
                    "hosts": {"ingest-myadx.westus.kusto.windows.net": ["10.3.0.6"]},
                    "names": {"ingest-myadx.westus.kusto.windows.net": {"role": "ingestion", "zone": ZONE_NAME}},
                },
            }
        },
    }
    native = result["clusters"]["newadx"]
    assert (native["zone"], native["services"]) == (ZONE_NAME, {})
    cluster = native["endpoints"]["analytics"]["cluster"]
    assert cluster["id"] == objects.id_of(
        GUEST, "analytics", "Microsoft.Network/privateEndpoints/pe-newadx-cluster-analytics"
    )
    assert cluster["zone_group"] == f"{cluster['id']}/privateDnsZoneGroups/default"
    assert len(cluster["hosts"]) == len(cluster["names"]) == 8
    assert {name["zone"] for name in cluster["names"].values()} == {ZONE_NAME, *STORAGE_ZONES}


def test_the_commands_can_read_the_output(configured: Configure) -> None:
    result = must_deploy(configured(_read_dev_configuration()), _default_world()).result["clusters"]
    assert ClustersOutput.model_validate(result).model_dump(exclude_unset=True) == result


_TWO: dict[str, Any] = {
    "clusters": {"one": cluster("one"), "two": cluster("two")},
    "consumers": {"analytics": consumer("analytics"), "other": consumer("other", clusters=["two"])},
}


def test_the_order_of_settings_changes_nothing(configured: Configure) -> None:
    shuffled = {section: dict(reversed(list(settings.items()))) for section, settings in reversed(list(_TWO.items()))}
    first = must_deploy(configured(stack_settings(**_TWO)))
    second = must_deploy(configured(stack_settings(**shuffled)))
    assert {(resource.type, resource.name, resource.parent): resource.inputs for resource in first} == {
        (resource.type, resource.name, resource.parent): resource.inputs for resource in second
    }


def test_a_consumer_has_endpoints_for_each_of_its_clusters(configured: Configure) -> None:
    settings = {**_TWO, "consumers": {"other": consumer("other", clusters=["one", "two"])}}
    graph = must_deploy(configured(stack_settings(**settings)))
    assert len(graph.of_kind("PrivateEndpoint")) == 4


def test_facts_are_read_once_per_stack(configured: Configure) -> None:
    """Fifty clusters would take minutes otherwise; an internal load balancer is read by its other name."""
    graph = must_deploy(configured(stack_settings(**_TWO)), Azure(missing={"kucompute-two-elb"}))
    look_ups = [arguments for call, arguments, _ in graph.azure.calls if call == "getLoadBalancer"]
    assert sorted(arguments["loadBalancerName"] for arguments in look_ups) == [
        "kucompute-one-elb",
        "kucompute-two-elb",
        "kucompute-two-ilb",
        "kudatamgmt-one-elb",
        "kudatamgmt-two-elb",
    ]
    assert len([call for call, _, _ in graph.azure.calls if call == "getCluster"]) == 2
    [frontend] = graph["PrivateLinkService two.engine"].inputs["loadBalancerFrontendIpConfigurations"]
    assert "/kucompute-two-ilb/" in frontend["id"]


def _remedies_by_path(graph: Graph) -> dict[str, str]:
    assert isinstance(graph.error, SettingsError), repr(graph.error)
    assert graph.children == []
    return {problem.path: problem.remedy for problem in graph.error.problems}


def test_invalid_settings_are_reported_with_the_configurations_paths(configured: Configure) -> None:
    settings = stack_settings(clusters={"myadx": {"id": "myadx"}}, consumer={})
    remedies = _remedies_by_path(deploy(configured(settings)))
    assert {path.removeprefix("adx-private-link:") for path in remedies} == {
        "clusters.myadx.id",
        "consumer",
        "consumers",
    }
    assert "did you mean `consumers`?" in remedies["adx-private-link:consumer"]


def test_configuration_of_other_programs_is_ignored(configured: Configure) -> None:
    assert deploy(configured({**_read_dev_configuration(), "azure-native:location": "westus"})).error is None


def test_an_empty_configuration_is_a_problem(configured: Configure) -> None:
    """A new user gets there with `pulumi stack init prod` and `pulumi up`."""
    assert set(_remedies_by_path(deploy(configured({})))) == {"adx-private-link:clusters", "adx-private-link:consumers"}


def test_a_configuration_value_that_is_not_an_object_is_a_problem(configured: Configure) -> None:
    """`pulumi config set clusters myadx` without `--path` writes such a value."""
    remedies = _remedies_by_path(
        deploy(configured({**_read_dev_configuration(), "adx-private-link:clusters": "myadx"}))
    )
    assert set(remedies) == {"adx-private-link:clusters"}


def test_missing_objects_are_reported_with_the_configurations_paths(configured: Configure) -> None:
    graph = deploy(configured(_read_dev_configuration()), Azure(missing={"myadx", "analytics-vnet"}))
    assert set(_remedies_by_path(graph)) == {
        "adx-private-link:clusters.myadx.id",
        "adx-private-link:consumers.analytics.subnet_id",
    }
