"""The live logs: what happened in a topic, numbered without gaps, kept for some days."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson

from persistence import forgetting
from persistence.database import Database
from persistence.queries import expired
from persistence.queries import topics as questions
from persistence.rows import Row
from realtime import metrics
from realtime.topics import Topic

PAGE_SIZE = 100
"""The most entries of a topic that are read at once."""

Place = tuple[Topic, int]
"""A topic and a position in it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, as a log keeps it.

    Attributes:
        position: its number in the topic, from 1.
        kind: the kind of its fact.
        text: the fact's particulars as JSON, the same for everybody whom the fact was told.
        recorded_at: when it was written; never earlier than the entry before it.
    """

    position: int
    kind: str
    text: str
    recorded_at: datetime

    @property
    def body(self) -> dict[str, Any]:
        """The fact's particulars."""
        body: dict[str, Any] = orjson.loads(self.text)
        return body


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

    async def read(self, places: Collection[Place]) -> dict[Place, Page]:
        """Read the next entries of topics, in one statement.

        Args:
            places: topics, each with the position after which they are; any number will do.
        """
        metrics.READS.inc()
        rows = await self._database.fetch(
            questions.pages,
            topics=[topic for topic, _ in places],
            afters=[after for _, after in places],
            limit=PAGE_SIZE,
        )
        pages = {place: Page(0, []) for place in places}
        for place, of_place in groupby(rows, key=_place_of):
            found = list(of_place)
            entries = [_entry(row) for row in found if row["position"] is not None]
            pages[place] = Page(found[0]["head"], entries)
        return pages

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


def _place_of(row: Row) -> Place:
    return row["topic"], row["after"]


def _entry(row: Row) -> Entry:
    return Entry(row["position"], row["kind"], row["text"], row["recorded_at"])
