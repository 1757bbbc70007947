"""What holds for all tests."""

from __future__ import annotations

import os

# A misspelt property fails in every test, where the real provider would drop it silently.
os.environ.setdefault("AZURE_SANDBOX_STRICT", "1")
