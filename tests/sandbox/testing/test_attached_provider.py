"""The provider in the test's own process, to which engines attach."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2

from azure_sandbox.azure import Azure, Trouble
from azure_sandbox.provider.protocol import AzureNativeProvider
from azure_sandbox.sandbox_home import SandboxHome
from azure_sandbox.testing.attached_provider import ProviderPerConnection, attached_provider_environment


class _Aborted(Exception):
    """The exception that gRPC raises when a request is aborted."""


class _Context:
    """A context of a request, with what the provider uses of it."""

    def __init__(self, peer: str) -> None:
        self._peer = peer

    def peer(self) -> str:
        return self._peer

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        raise _Aborted(code, details)


@pytest.fixture
def azure(tmp_path: Path) -> Azure:
    return SandboxHome(tmp_path / "sandbox").azure


@pytest.fixture
def created() -> list[AzureNativeProvider]:
    return []


@pytest.fixture
def providers(azure: Azure, created: list[AzureNativeProvider]) -> Any:
    def create() -> AzureNativeProvider:
        created.append(AzureNativeProvider(azure, "3.29.0", strict=True))
        return created[-1]

    return ProviderPerConnection(azure, create)


def test_each_connection_has_its_own_provider(providers: Any, created: list[AzureNativeProvider]) -> None:
    """Each has its own subscription and identity; a later engine may have the same port."""
    for peer in ("ipv4:127.0.0.1:1", "ipv4:127.0.0.1:2"):
        providers.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:9"), _Context(peer))
        assert providers.GetPluginInfo(empty_pb2.Empty(), _Context(peer)).version == "3.29.0"
    assert len(created) == 2
    providers.Cancel(empty_pb2.Empty(), _Context("ipv4:127.0.0.1:1"))
    providers.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:9"), _Context("ipv4:127.0.0.1:1"))
    assert len(created) == 3


def test_calls_that_the_provider_does_not_implement(providers: Any) -> None:
    with pytest.raises(_Aborted, match="UNIMPLEMENTED"):
        providers.Construct(provider_pb2.ConstructRequest(), _Context("ipv4:127.0.0.1:1"))


def test_a_trouble_that_kills_fails_requests_instead_of_the_test(azure: Azure, providers: Any) -> None:
    """A trouble that is added while an engine is attached must not kill the test's process."""
    azure.add_trouble(Trouble(kind="kills-engine", on="PUT *"))
    with pytest.raises(_Aborted, match="before the engine starts"):
        providers.GetPluginInfo(empty_pb2.Empty(), _Context("ipv4:127.0.0.1:1"))


def test_engines_do_not_attach_when_a_trouble_kills(tmp_path: Path) -> None:
    home = SandboxHome(tmp_path / "sandbox")
    assert attached_provider_environment(home)["PULUMI_DEBUG_PROVIDERS"].startswith("azure-native:")
    assert attached_provider_environment(home) == attached_provider_environment(home)
    home.azure.add_trouble(Trouble(kind="kills-sandbox", on="PUT *"))
    assert attached_provider_environment(home) == {}
