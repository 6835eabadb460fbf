"""The event loop of jobs: one for a process, on a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from workers.resources import Resources

T = TypeVar("T")
Opening = Callable[[], AbstractAsyncContextManager[Resources]]


class Runtime:
    """Runs coroutines for Celery's synchronous tasks, on one loop with one set of resources.

    Pools of connections belong to the loop that opened them, so a loop for each task would open
    new ones for each.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._opened: AbstractAsyncContextManager[Resources] | None = None
        self._resources: Resources | None = None

    def start(self, opening: Opening) -> None:
        """Start the loop and open the resources in it.

        Args:
            opening: makes the context that holds the resources open.
        """
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="jobs", daemon=True)
        self._thread.start()
        opened = opening()
        try:
            self._resources = self._run(opened.__aenter__())
        except BaseException:
            self._end_loop()
            raise
        self._opened = opened

    def stop(self) -> None:
        """Close the resources and end the loop."""
        if self._opened is not None:
            self._run(self._opened.__aexit__(None, None, None))
            self._opened = self._resources = None
        self._end_loop()

    def run(self, job: Callable[..., Coroutine[Any, Any, T]], *arguments: Any) -> T:
        """Run a job with the resources as first argument and wait for it.

        Raises:
            RuntimeError: the runtime was not started.
        """
        if self._resources is None:
            raise RuntimeError("jobs run only where a runtime was started")
        return self._run(job(self._resources, *arguments))

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        if self._loop is None:
            raise RuntimeError("jobs run only where a runtime was started")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def _end_loop(self) -> None:
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
        self._loop = self._thread = None
