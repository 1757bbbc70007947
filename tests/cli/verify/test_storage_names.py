"""The check that queued ingestion has all names that it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..dns.servers import Server
from .faults import NO_FAULTS, find_faults, kinds
from .native import STORAGE, without


@pytest.mark.parametrize(
    ("absent", "missing"),
    [
        (STORAGE, "blob, queue, table"),
        ([host for host in STORAGE if ".queue." in host], "queue"),
        # Each service has a name, and no account has all.
        ([host for host in STORAGE if host.startswith("4abk") == (".blob." in host)], "blob"),
    ],
    ids=["no account", "no queue", "no whole account"],
)
def test_queued_ingestion_needs_each_service_of_an_account(
    native_network: Server, native_port: int, tmp_path: Path, absent: list[str], missing: str
) -> None:
    faults = find_faults(tmp_path, native_network, native_port, outputs=without(*absent))
    assert faults[None]["dns"]["kind"] == "missing-storage-names"
    assert f"no storage account with a name for {missing}: queued ingestion fails" in faults[None]["dns"]["says"]
    assert kinds(faults) == NO_FAULTS


def test_one_whole_account_is_enough(native_network: Server, native_port: int, tmp_path: Path) -> None:
    """Clients take any of the accounts that the ingestion service names."""
    partial = [host for host in STORAGE if host.startswith("ac9k") and ".blob." not in host]
    assert None not in find_faults(tmp_path, native_network, native_port, outputs=without(*partial))
