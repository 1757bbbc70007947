"""The configuration of a Pulumi stack: its settings, and its providers."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import pulumi
import pulumi_azure_native as azure_native

from .errors import SettingsError
from .facts.reading import Providers
from .program import parse
from .settings import Settings
from .settings.secrets import secret_problems


def load_settings(namespace: str) -> Settings:
    """
    Load the settings from the stack's configuration keys, such as `{namespace}:clusters` and `{namespace}:consumers`.

    Args:
        namespace: The namespace of the keys: `adx-private-link`.

    Raises:
        SettingsError: Every problem at once, misspelt configuration keys included; or settings that are stored as
            secrets, which would be in plain in previews and in the state.
    """
    config, prefix = pulumi.Config(namespace), f"{namespace}:"
    secret = [key for name in Settings.model_fields if pulumi.runtime.is_config_secret(key := f"{prefix}{name}")]
    if secret:
        # Before any other problem, because problems show values.
        raise SettingsError(
            secret_problems(secret, Path(pulumi.runtime.get_root_directory() or "."), pulumi.get_stack())
        )
    content = {name: value for name in Settings.model_fields if (value := _value(config, name)) is not None}
    present = (key.removeprefix(prefix) for key in pulumi.runtime.get_config_env() if key.startswith(prefix))
    misspelt = {name: None for name in sorted(present) if name not in Settings.model_fields}
    return parse({**misspelt, **content}, prefix)


def _value(config: pulumi.Config, name: str) -> object:
    try:
        return config.get_object(name)
    except pulumi.ConfigTypeError:
        # `pulumi config set clusters x` without `--path`: text in place of an object. The models report it best.
        return config.get(name)


async def start_providers(subscriptions: Iterable[str]) -> Providers:
    """
    Create the same as `make_providers`, and import the components while the engine starts the providers.

    Each takes half a second, and the engine starts a provider as soon as it is registered. No other task may use
    azure-native meanwhile: its modules are loaded on first use, which no two threads can do at once.
    """
    providers = make_providers(subscriptions)
    # By name, as the package itself loads it: this module is below the components.
    await asyncio.to_thread(getattr, import_module("adx_private_link"), "AdxPrivateLink")
    return providers


def make_providers(subscriptions: Iterable[str], prefix: str = "") -> Providers:
    """
    Create one azure-native provider for each subscription, named after it.

    They log in as the stack's default provider does: by the environment, or by the configuration `azure-native:…`. Both
    name the cloud as well (`azure-native:environment`, or ARM_ENVIRONMENT). Default: the public cloud.

    Args:
        subscriptions: The ids of the subscriptions.
        prefix: What their names begin with, where a stack has several groups of them. One without becomes one with it.
    """
    # An explicit provider ignores the stack's configuration, and its SDK sets `public` by default.
    config = pulumi.Config("azure-native")
    cloud = config.get("environment") or os.environ.get("ARM_ENVIRONMENT") or os.environ.get("AZURE_ENVIRONMENT")
    return {
        # One that moved to another subscription would preview as a mere update.
        subscription: azure_native.Provider(
            prefix + subscription,
            subscription_id=subscription,
            environment=cloud,
            metadata_host=config.get("metadataHost"),
            disable_instance_discovery=config.get_bool("disableInstanceDiscovery"),
            tenant_id=config.get("tenantId"),
            auxiliary_tenant_ids=config.get_object("auxiliaryTenantIds"),
            client_id=config.get("clientId"),
            client_secret=config.get_secret("clientSecret"),
            client_certificate_path=config.get("clientCertificatePath"),
            client_certificate_password=config.get_secret("clientCertificatePassword"),
            use_msi=config.get_bool("useMsi"),
            msi_endpoint=config.get("msiEndpoint"),
            use_oidc=config.get_bool("useOidc"),
            oidc_token=config.get_secret("oidcToken"),
            oidc_token_file_path=config.get("oidcTokenFilePath"),
            oidc_request_token=config.get_secret("oidcRequestToken"),
            oidc_request_url=config.get("oidcRequestUrl"),
            use_default_azure_credential=config.get_bool("useDefaultAzureCredential"),
            partner_id=config.get("partnerId"),
            disable_pulumi_partner_id=config.get_bool("disablePulumiPartnerId"),
            opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name=subscription)] if prefix else None),
        )
        for subscription in subscriptions
    }
