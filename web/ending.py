"""The end of the process, told before the server waits for the answers that are still open."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = [
    getattr(signal, name) for name in ("SIGHUP", "SIGINT", "SIGTERM") if hasattr(signal, name)
]


@contextmanager
def on_signal(act: Callable[[], None]) -> Iterator[None]:
    """Act when a signal that the server handles ends the process.

    Servers tell an application to end once its answers are complete, and a stream of events is an
    answer that does not end by itself. Signals that nobody handles are left alone.

    Args:
        act: called in the running event loop, before the server does anything.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # which could not set handlers, and whose server has none
        return
    loop = asyncio.get_running_loop()
    servers = {number: signal.getsignal(number) for number in _SIGNALS}

    def handle(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act)
        server = servers[signal.Signals(number)]
        if callable(server):
            server(number, frame)

    changed = [
        number
        for number, server in servers.items()
        if callable(server) and server is not signal.default_int_handler
    ]
    for number in changed:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, servers[number])
