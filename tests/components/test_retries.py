"""Retries after rejections by Azure: errors that pass are retried, and all others are reported with the next step."""

from __future__ import annotations

import asyncio
from typing import cast

import pulumi
import pytest

from adx_private_link.components.context import Context
from adx_private_link.components.retries import retry_hook
from adx_private_link.facts.lookups import LookUp
from tests.samples.building import GUEST

_NOT_VISIBLE = "ThirdPartyPrivateLinkServiceProvidedDuringPrivateEndpointCreationDoesNotExistOrIsNotVisible"
_FRESH = 'Code="InvalidPrivateLinkServiceId" Message="…"'


async def _call_hook(*errors: str, inputs: dict[str, str] | None = None, is_handed_over: bool = False) -> bool:
    binding = retry_hook("myadx", GUEST, is_handed_over=is_handed_over)
    assert binding.on_error
    [hook] = binding.on_error
    assert isinstance(hook, pulumi.ErrorHook)
    answer = hook.callback(
        pulumi.ErrorHookArgs("", "", "e", "", inputs, failed_operation="create", errors=list(errors))
    )
    return answer if isinstance(answer, bool) else await answer


def _retry(monkeypatch: pytest.MonkeyPatch, *errors: str, is_handed_over: bool = False) -> tuple[bool, list[float]]:
    """Whether the operation is retried, and the seconds of every wait."""
    waited: list[float] = []
    with monkeypatch.context() as patch:
        sleep = asyncio.sleep

        async def sleep_shortly(seconds: float) -> None:
            waited.append(seconds)
            await sleep(0)

        patch.setattr(asyncio, "sleep", sleep_shortly)
        patch.setattr(pulumi.log, "info", _ignore_message)
        patch.setattr(pulumi.log, "warn", _ignore_message)
        return asyncio.run(_call_hook(*errors, is_handed_over=is_handed_over)), waited


def _ignore_message(message: str) -> None:
    assert message


@pytest.mark.parametrize(
    "error",
    [
        _FRESH,
        _NOT_VISIBLE,
        "PrivateEndpointAlreadyExists",
        'Status=429 Code="RetryableError" Message="A retryable error occurred."',
    ],
)
def test_an_error_that_passes_is_retried(monkeypatch: pytest.MonkeyPatch, error: str) -> None:
    assert _retry(monkeypatch, error) == (True, [5])


def test_an_error_is_retried_for_two_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    delays = [_retry(monkeypatch, *[_FRESH] * attempt)[1] for attempt in range(1, 6)]
    assert delays == [[5], [10], [15], [30], [60]]
    assert _retry(monkeypatch, *[_FRESH] * 6) == (False, [])


def test_an_invisible_service_of_another_stack_needs_its_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A changed visibility list takes about a minute; after that only the service's owner can help (azure-docs#77091).

    The next step was "fix what Azure rejected" after two minutes, although this stack had nothing to fix.
    """
    errors = [_NOT_VISIBLE] * 5
    assert _retry(monkeypatch, *errors[:4], is_handed_over=True) == (True, [30])
    assert _retry(monkeypatch, *errors, is_handed_over=True) == (False, [])
    assert _retry(monkeypatch, *[_FRESH] * 5, is_handed_over=True) == (True, [60])
    warning = _read_warning(monkeypatch, *errors, is_handed_over=True)
    assert f"let subscription {GUEST} connect (`external_consumers`" in warning


def test_an_invisible_service_of_this_stack_needs_an_update_without_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pulumi up --target` of an endpoint does not add the endpoint's subscription to the service."""
    assert "without `--target`" in _read_warning(monkeypatch, *[_NOT_VISIBLE] * 6)


def test_other_rejections_are_not_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _retry(monkeypatch, 'Code="AuthorizationFailed"') == (False, [])


