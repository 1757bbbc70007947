"""Retries after rejections by Azure: errors that pass are retried, and all others are reported with the next step."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
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
        'Status=409 Code="ServiceIsInMaintenance" Message="[Conflict] Cluster \'newadx\' is in process of maintenance"',
        'Status=409 Code="StorageAccountOperationInProgress" Message="…"',
        'Status=409 Code="ConflictError" Message="…"',
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
        (
            'Code="LinkedAuthorizationFailed" Message="… \'Microsoft.Network/privateDnsZones/join/action\' …"',
            "the zone group needs the right `Microsoft.Network/privateDnsZones/join/action` on each of its zones",
        ),
        (
            'Status=400 Code="…" Message="Cannot create more than one private dns zone groups in the private …"',
            "`dns: elsewhere`",
        ),
        (
            "cannot create already existing resource '/…/privateEndpoints/pe/privateDnsZoneGroups/default'",
            "run `adx-private-link repair`; if an Azure policy",
        ),
        (
            'Status=400 Code="CannotModifyVirtualNetworkConfiguration" Message="…"',
            "change only its `state`",
        ),
        ('Status=200 Code="ServiceIsInMaintenance" Message="…"', "another write to the cluster is running"),
        ('Status=403 Code="RequestDisallowedByPolicy" Message="…"', "Azure Policy"),
        ('Status=409 Code="ScopeLocked" Message="…"', "remove the lock"),
        ('Status=429 Code="TooManyRequests" Message="…"', "run `pulumi up` again"),
        ('Status=200 Code="RetryableError" Message="…"', "run `pulumi up` again"),
        ('Status=200 Code="ReferencedResourceNotProvisioned" Message="…"', "run `pulumi up` again"),
        ('Status=400 Code="NoRegisteredProviderFound" Message="…"', "another release of `pulumi-azure-native`"),
        ("cannot check existence of resource '…': status code 503, {}", "run `pulumi up` again"),
        ('Status=400 Code="SubnetIsFull" Message="…"', "an endpoint of a native cluster takes eight or more"),
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


_DEPLOYMENT_FAILED = 'Status=200 Code="DeploymentFailed" Message="At least one resource deployment operation failed."'
_APPROVAL = {"deploymentName": "approve-new", "resourceGroupName": "adx"}


def _call_for_deployment(
    monkeypatch: pytest.MonkeyPatch, operation: str, *details: tuple[str, str], is_answered: bool = True
) -> tuple[bool, list[float], list[str]]:
    """Whether a failed deployment is retried, the seconds of every wait, and the warnings."""
    waited: list[float] = []
    warnings: list[str] = []

    async def answer(look_up: LookUp[object], _: pulumi.InvokeOptions) -> SimpleNamespace:
        assert {**look_up.arguments} == _APPROVAL
        if not is_answered:
            raise RuntimeError("Status=403")
        errors = [SimpleNamespace(code=code, message=message, details=None) for code, message in details]
        error = SimpleNamespace(code="DeploymentFailed", message="…", details=errors)
        return SimpleNamespace(properties=SimpleNamespace(error=error))

    async def sleep_shortly(seconds: float) -> None:
        waited.append(seconds)

    async def call() -> bool:
        [hook] = retry_hook("new", look_up=pulumi.InvokeOptions()).on_error or []
        assert isinstance(hook, pulumi.ErrorHook)
        arguments = pulumi.ErrorHookArgs(
            "", "", "a", "", _APPROVAL, failed_operation=operation, errors=[_DEPLOYMENT_FAILED]
        )
        result = hook.callback(arguments)
        return result if isinstance(result, bool) else await result

    with monkeypatch.context() as patch:
        patch.setattr(LookUp, "answer", answer)
        patch.setattr(asyncio, "sleep", sleep_shortly)
        patch.setattr(pulumi.log, "info", _ignore_message)
        patch.setattr(pulumi.log, "warn", warnings.append)
        return asyncio.run(call()), waited, warnings


_IN_MAINTENANCE = ("ServiceIsInMaintenance", "[Conflict] Cluster 'newadx' is in process of maintenance")


def test_an_approval_that_collided_with_another_write_is_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Terraform users meet this with every second write (terraform-provider-azurerm#18501); the deployment hides it."""
    assert _call_for_deployment(monkeypatch, "update", _IN_MAINTENANCE) == (True, [5], [])


def test_a_first_approval_that_collided_shows_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deployment exists then, and a second create would hide the reason. The next update repeats it."""
    is_retried, waited, [warning] = _call_for_deployment(monkeypatch, "create", _IN_MAINTENANCE)
    assert (is_retried, waited) == (False, [])
    assert 'a: create failed: Code="ServiceIsInMaintenance" Message="[Conflict]' in warning
    assert "wait a few minutes, then run `pulumi up` again" in warning


def test_another_reason_inside_a_deployment_has_its_own_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    is_retried, _, [warning] = _call_for_deployment(monkeypatch, "update", ("AuthorizationFailed", "…"))
    assert not is_retried
    assert "grant the missing right" in warning


def test_a_deployment_that_cannot_be_read_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    is_retried, _, [warning] = _call_for_deployment(monkeypatch, "update", _IN_MAINTENANCE, is_answered=False)
    assert not is_retried
    assert "az deployment operation group list --name approve-new --resource-group adx" in warning


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
