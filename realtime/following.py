"""Following a topic: what is in the log first, then what comes, without a hole or a double."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum

from realtime import metrics
from realtime.log import Entry, Page

WHISPERS_WAIT = 8
"""How many whispers wait for a slow reader; the oldest are dropped."""


class GapReason(Enum):
    """Why entries are missing."""

    RETENTION = "retention"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries that cannot be told any more.

    Attributes:
        position: where the stream goes on.
        first: the first missing position.
        last: the last missing position.
        reason: RETENTION when the log has forgotten them; RESET when the log has never had them,
            as after the database was restored from a backup.
    """

    position: int
    first: int
    last: int
    reason: GapReason


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Nothing has happened up to a position; the stream lives.

    Attributes:
        position: up to where everything was told.
    """

    position: int


Item = Entry | Gap | Heartbeat
"""What a stream tells; each has the `position` after which the stream can be resumed."""


@dataclass(eq=False, slots=True)
class Follower:
    """One stream that waits for a topic to move.

    Attributes:
        told: the last position of the topic that it was told of.
    """

    told: int
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    _whispers: tuple[Entry, ...] = ()

    def tell(self, head: int) -> bool:
        """Wake the stream if this head is new to it; say whether it is."""
        if head <= self.told:
            return False
        self.told = head
        self.moved.set()
        return True

    def whisper(self, entry: Entry) -> None:
        """Let the stream tell something that is not in the log, unless it is far behind."""
        self._whispers = (*self._whispers[1 - WHISPERS_WAIT :], entry)
        self.moved.set()

    def whispered(self, position: int) -> list[Item]:
        """Give what was whispered since the last time, as if it were at a position."""
        whispers, self._whispers = self._whispers, ()
        return [replace(entry, position=position) for entry in whispers]


Read = Callable[[int, int], Awaitable[Page]]
"""Reads the topic after a position, for a follower who was told of a head."""


async def pages(
    read: Read, follower: Follower, after: int, heartbeat_seconds: float
) -> AsyncGenerator[list[Item]]:
    """Tell a topic page by page: replay first, then live.

    A page is read only when it is asked for, so a slow reader holds at most one. Nothing but
    the read touches the database.

    Args:
        read: reads the topic.
        follower: is told of the topic's heads from before the first page is asked for.
        after: the position after which to begin.
        heartbeat_seconds: how long the silence may last before a heartbeat.
    """
    last, live = after, False
    while True:
        told = follower.told
        page = await read(last, told)
        if items := _items(last, page, live=live):
            last = items[-1].position
            yield items
        if page.head > last:
            live = False
            continue
        if follower.told > max(told, last):
            continue
        # The database has answered; what Redis may have claimed beyond that is void.
        follower.told = last
        follower.moved.clear()
        live = True
        while follower.told <= last:
            if not await _moves(follower, heartbeat_seconds):
                yield [Heartbeat(last)]
            follower.moved.clear()
            for whisper in follower.whispered(last):
                yield [whisper]


async def _moves(follower: Follower, within_seconds: float) -> bool:
    try:
        async with asyncio.timeout(within_seconds):
            return await follower.moved.wait()
    except TimeoutError:
        return False


def _items(last: int, page: Page, *, live: bool) -> list[Item]:
    """Turn what was read after `last` into what is told, a gap wherever entries are missing."""
    if page.head < last:
        return [_gap(page.head, page.head + 1, last, GapReason.RESET)]
    items: list[Item] = []
    for entry in page.entries:
        if entry.position > last + 1:
            items.append(
                _gap(entry.position - 1, last + 1, entry.position - 1, GapReason.RETENTION)
            )
        items.append(entry)
        last = entry.position
        if live:
            metrics.DELAY.observe((datetime.now(UTC) - entry.recorded_at).total_seconds())
    metrics.DELIVERIES.inc(len(page.entries))
    if not page.entries and page.head > last:
        items.append(_gap(page.head, last + 1, page.head, GapReason.RETENTION))
    return items


def _gap(position: int, first: int, last: int, reason: GapReason) -> Gap:
    metrics.GAPS.labels(reason.value).inc()
    return Gap(position, first, last, reason)
