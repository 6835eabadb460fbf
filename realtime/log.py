"""The live logs: what happened in a topic, numbered without gaps, kept for some days."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from persistence import forgetting
from persistence.database import Database
from persistence.queries import expired
from persistence.queries import topics as questions
from realtime import metrics
from realtime.topics import Topic

PAGE_SIZE = 100
"""The most entries that are read at once."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, as a log keeps it.

    Attributes:
        position: its number in the topic, from 1.
        kind: the kind of its fact.
        body: the fact's particulars as JSON.
        recorded_at: when it was written; never earlier than the entry before it.
    """

    position: int
    kind: str
    body: dict[str, Any]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries of a topic, and where the topic ended at the moment of reading.

    Attributes:
        head: the topic's last position; 0 when nothing has ever happened in it.
        entries: in order; fewer than `PAGE_SIZE` only when they reach the head.
    """

    head: int
    entries: list[Entry]


class Log:
    """All topics, as the database keeps them.

    Args:
        database: holds them; a connection is used for one statement at a time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, topic: Topic, after: int) -> Page:
        """Read the next entries of a topic.

        Args:
            topic: the topic.
            after: the position after which they are; any number will do.
        """
        rows = await self._database.fetch(questions.page, topic=topic, after=after, limit=PAGE_SIZE)
        entries = [
            Entry(row["position"], row["kind"], row["body"], row["recorded_at"])
            for row in rows
            if row["position"] is not None
        ]
        return Page(rows[0]["head"] if rows else 0, entries)

    async def heads(self, topics: Iterable[Topic]) -> dict[Topic, int]:
        """The last positions of topics, in one statement; 0 where nothing has ever happened."""
        positions = dict.fromkeys(topics, 0)
        rows = await self._database.fetch(questions.heads, topics=list(positions))
        return positions | {Topic(row["topic"]): row["position"] for row in rows}

    async def head(self, topic: Topic) -> int:
        """The last position of one topic; 0 when nothing has ever happened in it."""
        return (await self.heads([topic]))[topic]

    async def forget(self, before: datetime) -> int:
        """Remove what was recorded before a moment; who had not read it is told of the gap.

        It goes in steps of some thousand entries, each a short transaction of its own.

        Returns:
            How many entries are gone.
        """
        return await forgetting.forget(self._database, expired.entries, before)


class SharedReads:
    """Reads of a log, one for all streams that wait at the same place for the same move.

    Args:
        log: the log.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._reads: dict[tuple[Topic, int, int], asyncio.Task[Page]] = {}

    async def read(self, topic: Topic, after: int, told: int) -> Page:
        """Read the next entries of a topic, up to the head that the reader was told of at least.

        Args:
            topic: the topic.
            after: the position after which they are.
            told: the last head that the reader knows of.
        """
        if told <= after:
            metrics.READS.inc()
            return await self._log.read(topic, after)
        key = (topic, after, told)
        if key not in self._reads:
            # It begins after the move that all its readers were told of, so it shows that move.
            metrics.READS.inc()
            self._reads[key] = asyncio.create_task(self._log.read(topic, after))
            self._reads[key].add_done_callback(lambda _: self._reads.pop(key))
        # Whoever leaves while waiting must not take the read away from the others.
        return await asyncio.shield(self._reads[key])
