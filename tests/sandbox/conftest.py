from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from azure_sandbox.azure import Azure, AzureError, StoreFile, World
from azure_sandbox.azure.errors import Rejection
from azure_sandbox.sandbox_home import SandboxHome

from .azure.resource_types.cluster_bodies import create_native_cluster
from .fake_engine import Engine, served
from .small_world import SERVICE, WORLD, SandboxCloud, service


@pytest.fixture
def store(tmp_path: Path) -> StoreFile:
    return StoreFile(tmp_path / "azure.db")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of the small world. Creating it takes longer than most tests."""
    file = tmp_path_factory.mktemp("world") / "azure.db"
    Azure(StoreFile(file)).start_from(World(resources=WORLD))
    return file


@pytest.fixture
def cloud(tmp_path: Path, world: Path) -> SandboxCloud:
    return SandboxCloud(Azure(StoreFile(Path(shutil.copyfile(world, tmp_path / "azure.db")))))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The directory of a sandbox with the default world."""
    SandboxHome(tmp_path / ".sandbox").reset(None)
    return tmp_path / ".sandbox"


@pytest.fixture
def alias(cloud: SandboxCloud) -> str:
    """The alias of an existing service."""
    return cloud.put(SERVICE, service())["properties"]["alias"]


@pytest.fixture
def native_cluster(cloud: SandboxCloud) -> str:
    """The id of a native cluster, `CLUSTER`, beside a subnet for endpoints of clusters."""
    return create_native_cluster(cloud)


@pytest.fixture
def engine(cloud: SandboxCloud) -> Iterator[Engine]:
    """An engine that has started the provider and configured it for the consumer's subscription."""
    with served(cloud.azure) as engine:
        engine.configure()
        yield engine


@pytest.fixture(autouse=True)
def _rules_are_met(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that claims to hold a rejection and does not meet it."""
    met: list[Rejection] = []
    reject = Rejection.__call__

    def recorded(self: Rejection, **values: Any) -> AzureError:
        met.append(self)
        return reject(self, **values)

    monkeypatch.setattr(Rejection, "__call__", recorded)
    yield
    claimed = [rule for marker in request.node.iter_markers("holds") for rule in marker.args]
    missed = [rule.says for rule in claimed if isinstance(rule, Rejection) and rule not in met]
    assert not missed, f"never met: {missed}"
