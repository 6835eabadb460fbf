"""The listener: follows topics for all streams of a process, woken by Redis, sure by polling."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Self

from persistence.database import Database
from persistence.transaction import Recordable
from realtime import topics
from realtime.followers import Followers
from realtime.following import Follower, Heartbeat, Item
from realtime.log import Entry, Log
from realtime.polling import Poller
from realtime.rounds import Judge, Rounds
from realtime.topics import Topic
from realtime.wakes import Publisher, Subscriber, connect


class Listener:
    """Live delivery in one process; an asynchronous context manager.

    The log decides what happened and in which order. Redis only makes it quick: without it, moved
    topics are found by polling the heads of all followed ones in one statement.

    Args:
        database: holds the logs.
        redis_url: how the processes wake each other; None for a process alone.
        poll_seconds: how often the followed topics' heads are read; twice a second at least while
            Redis is away.
        heartbeat_seconds: after how much silence a stream says that it lives.
        judge: says what followers with a listener are given instead of what is in the log.
    """

    def __init__(
        self,
        database: Database,
        redis_url: str | None = None,
        *,
        poll_seconds: float = 2.0,
        heartbeat_seconds: float = 25.0,
        judge: Judge | None = None,
    ) -> None:
        self.log = Log(database)
        self._rounds = Rounds(self.log, judge)
        self.heartbeat_seconds = heartbeat_seconds
        self._followers = Followers(self._topics_changed)
        self._poller = Poller(self.log, self._followers, poll_seconds, self._is_alone)
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
        entry = Entry(0, said.kind, json.dumps(said.body()), datetime.now(UTC))
        for topic in places:
            self._followers.whisper(topic, entry)

    async def follow(self, topic: Topic, after: int | None) -> AsyncGenerator[Item, None]:
        """Tell everything that happens in a topic after a position; see `following`."""
        clock = asyncio.get_running_loop().time
        async with self.following(topic, after) as follower:
            if after is None:
                yield Heartbeat(follower.position)
            while True:
                follower.silent_since = clock()
                for item in await follower.next():
                    yield item

    @asynccontextmanager
    async def following(
        self, topic: Topic, after: int | None, listener: Any = None
    ) -> AsyncIterator[Follower]:
        """Follow a topic for the length of a block.

        Each entry comes exactly once, in the order of their positions: what the log holds first,
        then what comes. Entries that the log has forgotten are told as one gap. The reader sets
        the pace: the next page is read when it asks. While there is nothing to tell, no database
        connection is used.

        Args:
            topic: the topic.
            after: a position; None begins now, at the `position` of the follower.
            listener: who listens, for the judge; None gets what is in the log.

        Raises:
            OSError: the database is away, also by `next` of the follower; resume after the last
                item's position.
            asyncpg.PostgresError: the same.
        """
        follower = Follower(
            topic,
            after or 0,
            want=self._rounds.want,
            heartbeat_seconds=self.heartbeat_seconds,
            listener=listener,
            told=after or 0,
        )
        self._followers.add(follower)
        try:
            if after is None:
                follower.begin(await self.log.head(topic))
            yield follower
        finally:
            follower.leave()
            self._followers.remove(follower)

    def _is_alone(self) -> bool:
        return bool(self._subscriber and not self._subscriber.is_connected)

    def _topics_changed(self) -> None:
        if self._subscriber:
            self._subscriber.changed()
