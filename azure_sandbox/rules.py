"""
What a rule of the sandbox is: something that Azure or the provider does, and where that is known from.

Rules are constants beside the code that keeps them; `docs/reference/sandbox-rules.md` is the list of them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OWN_CHOICE: Final = "own choice"
"""The source of a rule that no public source settles: real Azure may answer with another code or text."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Something that Azure or the provider does."""

    says: str
    """The rule in a sentence, in Azure's words."""
    source: str
    """The document, recorded exchange, specification or issue that it is known from; else `OWN_CHOICE`."""
