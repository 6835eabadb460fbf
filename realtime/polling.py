"""Polling: reads the heads of all followed topics regularly, so a lost wake-up costs only time."""

import asyncio
from contextlib import suppress

import structlog

from realtime import metrics
from realtime.followers import Followers
from realtime.log import Log
from realtime.topics import Topic

log = structlog.get_logger(__name__)


class Poller:
    """Asks the logs for the heads of followed topics.

    Args:
        logs: the logs.
        followers: who is told.
        seconds: how often all followed topics are asked for, in one statement.
    """

    def __init__(self, logs: Log, followers: Followers, seconds: float) -> None:
        self._log = logs
        self._followers = followers
        self._seconds = seconds
        self._unsure: set[Topic] = set()
        self._doubt = asyncio.Event()

    def recheck(self, topic: Topic) -> None:
        """Ask for this topic soon, without waiting for the next turn."""
        self._unsure.add(topic)
        self._doubt.set()

    async def run(self) -> None:
        """Poll until cancelled, through any failure of the database."""
        clock = asyncio.get_running_loop().time
        due = clock() + self._seconds
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._doubt.wait()
            topics = self._unsure
            if clock() >= due:
                topics, due = self._followers.topics(), clock() + self._seconds
            self._unsure = set()
            self._doubt.clear()
            if topics:
                await self._check(topics)

    async def _check(self, topics: set[Topic]) -> None:
        try:
            heads = await self._log.heads(topics)
        except Exception as error:  # noqa: BLE001 - whatever ails the database, the next turn asks again
            log.warning("live_poll_failed", error=type(error).__name__)
            await asyncio.sleep(self._seconds)
            return
        found = sum(self._followers.tell(topic, head) for topic, head in heads.items())
        metrics.FOUND_BY_POLLING.inc(found)
