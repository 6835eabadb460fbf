"""Rounds: followers that wait at one moment are served together, by one reading of the logs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from realtime import metrics
from realtime.following import Follower, Item, items_of
from realtime.log import Log, Place

_MOST_AT_ONCE = 4
"""How many rounds are under way at once; who comes meanwhile waits for the next one, together."""

Waiting = tuple[Follower, list[Item]]
"""A follower, and what is in the log for it: the same list for all who wait at one place."""

Judge = Callable[[Sequence[Waiting]], Awaitable[Sequence[Any]]]
"""Says what each of these followers is given instead of its items."""


class Rounds:
    """Serves followers.

    Args:
        log: the log that they follow.
        judge: turns what is in the log into what followers that have a `listener` are given.
    """

    def __init__(self, log: Log, judge: Judge | None = None) -> None:
        self._log = log
        self._judge = judge
        self._wanting: list[Follower] = []
        self._is_called = False
        self._running: set[asyncio.Task[None]] = set()

    def want(self, follower: Follower) -> None:
        """Serve a follower in the next round, which begins when the others have had their say."""
        self._wanting.append(follower)
        self._call()

    def _call(self) -> None:
        if self._wanting and not self._is_called and len(self._running) < _MOST_AT_ONCE:
            self._is_called = True
            asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        self._is_called = False
        followers, self._wanting = self._wanting, []
        task = asyncio.create_task(self._serve(followers), name="live round")
        self._running.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._call()

    async def _serve(self, followers: Sequence[Follower]) -> None:
        try:
            waiting = await self._read(followers)
            judged = [each for each in waiting if each[0].listener is not None]
            told = await self._judge(judged) if self._judge and judged else ()
        except Exception as error:  # noqa: BLE001 - each stream says what became of it
            for follower in followers:
                follower.fail(error)
            return
        for (follower, _), given in zip(judged, told, strict=True):
            follower.hand(given)
        for follower, items in waiting:
            if follower.listener is None:
                follower.hand(items)

    async def _read(self, followers: Sequence[Follower]) -> list[Waiting]:
        told = [follower.told for follower in followers]
        places = [(follower.topic, follower.position) for follower in followers]
        pages = await self._log.read(set(places))
        found: dict[tuple[Place, bool], list[Item]] = {}
        waiting: list[Waiting] = []
        for follower, place, head in zip(followers, places, told, strict=True):
            page, key = pages[place], (place, follower.is_live)
            if key not in found:
                found[key] = items_of(page, follower.position, live=follower.is_live)
            if items := follower.serve(page.head, found[key], head):
                waiting.append((follower, items))
        metrics.DELIVERIES.inc(sum(len(items) for _, items in waiting))
        return waiting
