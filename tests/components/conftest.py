"""A fixture that runs the project's own program."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from adx_private_link import sdk_costs

from .programs import PROJECT, Configure


@pytest.fixture(name="configured")
def _configured(monkeypatch: pytest.MonkeyPatch) -> Configure:
    """A function that returns the program's `main` for a configuration, which it gets as from the engine."""

    def configure(settings: dict[str, Any]) -> Callable[[], Any]:
        values = {key: value if isinstance(value, str) else json.dumps(value) for key, value in settings.items()}
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps(values))
        mains: list[Callable[[], Any]] = []
        monkeypatch.setattr(pulumi, "run", mains.append)
        # It concerns the whole process, and so the tests after this one.
        monkeypatch.setattr(sdk_costs, "leave_out_sdk_costs", lambda: None)
        runpy.run_path(str(PROJECT / "__main__.py"), run_name="__main__")
        [main] = mains
        return main

    return configure
