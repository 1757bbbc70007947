"""The codes of risks as the value of an option."""

from __future__ import annotations

import click

from ..report.risks import RISKS


class RiskCodes(click.ParamType[list[str]]):
    """Codes of risks, separated by commas; `any` means all of them."""

    name = "risk,…"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        """Convert codes of risks, separated by commas."""
        kinds = [kind.strip() for kind in str(value).split(",") if kind.strip()]
        for kind in kinds:
            if kind not in (*RISKS, "any"):
                self.fail(f"{kind!r} is not a risk. Risks: any, {', '.join(RISKS)}.", param, ctx)
        return [*RISKS] if "any" in kinds else kinds
