"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A misspelt property fails in every test, where the real provider would drop it silently.
os.environ.setdefault("AZURE_SANDBOX_STRICT", "1")

# What the program of this project imports is imported once.
os.environ.setdefault("AZURE_SANDBOX_IMPORTS", "adx_private_link adx_private_link.stack")

# On a machine that is busy, how long one example takes says nothing.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
