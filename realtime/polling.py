"""Polling: reads the heads of all followed topics regularly, so a lost wake-up costs only time."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from realtime import metrics
from realtime.followers import Followers
from realtime.log import Log
from realtime.topics import Topic

log = structlog.get_logger(__name__)

_ALONE_SECONDS = 0.5
"""How often topics are asked for while nothing else tells that they have moved."""


class Poller:
    """Asks the logs for the heads of followed topics.

    Args:
        logs: the logs.
        followers: who is told.
        seconds: how often all followed topics are asked for, in one statement.
        is_alone: says whether nothing else tells now that a topic has moved; it is asked for twice
            a second then.
    """

    def __init__(
        self,
        logs: Log,
        followers: Followers,
        seconds: float,
        is_alone: Callable[[], bool] = lambda: False,
    ) -> None:
        self._log = logs
        self._followers = followers
        self._seconds = seconds
        self._is_alone = is_alone
        self._is_failing = False
        self._unsure: set[Topic] = set()
        self._doubt = asyncio.Event()

    def recheck(self, topic: Topic) -> None:
        """Ask for this topic soon, without waiting for the next turn."""
        self._unsure.add(topic)
        self._doubt.set()

    async def run(self) -> None:
        """Poll until cancelled, through any failure of the database."""
        clock = asyncio.get_running_loop().time
        polled_at = clock()
        while True:
            with suppress(TimeoutError):
                # It looks that often because Redis may go at any moment.
                until = min(polled_at + self._pause(), clock() + _ALONE_SECONDS)
                async with asyncio.timeout_at(until):
                    await self._doubt.wait()
            topics = self._unsure
            if clock() >= polled_at + self._pause():
                topics, polled_at = self._followers.topics(), clock()
            self._unsure = set()
            self._doubt.clear()
            if topics:
                await self._check(topics)

    def _pause(self) -> float:
        return min(self._seconds, _ALONE_SECONDS) if self._is_alone() else self._seconds

    async def _check(self, topics: set[Topic]) -> None:
        try:
            heads = await self._log.heads(topics)
        except Exception as error:  # noqa: BLE001 - whatever ails the database, the next turn asks again
            if not self._is_failing:
                log.warning("live_poll_failed", error=type(error).__name__)
            self._is_failing = True
            return
        self._is_failing = False
        found = sum(self._followers.tell(topic, head) for topic, head in heads.items())
        metrics.FOUND_BY_POLLING.inc(found)
