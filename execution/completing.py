"""Completing: columns that are there already, or will be; how to go on when they are."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Union

from execution.columns import Column

Completing = Union[Column, Awaitable[Column]]  # noqa: UP007 - evaluated at import
"""A column, or what will be one."""


def then(completing: Completing, follow: Callable[[Column], Column]) -> Completing:
    """Go on with a column, now or when it is there."""
    if type(completing) is Column:
        return follow(completing)
    return _followed(completing, follow)  # type: ignore[arg-type]  # it is no column


async def _followed(completing: Awaitable[Column], follow: Callable[[Column], Column]) -> Column:
    return follow(await completing)


async def column_of(completing: Completing) -> Column:
    """Await a column unless it is there."""
    return completing if isinstance(completing, Column) else await completing


async def together(steps: list[Any]) -> list[Column]:
    """Await the columns that are not there yet, all at once, in their places."""
    waiting = [place for place, step in enumerate(steps) if type(step) is not Column]
    if len(waiting) == 1:
        steps[waiting[0]] = await steps[waiting[0]]
    else:
        columns = await _begun(asyncio.gather(*(steps[place] for place in waiting)))
        for place, column in zip(waiting, columns, strict=True):
            steps[place] = column
    return steps


async def _begun(gathering: "asyncio.Future[list[Column]]") -> list[Column]:
    """Await what goes on at once, and let all of it begin also when it is given up at once.

    A task that is cancelled before its first step drops the coroutine that it would have awaited,
    and Python warns of that.
    """
    try:
        await asyncio.sleep(0)  # tasks begin in the order in which they were made
    except asyncio.CancelledError:
        if not gathering.cancel():
            raise
    return await gathering
