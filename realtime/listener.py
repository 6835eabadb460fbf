"""The listener: follows topics for all streams of a process, woken by Redis, sure by polling."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from functools import partial
from typing import Self

from persistence.database import Database
from persistence.transaction import Recordable
from realtime import topics
from realtime.followers import Followers
from realtime.following import Heartbeat, Item, pages
from realtime.log import Entry, Log, SharedReads
from realtime.polling import Poller
from realtime.topics import Topic
from realtime.wakes import Publisher, Subscriber, connect


class Listener:
    """Live delivery in one process; an asynchronous context manager.

    The log decides what happened and in which order. Redis only makes it quick: without it, moved
    topics are found by polling the heads of all followed ones in one statement.

    Args:
        database: holds the logs.
        redis_url: how the processes wake each other; None for a process alone.
        poll_seconds: how often the followed topics' heads are read.
        heartbeat_seconds: after how much silence a stream says that it lives.
    """

    def __init__(
        self,
        database: Database,
        redis_url: str | None = None,
        *,
        poll_seconds: float = 2.0,
        heartbeat_seconds: float = 25.0,
    ) -> None:
        self.log = Log(database)
        self._reads = SharedReads(self.log)
        self.heartbeat_seconds = heartbeat_seconds
        self._followers = Followers(self._topics_changed)
        self._poller = Poller(self.log, self._followers, poll_seconds)
        self._redis = connect(redis_url) if redis_url else None
        self._publisher = Publisher(self._redis) if self._redis else None
        self._subscriber = self._redis and Subscriber(
            self._redis,
            wanted=self._followers.topics,
            told=self._followers.tell,
            whispered=self._followers.whisper,
            subscribed=self._poller.recheck,
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Begin to listen; a Redis that is not there does not hinder it."""
        self._tasks = [asyncio.create_task(self._poller.run(), name="live poll")]
        if self._subscriber:
            self._tasks.append(asyncio.create_task(self._subscriber.run(), name="live listen"))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening, and send the wake-ups that still wait."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._publisher:
            await self._publisher.close()
        if self._redis:
            await self._redis.aclose()

    async def wake(self, heads: Mapping[str, int]) -> None:
        """Tell the followers, here and in the other processes, that topics have new heads.

        Answers at once and never fails: the hook for `Database.wake_with`.

        Args:
            heads: last positions by topic, committed.
        """
        for topic, head in heads.items():
            self._followers.tell(Topic(topic), head)
        if self._publisher:
            self._publisher.publish(heads)

    def whisper(self, said: Recordable) -> None:
        """Tell the streams of an audience, here and in the other processes, without keeping it.

        Who does not listen at this moment never learns it; without Redis nobody does.

        Args:
            said: what is told, and to whom.
        """
        places = [topics.viewer(person) for person in said.audience]
        if self._publisher:
            self._publisher.whisper(places, said)
            return
        entry = Entry(0, said.kind, said.body(), datetime.now(UTC))
        for topic in places:
            self._followers.whisper(topic, entry)

    async def follow(self, topic: Topic, after: int | None) -> AsyncGenerator[Item, None]:
        """Tell everything that happens in a topic after a position, item by item; see `pages`."""
        async with aclosing(self.pages(topic, after)) as found:
            async for page in found:
                for item in page:
                    yield item

    async def pages(self, topic: Topic, after: int | None) -> AsyncGenerator[list[Item], None]:
        """Tell everything that happens in a topic after a position.

        Each entry exactly once, in the order of their positions: what the log holds first, then
        what comes. Entries that the log has forgotten are told as one gap. The reader sets
        the pace: the next page is read when it asks. While there is nothing to tell, no
        database connection is used.

        Args:
            topic: the topic.
            after: a position; None begins now, with a heartbeat that tells where that is.

        Yields:
            One or more items.

        Raises:
            OSError: the database is away; resume after the last item's position.
            asyncpg.PostgresError: the same.
        """
        with self._followers.following(topic, after or 0) as follower:
            if after is None:
                after = await self.log.head(topic)
                yield [Heartbeat(after)]
            read = partial(self._reads.read, topic)
            async with aclosing(pages(read, follower, after, self.heartbeat_seconds)) as found:
                async for page in found:
                    yield page

    def _topics_changed(self) -> None:
        if self._subscriber:
            self._subscriber.changed()
