"""Dask does the work, and results are files: what vanishes is done again, and what cannot be done is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import Client, LocalCluster
from distributed.comm.core import CommClosedError

from adx_private_link.cli.errors import CommandError
from adx_private_link.cli.fleet import engine as engine_module
from adx_private_link.cli.fleet.engine import Engine, start_engine
from adx_private_link.cli.fleet.results import Results, StackResult, Status
from adx_private_link.cli.fleet.runs import Plan, run_waves
from adx_private_link.cli.fleet.work import Task
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Workers in this process, which see what a test replaces."""
    options: dict[str, Any] = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
    cluster: Any = LocalCluster(processes=False, **options)
    with cluster, Client(cluster) as client:
        yield client


def _task(directory: Path, stack: str = "data.1") -> Task:
    return Task(stack=stack, operation="up", directory=directory, results=directory, fingerprint="f", environment={})


def _write(task: Task, status: Status = "changed") -> str:
    Results(task.results).write(StackResult(stack=task.stack, operation="up", fingerprint="f", status=status))
    return task.stack


def _work(monkeypatch: pytest.MonkeyPatch, work: Callable[[Task], str]) -> None:
    """Replace the work on a stack. Dask copies functions, so that a file has to count the calls."""

    def recorded(task: Task) -> str:
        with (task.results / "begun").open("a") as file:
            file.write(f"{task.stack}\n")
        return work(task)

    monkeypatch.setattr(engine_module, "work_on", recorded)


def _begun(directory: Path) -> list[str]:
    """Return the stacks that were worked on, in order."""
    return (directory / "begun").read_text().splitlines()


def test_a_lost_result_is_made_again(client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk or a cleaned directory must not make a deployed stack look as if it was never begun."""
    _work(monkeypatch, lambda task: _write(task) if len(_begun(tmp_path)) > 1 else "lost")
    [result] = Engine(client).run([_task(tmp_path)])
    assert (result.status, len(_begun(tmp_path))) == ("changed", 2)


def test_a_result_that_never_appears_is_a_failure(client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers on another machine may have another directory of the same name."""
    _work(monkeypatch, lambda task: task.stack)
    [result] = Engine(client).run([_task(tmp_path)])
    assert (result.status, len(_begun(tmp_path))) == ("failed", 2)
    assert "the file of its result has vanished" in result.error
    assert Results(tmp_path).read("up", "data.1") == result


def test_work_that_raises_is_a_failure_of_its_stack_alone(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(task: Task) -> str:
        if task.stack == "data.1":
            raise CommandError("The disk is full.")
        return _write(task)

    _work(monkeypatch, work)
    results = Engine(client).run([_task(tmp_path, "data.1"), _task(tmp_path, "data.2")])
    assert {result.stack: result.status for result in results} == {"data.1": "failed", "data.2": "changed"}
    written = Results(tmp_path).read("up", "data.1")
    assert written is not None
    assert "The disk is full." in written.error


def test_the_result_of_an_earlier_run_is_not_mistaken_for_a_new_one(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(_task(tmp_path), "failed")
    _work(monkeypatch, lambda task: task.stack)
    [result] = Engine(client).run([_task(tmp_path)])
    assert "has vanished" in result.error


def test_no_wave_begins_after_a_failure(client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Canaries are there so that the others are spared."""
    waves = [[_task(tmp_path, name) for name in names] for names in (("a", "b", "c"), ("d",))]
    _work(monkeypatch, lambda task: _write(task, "failed" if task.stack == "a" else "changed"))
    results = [*run_waves(Plan(waves, []), Engine(client))]
    assert [result.stack for result in results] == _begun(tmp_path) == ["a"]


def test_the_last_wave_goes_on_after_a_failure(client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One team's mistake must not hold up all others."""
    waves = [[_task(tmp_path, name) for name in ("a", "b", "c")]]
    _work(monkeypatch, lambda task: _write(task, "failed" if task.stack == "a" else "changed"))
    assert len([*run_waves(Plan(waves, []), Engine(client))]) == 3
    assert _begun(tmp_path) == ["a", "b", "c"]


class _OfDeadScheduler:
    """A client whose scheduler has ended, before the client knows it."""

    def nthreads(self) -> dict[str, int]:
        raise CommClosedError("in <TCP (closed)>: ConnectionResetError")


@pytest.mark.usefixtures("client")
def test_a_scheduler_that_ends_while_it_is_asked_is_reported(tmp_path: Path) -> None:
    """Dask's own words name sockets, and nothing that a person could do."""
    with pytest.raises(CommandError, match="run the command again"):
        next(Engine(_OfDeadScheduler()).run([_task(tmp_path)]))


def test_a_scheduler_that_does_not_answer_is_named() -> None:
    with (
        pytest.raises(CommandError, match=r"tcp://127\.0\.0\.1:1 does not answer"),
        start_engine(1, "tcp://127.0.0.1:1"),
    ):
        pass


def test_dask_forgets_work_that_has_ended(client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask repeats finished work whose worker dies, as long as its answer is wanted: a stack would be updated again."""
    _work(monkeypatch, _write)
    for _ in Engine(client).run([_task(tmp_path)]):
        wait_until(lambda: client.futures == {}, 5)
