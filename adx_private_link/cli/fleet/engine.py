"""
The engine of a fleet: Dask, which distributes tasks over processes or machines and starts those of dead workers again.

Results are files, so a worker's answer says only that it has ended.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..errors import CommandError
from ..terminal.console import console
from .results import Results, StackResult
from .work import Task, work_on

_TRIES_OF_LOST = 2
"""How often a task is submitted whose result does not appear."""
_MOST_DEATHS = 5
"""How many workers may die with one task, before it counts as their cause."""


class Engine:
    """A connection to workers."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._is_interrupted = False

    def run(self, tasks: Sequence[Task], *, stops: bool = False) -> Iterator[StackResult]:
        """
        Do all tasks, and yield each result as its task ends.

        Only as many tasks are submitted as workers can do at once: what has not begun is then easy to stop.

        If it is interrupted, no task begins any more, and those that have begun are waited for.

        Args:
            tasks: The tasks.
            stops: Whether no task begins after a failure or a risk. Those that have begun are waited for.

        Raises:
            CommandError: The scheduler has ended.
            KeyboardInterrupt: It was interrupted.
        """
        from distributed import as_completed

        waiting = deque(tasks)
        tries = dict.fromkeys((task.stack for task in tasks), 0)
        running: dict[Any, Task] = {}
        completed: Any = as_completed()

        def fill() -> None:
            while waiting and len(running) < self._places():
                task = waiting.popleft()
                tries[task.stack] += 1
                future = self._submit(task, tries[task.stack])
                running[future] = task
                completed.add(future)

        fill()
        while running:
            try:
                future = next(completed)
            except KeyboardInterrupt:
                self._interrupt(waiting)
                continue
            task = running.pop(future)
            result = self._result(task, future)
            is_again = future.status == "finished" and tries[task.stack] < _TRIES_OF_LOST and not self._is_interrupted
            if result is None and not is_again:
                result = self._lost(task, future)
            # Dask repeats finished work whose worker dies, as long as its answer is wanted.
            future.release()
            if result is None:
                waiting.appendleft(task)
            else:
                if stops and not result.is_final:
                    waiting.clear()
                yield result
            fill()
        if self._is_interrupted:
            raise KeyboardInterrupt

    def _interrupt(self, waiting: deque[Task]) -> None:
        """Begin no further task. The second interruption ends the waiting, too."""
        if self._is_interrupted:
            raise KeyboardInterrupt
        self._is_interrupted = True
        waiting.clear()
        console(stderr=True).print("Waiting for the operations that are running; Ctrl-C again stops waiting.")

    def _places(self) -> int:
        """The number of tasks that the workers can do at once; workers may come and go."""
        try:
            return max(1, sum(self._client.nthreads().values()))
        except OSError:  # the connection is closed
            raise _scheduler_has_ended() from None

    def _submit(self, task: Task, number: int) -> Any:
        Results(task.results).remove(task.operation, task.stack)
        key = f"{task.operation}-{task.stack}-{task.fingerprint[:12]}-{os.getpid()}-{number}"
        return self._client.submit(work_on, task, key=key, pure=False)

    def _result(self, task: Task, future: Any) -> StackResult | None:
        """The result in the task's file; None if its worker has not written one."""
        result = Results(task.results).read(task.operation, task.stack)
        is_of_task = result is not None and result.fingerprint == task.fingerprint
        return result if is_of_task and future.status == "finished" else None

    def _lost(self, task: Task, future: Any) -> StackResult:
        """The result of a task without one: its workers died, or its file vanished."""
        if future.status in ("cancelled", "lost"):
            raise _scheduler_has_ended()
        reason = f"{future.exception()}" if future.status == "error" else "the file of its result has vanished"
        result = StackResult(
            stack=task.stack,
            operation=task.operation,
            fingerprint=task.fingerprint,
            status="failed",
            error=f"The work has no result: {reason}. Run the command again.",
        )
        Results(task.results).write(result)
        return result


def _scheduler_has_ended() -> CommandError:
    return CommandError(
        "The scheduler has ended. Finished stacks have their results: run the command again for the others."
    )


@contextmanager
def start_engine(workers: int, scheduler: str | None) -> Generator[Engine]:
    """
    Start workers on this machine, or connect to a scheduler.

    Args:
        workers: The number of processes on this machine.
        scheduler: The address of a scheduler, `tcp://host:8786`, whose workers are used instead. They have the program
            and the directory of results under the same paths, this package, and a login for the backends.

    Raises:
        CommandError: Dask is not installed, or the scheduler does not answer.
    """
    try:
        import dask.config
        from distributed import Client, LocalCluster
    except ImportError:
        raise CommandError(
            "Dask is not installed, which runs the work on stacks. Install the extra: `pip install "
            "'adx-private-link[fleet]'`."
        ) from None
    # What Dask logs about lost connections is said in an error, or is no error.
    for logger in ("distributed", "distributed.client"):
        logging.getLogger(logger).setLevel(logging.CRITICAL)
    settings: dict[str, Any] = {
        "distributed.scheduler.allowed-failures": _MOST_DEATHS,
        "distributed.scheduler.http.routes": [],
        "distributed.admin.tick.limit": "1h",
    }
    with dask.config.set(settings):  # pyright: ignore[reportUnknownMemberType] - Dask types no keys
        if scheduler is None:
            # Dask opens a port for its dashboard in any case: of this machine alone, and without pages.
            options: dict[str, Any] = {
                "threads_per_worker": 1,
                "dashboard_address": "127.0.0.1:0",
                "silence_logs": logging.CRITICAL,
                "preload": ["adx_private_link.cli.fleet.worker"],
            }
            cluster: Any = LocalCluster(n_workers=workers, **options)
            with cluster, Client(cluster) as client:
                yield Engine(client)
            return
        try:
            client = Client(scheduler, timeout="15s")
        except (OSError, ValueError) as error:
            raise CommandError(
                f"The scheduler {scheduler} does not answer: {error}. Start it with `dask scheduler`, and its workers "
                "with `dask worker`."
            ) from None
        with client:
            yield Engine(client)
