"""Other clouds: zone and hosts follow the cluster's own URIs, and the providers work in the stack's cloud."""

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
    assert [each.name for each in graph.of("PrivateZone")] == [f"{zone}@analytics.{GUEST}"]
    assert {each.inputs["privateZoneName"] for each in graph.of("PrivateZone")} == {zone}
    assert sorted(each.inputs["relativeRecordSetName"] for each in graph.of("PrivateRecordSet")) == [
        "ingest-myadx",
        "myadx",
    ]
    assert graph["PrivateLinkService myadx.engine"].inputs["fqdns"] == [f"myadx.westus.{domain}"]
    assert graph["AdxPrivateLink myadx"].inputs["hosts"] == {
        "engine": f"myadx.westus.{domain}",
        "ingestion": f"ingest-myadx.westus.{domain}",
    }


def test_a_zone_that_is_said_goes_before() -> None:
    """China: the documents and the clusters' own suffix disagree."""
    given = {**small(), "clusters": {"myadx": cluster("myadx", zone="privatelink.westus.kusto.windows.cn")}}
    graph = must_deploy(program(given=given), Azure(domain="kusto.chinacloudapi.cn"))
    [zone] = graph.of("PrivateZone")
    assert zone.inputs["privateZoneName"] == "privatelink.westus.kusto.windows.cn"
    assert graph["PrivateLinkService myadx.engine"].inputs["fqdns"] == ["myadx.westus.kusto.chinacloudapi.cn"]


# Providers


def _made(configured: Configure, **azure_native: str) -> list[Resource]:
    settings = stack_settings(clusters={"myadx": cluster("myadx")}, consumers={"analytics": consumer("analytics")})
    graph = must_deploy(configured({**settings, **{f"azure-native:{key}": each for key, each in azure_native.items()}}))
    found = [each for each in graph if each.type == "pulumi:providers:azure-native"]
    assert [each.name for each in found] == [OWNER, GUEST]
    return found


@pytest.fixture(name="no_cloud", autouse=True)
def _no_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    for each in ("ARM_ENVIRONMENT", "AZURE_ENVIRONMENT"):
        monkeypatch.delenv(each, raising=False)


def test_the_public_cloud_unless_it_is_said(configured: Configure) -> None:
    assert [each.inputs for each in _made(configured)] == [
        {"subscriptionId": each, "environment": "public"} for each in (OWNER, GUEST)
    ]


def test_the_configured_cloud_reaches_every_provider(configured: Configure) -> None:
    """An explicit provider takes nothing of the stack's configuration by itself: it would look in the public cloud."""
    found = _made(configured, environment="usgovernment")
    assert {each.inputs["environment"] for each in found} == {"usgovernment"}


@pytest.mark.parametrize("variable", ["ARM_ENVIRONMENT", "AZURE_ENVIRONMENT"])
def test_the_environments_cloud_reaches_every_provider(
    configured: Configure, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """The SDK says `public` where nothing is said, and the provider then never looks at the environment."""
    monkeypatch.setenv(variable, "china")
    assert {each.inputs["environment"] for each in _made(configured)} == {"china"}


def test_the_configuration_goes_before_the_environment(configured: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it does for the default provider."""
    monkeypatch.setenv("ARM_ENVIRONMENT", "china")
    assert {each.inputs["environment"] for each in _made(configured, environment="usgovernment")} == {"usgovernment"}


_SECRET = "4dabf18193072939515e22adb298388d"
"""The mark of Pulumi's special values."""
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
    """Whatever the default provider takes from the stack's configuration: both log in as the same."""
    assert [each.inputs.get(key) for each in _made(configured, **{key: _LOGIN[key]})] == [_LOGIN[key]] * 2


@pytest.mark.parametrize("key", _SECRETS)
def test_secrets_of_the_login_stay_secret(configured: Configure, key: str) -> None:
    """The provider's inputs are in the stack's state, which many may read."""
    for each in _made(configured, **{key: _SECRETS[key]}):
        assert each.inputs[key][_SECRET], "encrypted in the state"
        assert each.inputs[key]["value"] == _SECRETS[key]
