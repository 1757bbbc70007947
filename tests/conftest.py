"""What holds for all tests. `EXAMPLES=1000 make test` tries more random examples than the usual 40 of each."""

from __future__ import annotations

import os
from importlib import import_module

from hypothesis import HealthCheck, settings

# A misspelt property fails in every test, where the real provider would drop it silently.
os.environ.setdefault("AZURE_SANDBOX_STRICT", "1")

# What the program of this project imports is imported once.
os.environ.setdefault("AZURE_SANDBOX_IMPORTS", "adx_private_link adx_private_link.stack")

# On a machine that is busy, how long one example takes says nothing.
settings.register_profile(
    "busy",
    max_examples=int(os.environ.get("EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("busy")

# Hypothesis imports it at its first use. On Python 3.11 pytest may fail to rewrite it there, in the middle of a test:
# "AST constructor recursion depth mismatch" (python/cpython#106905).
import_module("hypothesis.strategies._internal.random")
