"""Interrupts: the engine ends its language host with SIGINT, which a process in the background may ignore."""

from __future__ import annotations

import signal
import threading


def restore_interrupts() -> None:
    """
    Stop ignoring SIGINT in this process and in the commands that it starts.

    A shell starts background processes with SIGINT ignored, and their commands inherit that. The engine interrupts the
    language host at the end of each operation, and waits five seconds for a host that ignores it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)
