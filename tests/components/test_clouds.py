"""Sovereign clouds: zone and hosts follow the cluster's URIs, and providers use the stack's cloud."""

from __future__ import annotations

import pytest

from tests.samples.building import GUEST, OWNER, cluster, consumer, small

from .azure import Azure
from .programs import Configure, program, stack_settings
from .registration import RUNS, Resource, must_deploy, run_as

_CLOUDS = pytest.mark.parametrize("domain", ["kusto.usgovcloudapi.net", "kusto.chinacloudapi.cn", "kusto.windows.net"])


@pytest.mark.parametrize("run", RUNS)
@_CLOUDS
def test_zone_records_and_hosts_follow_the_clusters_uris(domain: str, run: str) -> None:
    graph = run_as(run, program(), Azure(domain=domain))
    zone = f"privatelink.westus.{domain}"
    assert [resource.name for resource in graph.of_kind("PrivateZone")] == [f"{zone}@analytics.{GUEST}"]
    assert {resource.inputs["privateZoneName"] for resource in graph.of_kind("PrivateZone")} == {zone}
    assert sorted(resource.inputs["relativeRecordSetName"] for resource in graph.of_kind("PrivateRecordSet")) == [
        "ingest-myadx",
        "myadx",
    ]
    assert graph["PrivateLinkService myadx.engine"].inputs["fqdns"] == [f"myadx.westus.{domain}"]
    assert graph["AdxPrivateLink myadx"].inputs["hosts"] == {
        "engine": f"myadx.westus.{domain}",
        "ingestion": f"ingest-myadx.westus.{domain}",
    }


def test_a_zone_in_the_settings_takes_precedence() -> None:
    """Azure's documentation for China and the clusters' own suffix disagree."""
    settings = {**small(), "clusters": {"myadx": cluster("myadx", zone="privatelink.westus.kusto.windows.cn")}}
    graph = must_deploy(program(settings=settings), Azure(domain="kusto.chinacloudapi.cn"))
    [zone] = graph.of_kind("PrivateZone")
    assert zone.inputs["privateZoneName"] == "privatelink.westus.kusto.windows.cn"
    assert graph["PrivateLinkService myadx.engine"].inputs["fqdns"] == ["myadx.westus.kusto.chinacloudapi.cn"]


# Providers


def _deploy_providers(configured: Configure, **azure_native: str) -> list[Resource]:
    settings = stack_settings(clusters={"myadx": cluster("myadx")}, consumers={"analytics": consumer("analytics")})
    graph = must_deploy(
        configured({**settings, **{f"azure-native:{key}": value for key, value in azure_native.items()}})
    )
    providers = [provider for provider in graph if provider.type == "pulumi:providers:azure-native"]
    assert [provider.name for provider in providers] == [OWNER, GUEST]
    return providers


@pytest.fixture(name="no_cloud", autouse=True)
def _no_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("ARM_ENVIRONMENT", "AZURE_ENVIRONMENT"):
        monkeypatch.delenv(variable, raising=False)


def test_the_public_cloud_is_the_default(configured: Configure) -> None:
    assert [provider.inputs for provider in _deploy_providers(configured)] == [
        {"subscriptionId": subscription, "environment": "public"} for subscription in (OWNER, GUEST)
    ]


def test_the_configured_cloud_reaches_every_provider(configured: Configure) -> None:
    """An explicit provider does not read the stack's configuration and would use the public cloud."""
    providers = _deploy_providers(configured, environment="usgovernment")
    assert {provider.inputs["environment"] for provider in providers} == {"usgovernment"}


@pytest.mark.parametrize("variable", ["ARM_ENVIRONMENT", "AZURE_ENVIRONMENT"])
def test_the_environments_cloud_reaches_every_provider(
    configured: Configure, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """The SDK sends `public` by default, and the provider then ignores the environment variable."""
    monkeypatch.setenv(variable, "china")
    assert {provider.inputs["environment"] for provider in _deploy_providers(configured)} == {"china"}


def test_the_configuration_takes_precedence_over_the_environment(
    configured: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default provider does the same."""
    monkeypatch.setenv("ARM_ENVIRONMENT", "china")
    assert {
        provider.inputs["environment"] for provider in _deploy_providers(configured, environment="usgovernment")
    } == {"usgovernment"}


_SECRET = "4dabf18193072939515e22adb298388d"
"""The key that marks Pulumi's special values."""
_LOGIN = {
    "tenantId": "77777777-7777-7777-7777-777777777777",
    "clientCertificatePath": "/run/certificate",
    "useMsi": "true",
    "useOidc": "true",
    "useDefaultAzureCredential": "true",
    "msiEndpoint": "http://msi",
    "oidcTokenFilePath": "/run/token",
    "oidcRequestUrl": "https://request",
    "metadataHost": "host",
    "partnerId": "88888888-8888-8888-8888-888888888888",
    "disablePulumiPartnerId": "true",
    "disableInstanceDiscovery": "true",
    "auxiliaryTenantIds": '["77777777-7777-7777-7777-777777777777"]',
}
_SECRETS = {
    "clientId": "id",
    "clientSecret": "secret",
    "clientCertificatePassword": "password",
    "oidcToken": "token",
    "oidcRequestToken": "request",
}


@pytest.mark.parametrize("key", _LOGIN)
def test_the_configured_login_reaches_every_provider(configured: Configure, key: str) -> None:
    """Explicit providers log in as the default provider does, with the stack's configuration."""
    assert [provider.inputs.get(key) for provider in _deploy_providers(configured, **{key: _LOGIN[key]})] == [
        _LOGIN[key]
    ] * 2


@pytest.mark.parametrize("key", _SECRETS)
def test_secrets_of_the_login_stay_secret(configured: Configure, key: str) -> None:
    """The provider's inputs are in the stack's state, which many people can read."""
    for provider in _deploy_providers(configured, **{key: _SECRETS[key]}):
        assert provider.inputs[key][_SECRET], "encrypted in the state"
        assert provider.inputs[key]["value"] == _SECRETS[key]
