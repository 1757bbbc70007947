"""The progress of long measurements, on standard error."""

from __future__ import annotations

import click


def report_progress(text: str) -> None:
    """Print what is measured next."""
    click.echo(f"  {text}", err=True)
