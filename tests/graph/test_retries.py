"""Refusals that pass by themselves are waited for; all others are told at once."""

from __future__ import annotations

import asyncio

import pulumi
import pytest

from adx_private_link.components.retries import endpoint_retries

_FRESH = 'Code="InvalidPrivateLinkServiceId" Message="…"'


async def _ask(*errors: str) -> bool:
    binding = endpoint_retries("myadx.analytics.engine")
    assert binding.on_error
    [hook] = binding.on_error
    assert isinstance(hook, pulumi.ErrorHook)
    answer = hook.callback(pulumi.ErrorHookArgs(urn="", id="", name="e", type="", errors=list(errors)))
    return answer if isinstance(answer, bool) else await answer


def _again(monkeypatch: pytest.MonkeyPatch, *errors: str) -> tuple[bool, list[float]]:
    """Whether it is tried again, and after how many seconds."""
    waited: list[float] = []
    with monkeypatch.context() as patch:
        sleep = asyncio.sleep

        async def sleep_shortly(seconds: float) -> None:
            waited.append(seconds)
            await sleep(0)

        patch.setattr(asyncio, "sleep", sleep_shortly)
        patch.setattr(pulumi.log, "info", _say_nothing)
        return asyncio.run(_ask(*errors)), waited


def _say_nothing(message: str) -> None:
    assert message


@pytest.mark.parametrize(
    "error",
    [
        _FRESH,
        "ThirdPartyPrivateLinkServiceProvidedDuringPrivateEndpointCreationDoesNotExistOrIsNotVisible",
        "PrivateEndpointAlreadyExists",
    ],
)
def test_what_passes_is_tried_again(monkeypatch: pytest.MonkeyPatch, error: str) -> None:
    assert _again(monkeypatch, error) == (True, [5])


def test_it_is_tried_for_two_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    delays = [_again(monkeypatch, *[_FRESH] * attempt)[1] for attempt in range(1, 6)]
    assert delays == [[5], [10], [15], [30], [60]]
    assert _again(monkeypatch, *[_FRESH] * 6) == (False, [])


def test_other_refusals_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _again(monkeypatch, 'Code="AuthorizationFailed"') == (False, [])


def test_the_newest_refusal_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pulumi gives all errors so far, the newest first."""
    assert _again(monkeypatch, 'Code="AuthorizationFailed"', _FRESH) == (False, [])
