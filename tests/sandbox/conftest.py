from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from azure_sandbox.azure import Azure, StoreFile

from .engine import Engine, served
from .places import SERVICE, WORLD, Cloud, service

# How long an example takes says more about the machine than about the code.
settings.register_profile("sandbox", deadline=None)
settings.load_profile("sandbox")


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    azure = Azure(StoreFile(tmp_path / "azure.db"))
    azure.start_from(WORLD)
    return Cloud(azure)


@pytest.fixture
def alias(cloud: Cloud) -> str:
    """The alias of a service that stands already."""
    return cloud.put(SERVICE, service())["properties"]["alias"]


@pytest.fixture
def engine(cloud: Cloud) -> Iterator[Engine]:
    """An engine that has started the provider and configured it for the consumer's subscription."""
    with served(cloud.azure) as engine:
        engine.configure()
        yield engine
