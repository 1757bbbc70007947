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


class _Refused(Exception):
    """What gRPC raises when a request is given up."""


class _Context:
    """As much of a request's context as is asked for here."""

    def __init__(self, peer: str) -> None:
        self._peer = peer

    def peer(self) -> str:
        return self._peer

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        raise _Refused(code, details)


@pytest.fixture
def azure(tmp_path: Path) -> Azure:
    return SandboxHome(tmp_path / "sandbox").azure


@pytest.fixture
def made() -> list[AzureNativeProvider]:
    return []


@pytest.fixture
def providers(azure: Azure, made: list[AzureNativeProvider]) -> Any:
    def make() -> AzureNativeProvider:
        made.append(AzureNativeProvider(azure, "3.29.0", strict=True))
        return made[-1]

    return ProviderPerConnection(azure, make)


def test_each_connection_is_to_a_provider_of_its_own(providers: Any, made: list[AzureNativeProvider]) -> None:
    """Each has a subscription and an identity of its own; an engine's port may be a later one's, too."""
    for peer in ("ipv4:127.0.0.1:1", "ipv4:127.0.0.1:2"):
        providers.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:9"), _Context(peer))
        assert providers.GetPluginInfo(empty_pb2.Empty(), _Context(peer)).version == "3.29.0"
    assert len(made) == 2
    providers.Cancel(empty_pb2.Empty(), _Context("ipv4:127.0.0.1:1"))
    providers.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:9"), _Context("ipv4:127.0.0.1:1"))
    assert len(made) == 3


def test_what_the_provider_does_not_implement_is_not_there(providers: Any) -> None:
    with pytest.raises(_Refused, match="UNIMPLEMENTED"):
        providers.Construct(provider_pb2.ConstructRequest(), _Context("ipv4:127.0.0.1:1"))


def test_nothing_kills_the_process_of_the_test(azure: Azure, providers: Any) -> None:
    """A trouble that kills, added while an engine is attached, makes its requests fail instead."""
    azure.add_trouble(Trouble(kind="kills-engine", on="PUT *"))
    with pytest.raises(_Refused, match="before the engine starts"):
        providers.GetPluginInfo(empty_pb2.Empty(), _Context("ipv4:127.0.0.1:1"))


def test_an_engine_attaches_unless_it_is_to_be_killed(tmp_path: Path) -> None:
    home = SandboxHome(tmp_path / "sandbox")
    assert attached_provider_environment(home)["PULUMI_DEBUG_PROVIDERS"].startswith("azure-native:")
    assert attached_provider_environment(home) == attached_provider_environment(home)
    home.azure.add_trouble(Trouble(kind="kills-sandbox", on="PUT *"))
    assert attached_provider_environment(home) == {}
