"""
Rules of the sandbox: what Azure or the provider does, and the source that says so.

Each rule is a constant beside the code that implements it; `docs/reference/sandbox-rules.md` lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OWN_CHOICE: Final = "own choice"
"""The source of a rule that no public source settles: real Azure may answer with another code or text."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that Azure or the provider does."""

    says: str
    """The rule in one sentence, in Azure's terms."""
    source: str
    """The document, recorded exchange, specification or issue that the rule comes from; else `OWN_CHOICE`."""
