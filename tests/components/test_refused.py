"""Refusals that pass by themselves are waited for; all others are told at once, with the next step."""

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


async def _ask(*errors: str, inputs: dict[str, str] | None = None, is_handed_over: bool = False) -> bool:
    binding = retry_hook("myadx", GUEST, is_handed_over=is_handed_over)
    assert binding.on_error
    [hook] = binding.on_error
    assert isinstance(hook, pulumi.ErrorHook)
    answer = hook.callback(
        pulumi.ErrorHookArgs("", "", "e", "", inputs, failed_operation="create", errors=list(errors))
    )
    return answer if isinstance(answer, bool) else await answer


def _again(monkeypatch: pytest.MonkeyPatch, *errors: str, is_handed_over: bool = False) -> tuple[bool, list[float]]:
    """Whether it is tried again, and after how many seconds."""
    waited: list[float] = []
    with monkeypatch.context() as patch:
        sleep = asyncio.sleep

        async def sleep_shortly(seconds: float) -> None:
            waited.append(seconds)
            await sleep(0)

        patch.setattr(asyncio, "sleep", sleep_shortly)
        patch.setattr(pulumi.log, "info", _say_nothing)
        patch.setattr(pulumi.log, "warn", _say_nothing)
        return asyncio.run(_ask(*errors, is_handed_over=is_handed_over)), waited


def _say_nothing(message: str) -> None:
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
def test_what_passes_is_tried_again(monkeypatch: pytest.MonkeyPatch, error: str) -> None:
    assert _again(monkeypatch, error) == (True, [5])


def test_it_is_tried_for_two_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    delays = [_again(monkeypatch, *[_FRESH] * attempt)[1] for attempt in range(1, 6)]
    assert delays == [[5], [10], [15], [30], [60]]
    assert _again(monkeypatch, *[_FRESH] * 6) == (False, [])


def test_a_service_of_another_stack_that_stays_invisible(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A changed list takes about a minute; longer than that, only its owner can help (azure-docs#77091).

    The next step used to be "fix what Azure rejected", after two minutes: there was nothing to fix in this stack.
    """
    errors = [_NOT_VISIBLE] * 5
    assert _again(monkeypatch, *errors[:4], is_handed_over=True) == (True, [30])
    assert _again(monkeypatch, *errors, is_handed_over=True) == (False, [])
    assert _again(monkeypatch, *[_FRESH] * 5, is_handed_over=True) == (True, [60])
    told = _told(monkeypatch, *errors, is_handed_over=True)
    assert f"let subscription {GUEST} connect (`external_consumers`" in told


def test_a_service_of_this_stack_that_was_not_updated(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pulumi up --target` of an endpoint leaves the service without the endpoint's subscription."""
    assert "without `--target`" in _told(monkeypatch, *[_NOT_VISIBLE] * 6)


def test_other_refusals_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _again(monkeypatch, 'Code="AuthorizationFailed"') == (False, [])


def test_what_failed_after_it_was_accepted_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Parallel creates fail so (hashicorp/terraform-provider-azurerm#32095).

    The endpoint exists then: the second create says `cannot create already existing resource` and hides the reason.
    """
    assert _again(monkeypatch, f"Status=200 {_FRESH}") == (False, [])
    assert "run `pulumi up` again" in _told(monkeypatch, f"Status=200 {_FRESH}")


def test_the_newest_refusal_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulumi gives all errors so far, the newest first."""
    assert _again(monkeypatch, 'Code="AuthorizationFailed"', _FRESH) == (False, [])


@pytest.mark.parametrize(
    ("error", "step"),
    [
        ('Status=403 Code="AuthorizationFailed" Message="…"', "give the identity that runs this the right"),
        ('Status=403 Code="LinkedAuthorizationFailed" Message="…"', "give the identity that runs this the right"),
        ("cannot create already existing resource '/subscriptions/…'", "run `adx-private-link repair`"),
        (
            "cannot create already existing resource '/subscriptions/…/privateDnsZones/privatelink.x'",
            "{zone_ids: [ID]}",
        ),
        (
            "cannot create already existing resource '/subscriptions/…/privateDnsZones/x/A/y'",
            "remove or rename what is",
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
def test_the_next_step_is_told(monkeypatch: pytest.MonkeyPatch, error: str, step: str) -> None:
    """The night shift reads one line, and knows what to do."""
    assert step in _told(monkeypatch, error)


def test_a_failed_deployment_says_where_its_reason_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Azure's answer to a deployment says only that one of its operations failed."""
    told = _told(
        monkeypatch,
        'Status=200 Code="DeploymentFailed" Message="At least one resource deployment operation failed."',
        inputs={"deploymentName": "approve-myadx", "resourceGroupName": "adx"},
    )
    assert "az deployment operation group list --name approve-myadx --resource-group adx" in told


def _told(
    monkeypatch: pytest.MonkeyPatch,
    *errors: str,
    inputs: dict[str, str] | None = None,
    is_handed_over: bool = False,
) -> str:
    told: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(pulumi.log, "warn", told.append)
        assert not asyncio.run(_ask(*errors, inputs=inputs, is_handed_over=is_handed_over))
    (line,) = told
    assert line.startswith("e: create failed. Next: ")
    return line


def test_azures_words_do_not_reach_the_terminal_as_they_are() -> None:
    """They may have names in them that other people have chosen."""

    class _Failing:
        subscription = "s"

        async def answer(self, _: pulumi.InvokeOptions) -> None:
            raise RuntimeError("Status=500 \x1b[2J\x07")

    context = Context(None, {}, None)  # pyright: ignore[reportArgumentType] - nothing is registered
    with pytest.raises(pulumi.RunError, match=r"could not be read: Status=500 \\x1b\[2J\\x07"):
        asyncio.run(context.look_up(cast("LookUp[None]", _Failing()), "The interface"))
