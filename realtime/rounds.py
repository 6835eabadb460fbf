"""Rounds: followers that wait at one moment are served together, by one reading of the logs."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from realtime import metrics
from realtime.following import Follower, Item, items_of
from realtime.log import Log, Place

_LIVE_AT_ONCE = 4
"""How many rounds are under way at once; who comes meanwhile waits for the next one, together."""

_MOST_LIVE = 1_000
"""The most followers of a round that were told all the log held; mostly of one entry each."""

_TURN = 100
"""After so many followers others have their turn on the event loop."""

_REPLAYS_AT_ONCE = 2
_MOST_REPLAYING = 10
"""The most followers of a round that are behind, perhaps of a whole page each."""

Waiting = tuple[Follower, list[Item]]
"""A follower, and what is in the log for it: the same list for all who wait at one place."""

Judge = Callable[[Sequence[Waiting]], Awaitable[Sequence[Any]]]
"""Says what each of these followers is given instead of its items."""

_Serve = Callable[[Sequence[Follower]], Coroutine[Any, Any, None]]


class Rounds:
    """Serves followers.

    Args:
        log: the log that they follow.
        judge: turns what is in the log into what followers that have a `listener` are given.
    """

    def __init__(self, log: Log, judge: Judge | None = None) -> None:
        self._log = log
        self._judge = judge
        # Of their own, because a storm of those who come back must not hold up live streams.
        self._replaying = _Queue(self._serve, most=_MOST_REPLAYING, at_once=_REPLAYS_AT_ONCE)
        self._live = _Queue(self._serve, most=_MOST_LIVE, at_once=_LIVE_AT_ONCE)

    def want(self, follower: Follower) -> None:
        """Serve a follower in the next round, which begins when the others have had their say."""
        (self._live if follower.is_live else self._replaying).add(follower)

    async def _serve(self, followers: Sequence[Follower]) -> None:
        concerned = followers
        try:
            waiting = await self._read(followers)
            # The others wait on, perhaps for another round by now.
            concerned = [follower for follower, _ in waiting]
            judged = [each for each in waiting if each[0].listener is not None]
            told = await self._judge(judged) if self._judge and judged else ()
            given = [(follower, items) for (follower, _), items in zip(judged, told, strict=True)]
        except Exception as error:  # noqa: BLE001 - each stream says what became of it
            _fail(concerned, error)
            return
        except BaseException:
            _fail(concerned, ConnectionAbortedError("The round was ended."))
            raise
        given += [each for each in waiting if each[0].listener is None]
        for start in range(0, len(given), _TURN):
            if start:
                await asyncio.sleep(0)
            turn = given[start : start + _TURN]
            metrics.TOLD_AT_ONCE.inc(sum(follower.hand(items) for follower, items in turn))

    async def _read(self, followers: Sequence[Follower]) -> list[Waiting]:
        told = [follower.told for follower in followers]
        places = [(follower.topic, follower.position) for follower in followers]
        pages = await self._log.read(set(places))
        found: dict[Place, list[Item]] = {}
        waiting: list[Waiting] = []
        for number, (follower, place, head) in enumerate(zip(followers, places, told, strict=True)):
            if number % _TURN == _TURN - 1:
                await asyncio.sleep(0)
            page = pages[place]
            items = found.get(place)
            if items is None:
                # All of a round are live, or none.
                items = found[place] = items_of(page, place[1], live=follower.is_live)
            if told_items := follower.serve(page.head, items, head):
                waiting.append((follower, told_items))
        metrics.DELIVERIES.inc(sum(len(items) for _, items in waiting))
        return waiting


class _Queue:
    """Followers that wait for rounds of a limited size.

    Args:
        serve: serves those of a round.
        most: the most followers of a round.
        at_once: how many rounds are under way at once.
    """

    def __init__(self, serve: _Serve, *, most: int, at_once: int) -> None:
        self._serve = serve
        self._most = most
        self._at_once = at_once
        self._wanting: deque[Follower] = deque()
        self._is_called = False
        self._running: set[asyncio.Task[None]] = set()

    def add(self, follower: Follower) -> None:
        """Serve a follower after those who came before."""
        self._wanting.append(follower)
        self._call()

    def _call(self) -> None:
        if self._wanting and not self._is_called and len(self._running) < self._at_once:
            self._is_called = True
            asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        self._is_called = False
        count = min(self._most, len(self._wanting))
        followers = [self._wanting.popleft() for _ in range(count)]
        task = asyncio.create_task(self._serve(followers), name="live round")
        self._running.add(task)
        task.add_done_callback(self._end)
        self._call()

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._call()


def _fail(followers: Sequence[Follower], error: Exception) -> None:
    for follower in followers:
        follower.fail(error)
