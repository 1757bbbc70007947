"""The public DNS server that the servers of networks forward to."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from .servers import Server, public_dns


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """The public DNS server."""
    with public_dns(tmp_path_factory.mktemp("public")) as server:
        yield server
