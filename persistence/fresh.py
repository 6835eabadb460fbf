"""Fresh: what all in a process may know for some seconds, read once however many ask."""

import asyncio
import contextvars
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from persistence.database import Database

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Reading(Generic[T]):
    began: float
    answer: asyncio.Task[T]


class Fresh(Generic[T]):
    """The last answer of each database, read anew when it is too old or has failed.

    Everybody who asks at once waits for one reading, which belongs to no operation.

    Args:
        read: reads it.
        seconds: for how long an answer is good, from when its reading began.
    """

    def __init__(self, read: Callable[[Database], Awaitable[T]], *, seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._readings: WeakKeyDictionary[Database, _Reading[T]] = WeakKeyDictionary()

    async def of(self, database: Database) -> T:
        """Give what a database says, or said within the last seconds.

        Raises:
            OSError, asyncpg.PostgresError: the database cannot be reached.
        """
        reading, now = self._readings.get(database), time.monotonic()
        if reading is None or now - reading.began > self._seconds or _has_failed(reading.answer):
            loop = asyncio.get_running_loop()
            # In a context of its own: whoever asks first must not pay, nor be told of, what all
            # need.
            answer = loop.create_task(self._answer(database), context=contextvars.Context())
            reading = self._readings[database] = _Reading(now, answer)
        # Shielded: who gives up must not take the answer from the others.
        return await asyncio.shield(reading.answer)

    def forget(self, database: Database) -> None:
        """Read anew when somebody asks next, because this process has just changed it."""
        self._readings.pop(database, None)

    async def _answer(self, database: Database) -> T:
        return await self._read(database)


def _has_failed(answer: asyncio.Task[T]) -> bool:
    return answer.done() and (answer.cancelled() or answer.exception() is not None)
