"""What Pulumi says about a lock, and what a result says to people."""

from __future__ import annotations

from adx_private_link.cli.fleet.results import StackResult
from adx_private_link.cli.fleet.summary import result_line
from adx_private_link.cli.fleet.work import lock_in

LOCKED = (
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the "
    "lock file with `pulumi cancel`.\n"
    "  azblob://state/.pulumi/locks/organization/adx-private-link/data.1/0b0.json: created by ci@runner-7 (pid 4711) "
    "at 2026-01-02T03:04:05Z\n"
)


def test_the_holder_of_a_lock_is_read_from_pulumis_error() -> None:
    """Only it says whether the update can be waited for, or is dead: a backend in the cloud shows no files."""
    lock = lock_in(LOCKED)
    assert lock is not None
    assert (lock.username, lock.hostname, lock.pid) == ("ci", "runner-7", 4711)
    assert not lock.is_of_this_machine
    assert lock_in("error: the stack is currently locked by another user") is None


def test_a_result_is_one_line() -> None:
    result = StackResult(
        stack="data.1",
        operation="up",
        fingerprint="f",
        status="failed",
        error="pulumi up: Stack (data.1):\n  error: first\n  error: second",
        seconds=3.6,
        repaired=True,
    )
    assert result_line(result, 3, 12) == "3/12  failed  data.1  error: first  (repaired first, 4 s)"
