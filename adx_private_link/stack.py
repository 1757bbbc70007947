"""The configuration of a Pulumi stack as settings."""

from __future__ import annotations

import difflib

import pulumi

from .problems import Problem, SettingsError
from .settings import Settings, parse


def load_settings(namespace: str) -> Settings:
    """
    Settings from the stack's configuration keys `{namespace}:clusters` and `{namespace}:consumers`.

    Raises `SettingsError` with every problem at once, a misspelt configuration key included.
    """
    config = pulumi.Config(namespace)
    known = list(Settings.model_fields)
    given = {name: value for name in known if (value := config.get_object(name)) is not None}
    unknown = [
        Problem(key, "is not a setting", _remedy(key.removeprefix(f"{namespace}:"), known))
        for key in sorted(pulumi.runtime.get_config_env())
        if key.startswith(f"{namespace}:") and key.removeprefix(f"{namespace}:") not in known
    ]
    try:
        settings = parse(given, prefix=f"{namespace}:")
    except SettingsError as error:
        raise SettingsError([*unknown, *error.problems]) from None
    if unknown:
        raise SettingsError(unknown)
    return settings


def _remedy(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return (f"did you mean `{near[0]}`? " if near else "") + f"Known here: {', '.join(known)}"
