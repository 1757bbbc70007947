"""The project's own program, as a fixture."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from .programs import PROJECT, Configure


@pytest.fixture(name="configured")
def _configured(monkeypatch: pytest.MonkeyPatch) -> Configure:
    """The program's `main` with a configuration, as the engine hands it over."""

    def configure(settings: dict[str, Any]) -> Callable[[], Any]:
        values = {key: each if isinstance(each, str) else json.dumps(each) for key, each in settings.items()}
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps(values))
        mains: list[Callable[[], Any]] = []
        monkeypatch.setattr(pulumi, "run", mains.append)
        runpy.run_path(str(PROJECT / "__main__.py"), run_name="__main__")
        [main] = mains
        return main

    return configure