def test_an_operation_that_failed_after_its_start_is_not_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Parallel creates fail in this way (hashicorp/terraform-provider-azurerm#32095).

    The endpoint exists then, and a second create hides the reason behind `cannot create already existing resource`.
    """
    assert _retry(monkeypatch, f"Status=200 {_FRESH}") == (False, [])
    assert "run `pulumi up` again" in _read_warning(monkeypatch, f"Status=200 {_FRESH}")


def test_the_newest_error_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulumi passes all errors so far, the newest first."""
    assert _retry(monkeypatch, 'Code="AuthorizationFailed"', _FRESH) == (False, [])


@pytest.mark.parametrize(
    ("error", "step"),
    [
        ('Status=403 Code="AuthorizationFailed" Message="…"', "grant the missing right to the identity that runs this"),
        (
            'Status=403 Code="LinkedAuthorizationFailed" Message="…"',
            "grant the missing right to the identity that runs this",
        ),
        ("cannot create already existing resource '/subscriptions/…'", "run `adx-private-link repair`"),
        (
            "cannot create already existing resource '/subscriptions/…/privateDnsZones/privatelink.x'",
            "{zone_ids: [ID]}",
        ),
        (
            "cannot create already existing resource '/subscriptions/…/privateDnsZones/x/A/y'",
            "delete or rename the object",
        ),
        ('Status=409 Code="…WithPrivateEndpointConnectionsCannotBeDeleted"', "adx-private-link release SERVICE"),
        ('Status=403 Code="RequestDisallowedByPolicy" Message="…"', "Azure Policy"),
        ('Status=409 Code="ScopeLocked" Message="…"', "remove the lock"),
        ('Status=429 Code="TooManyRequests" Message="…"', "run `pulumi up` again"),
        ('Status=200 Code="RetryableError" Message="…"', "run `pulumi up` again"),
        ('Status=200 Code="ReferencedResourceNotProvisioned" Message="…"', "run `pulumi up` again"),
        ('Status=400 Code="NoRegisteredProviderFound" Message="…"', "another release of `pulumi-azure-native`"),
        ("cannot check existence of resource '…': status code 503, {}", "run `pulumi up` again"),
        ('Status=400 Code="SubnetIsFull" Message="…"', "the subnet has no free address"),
        ('Status=400 Code="PrivateIPAddressIsAllocated" Message="…"', "another resource has this static address"),
        ('Status=400 Code="InvalidRequestContent" Message="…"', "what Azure"),
        ("rpc error: code = Unavailable desc = error reading from server: EOF", "run `adx-private-link repair`"),
    ],
)
def test_every_error_has_its_next_step(monkeypatch: pytest.MonkeyPatch, error: str, step: str) -> None:
    """An operator at night reads one line and knows what to do."""
    assert step in _read_warning(monkeypatch, error)


def test_a_failed_deployment_names_the_command_that_shows_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """Azure's answer says only that one of the deployment's operations failed."""
    warning = _read_warning(
        monkeypatch,
        'Status=200 Code="DeploymentFailed" Message="At least one resource deployment operation failed."',
        inputs={"deploymentName": "approve-myadx", "resourceGroupName": "adx"},
    )
    assert "az deployment operation group list --name approve-myadx --resource-group adx" in warning


def _read_warning(
    monkeypatch: pytest.MonkeyPatch,
    *errors: str,
    inputs: dict[str, str] | None = None,
    is_handed_over: bool = False,
) -> str:
    warnings: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(pulumi.log, "warn", warnings.append)
        assert not asyncio.run(_call_hook(*errors, inputs=inputs, is_handed_over=is_handed_over))
    (warning,) = warnings
    assert warning.startswith("e: create failed. Next: ")
    return warning


def test_control_characters_in_azures_messages_are_escaped() -> None:
    """Azure's messages may contain names that other people chose."""

    class _Failing:
        subscription = "s"

        async def answer(self, _: pulumi.InvokeOptions) -> None:
            raise RuntimeError("Status=500 \x1b[2J\x07")

    context = Context(None, {}, None)  # pyright: ignore[reportArgumentType] - nothing is registered
    with pytest.raises(pulumi.RunError, match=r"could not be read: Status=500 \\x1b\[2J\\x07"):
        asyncio.run(context.look_up(cast("LookUp[None]", _Failing()), "The interface"))
