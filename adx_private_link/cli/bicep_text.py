"""Text in Bicep programs."""

from __future__ import annotations


def bicep_text(text: str) -> str:
    """Write text as a string of Bicep, in which nothing is an expression."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("${", "\\${")
    return f"'{escaped}'"
