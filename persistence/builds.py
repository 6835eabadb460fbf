"""Builds: what is being built in a process, one task for all who want the same."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Builds(Generic[T]):
    """The tasks that build something now, by what is wanted."""

    def __init__(self) -> None:
        self._tasks: dict[Hashable, asyncio.Task[T]] = {}

    async def join(
        self,
        wanted: Hashable,
        build: Callable[[], Coroutine[Any, Any, T]],
        is_good: Callable[[T], bool],
    ) -> T:
        """Wait for what is being built, or build it; what that raises is raised to all who wait.

        Args:
            wanted: tells it from others.
            build: builds it.
            is_good: whether what somebody else began to build will do; if not, one more is built.
        """
        # Shielded: who gives up must not take it from the others.
        if (under_way := self._tasks.get(wanted)) is not None:
            made = await asyncio.shield(under_way)
            if is_good(made):
                return made
        if wanted not in self._tasks:
            self._tasks[wanted] = task = asyncio.create_task(build())
            task.add_done_callback(lambda done: self._done(wanted, done))
        return await asyncio.shield(self._tasks[wanted])

    async def give_up(self) -> None:
        """Give up what is being built."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, wanted: Hashable, task: asyncio.Task[T]) -> None:
        del self._tasks[wanted]
        if not task.cancelled():
            # Retrieved here too: everybody who waited may have given up.
            task.exception()
