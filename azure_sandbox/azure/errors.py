"""The errors of Azure: rejected requests, failed operations, and the rules that answer with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..rules import Rule


@dataclass
class AzureError(Exception):
    """A rejected request: an HTTP status of 400 or above, with Azure's error code."""

    status: int
    code: str
    message: str
    wrapped: bool = True
    """Whether the body has the usual `error` around code and message; the record sets of private DNS lack it."""
    details: tuple[tuple[str, str], ...] = ()
    """Codes and messages of the causes."""

    @property
    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.details:
            body["details"] = [{"code": code, "message": message} for code, message in self.details]
        return {"error": body} if self.wrapped else body

    def __str__(self) -> str:
        return f'Status={self.status} Code="{self.code}" Message="{self.message}"'


class OperationFailed(AzureError):
    """An operation that failed after Azure accepted it. The resource exists, and its status URL answers 200."""


@dataclass(frozen=True, kw_only=True)
class Rejection(Rule):
    """A rule that answers with an error. `raise NAME(service=id.text, …)` fills the placeholders of the message."""

    code: str
    message: str
    status: int = 400
    wrapped: bool = True
    detail: tuple[str, str] | None = None
    """Code and message of the one detail, if any."""

    def __call__(self, **values: Any) -> AzureError:
        details = ((self.detail[0], self.detail[1].format(**values)),) if self.detail else ()
        return AzureError(self.status, self.code, self.message.format(**values), self.wrapped, details)
