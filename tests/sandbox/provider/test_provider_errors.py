"""The texts of errors."""

from __future__ import annotations

from azure_sandbox.azure import AzureError
from azure_sandbox.provider import provider_errors

from ..rule_marks import holds


@holds(provider_errors.STATUS_CODE_MESSAGE)
def test_a_rejection_without_a_code() -> None:
    assert provider_errors.error_text(AzureError(400, "", "No.")) == 'Status=400 Message="No."'


@holds(provider_errors.RAW_BODY)
def test_a_rejection_without_a_wrapper() -> None:
    """Record sets of private DNS answer so, and the message then contains JSON."""
    rejection = AzureError(400, "BadRequest", "The record is wrong.", wrapped=False)
    body = '{"code":"BadRequest","message":"The record is wrong."}'
    assert provider_errors.error_text(rejection) == f'Status=400 Code="BadRequest" Message="{body}"'
