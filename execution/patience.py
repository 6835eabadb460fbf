"""Patience: how long something that is awaited may take."""

import asyncio
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def within(seconds: float, work: Coroutine[Any, Any, T]) -> T:
    """Await work for so long; no timer is set for what need not wait at all.

    Args:
        seconds: how long it may wait.
        work: begins at once.

    Raises:
        TimeoutError: it took longer, and was cancelled.
    """
    try:
        waits_for = work.send(None)
    except StopIteration as done:
        answer: T = done.value
        return answer
    async with asyncio.timeout(seconds):
        return await _rest(work, waits_for)


@coroutine
def _rest(work: Coroutine[Any, Any, T], waits_for: Any) -> Generator[Any, Any, T]:
    """Await a coroutine that has begun to wait, and tell it what comes of its first wait."""
    try:
        yield waits_for
    except BaseException as error:  # noqa: BLE001 - given up, or what it waits for has failed
        try:
            waits_for = work.throw(error)
        except StopIteration as done:
            caught: T = done.value
            return caught
        return (yield from _rest(work, waits_for))
    answer: T = yield from work
    return answer
