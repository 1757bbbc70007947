"""The configuration of a Pulumi stack as settings."""

from __future__ import annotations

import pulumi

from .settings import Settings, parse


def load_settings(namespace: str) -> Settings:
    """
    Settings from the stack's configuration keys `{namespace}:clusters` and `{namespace}:consumers`.

    Raises `SettingsError` with every problem at once, a misspelt configuration key included.
    """
    config, prefix = pulumi.Config(namespace), f"{namespace}:"
    given = {name: value for name in Settings.model_fields if (value := _value(config, name)) is not None}
    present = (key.removeprefix(prefix) for key in pulumi.runtime.get_config_env() if key.startswith(prefix))
    misspelt = {name: None for name in sorted(present) if name not in Settings.model_fields}
    return parse({**misspelt, **given}, prefix)


def _value(config: pulumi.Config, name: str) -> object:
    try:
        return config.get_object(name)
    except pulumi.ConfigTypeError:
        # `pulumi config set clusters x` without `--path`: text where an object belongs, which the models tell best.
        return config.get(name)
