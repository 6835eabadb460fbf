"""Following a topic: what is in the log first, then what comes, without a hole or a double."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from math import ceil
from typing import Any

from realtime import metrics
from realtime.log import Entry, Page
from realtime.topics import Topic

_HEARTBEAT_STEPS = 20
"""Heartbeats are due at steps of so small a part of their pause, so that those of many coincide."""

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
    """One stream on its way through a topic: replay first, then live.

    It is served when it asks for more: a slow reader holds at most one page, and while nothing
    moves nobody reads for it.

    Attributes:
        topic: the topic.
        position: the position up to which it was served.
        want: is called when there may be something to read for it.
        heartbeat_seconds: how long the silence may last before a heartbeat.
        listener: who listens, for whoever judges what is told; see `realtime.rounds`.
        told: the last position of the topic that it was told of.
        is_live: whether it has been told all that the log held when it was last read.
        silent_since: when its stream last told something, by the clock of the event loop.
        take: takes what it waits for, so that nobody is woken for that; answers False when
            somebody has to be.
    """

    topic: Topic
    position: int
    want: Callable[["Follower"], None]
    heartbeat_seconds: float
    listener: Any = None
    told: int = 0
    is_live: bool = False
    silent_since: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    take: Callable[[Any], bool] | None = None
    _is_due: bool = False
    _is_served: bool = False
    _timer: asyncio.TimerHandle | None = None
    _waiting: asyncio.Future[Any] | None = None
    _whispers: tuple[Entry, ...] = ()

    def begin(self, position: int) -> None:
        """Begin after another position."""
        self.position = position
        self.told = max(self.told, position)

    def next(self) -> "asyncio.Future[Any]":
        """Ask for the next items, one or more; as the judge gives them back, where there is one.

        Until they are there, others may have been taken; see `take`.
        """
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        self._go_on()
        return waiting

    def tell(self, head: int) -> bool:
        """Say that the topic has this head; answers whether that is new to it."""
        if head <= self.told:
            return False
        self.told = head
        self._ask()
        return True

    def whisper(self, entry: Entry) -> None:
        """Let the stream tell something that is not in the log, unless it is far behind."""
        self._whispers = (*self._whispers[1 - WHISPERS_WAIT :], entry)
        self._ask()

    def serve(self, head: int, items: list[Item], told: int) -> list[Item]:
        """Take what was read after its position.

        Args:
            head: where the topic ended then.
            items: what `items_of` made of it.
            told: the head that it had been told of when the reading began.

        Returns:
            What is to be told; nothing when nobody waits any more.
        """
        if not self._is_waiting():
            self._is_served = False
            return []
        if items:
            self.position = items[-1].position
        self.is_live = head <= self.position
        if self.is_live and (self.told <= told or self.told <= self.position):
            # The database has answered; what Redis may have claimed beyond that is void.
            self.told = self.position
        if self.is_live and self._whispers:
            items = [*items, *(replace(each, position=self.position) for each in self._whispers)]
            self._whispers = ()
        if not items and self._is_due:
            items = [Heartbeat(self.position)]
        if not items:
            self._is_served = False
            self._go_on()
        return items

    def hand(self, items: Any) -> bool:
        """Give what it waits for; answers whether that was taken, so that nobody was woken."""
        # Until now it took part in no other round, which could have overtaken this one.
        self._is_served = self._is_due = False
        if not self._is_waiting():
            return False
        try:
            is_taken = self.take is not None and self.take(items)
        except Exception as error:  # noqa: BLE001 - its stream says what became of it, no other one
            self.fail(error)
            return False
        if is_taken:
            self._go_on()
        elif (waiting := self._take()) is not None:
            waiting.set_result(items)
        return is_taken

    def fail(self, error: Exception) -> None:
        """Give it an exception instead."""
        self._is_served = False
        if (waiting := self._take()) is not None:
            waiting.set_exception(error)

    def leave(self) -> None:
        """Wait for nothing any more."""
        self.take = None
        for each in (self._timer, self._waiting):
            if each is not None:
                each.cancel()

    def _take(self) -> "asyncio.Future[Any] | None":
        # Not kept, because it keeps what it is given.
        waiting, self._waiting = self._waiting, None
        return None if waiting is None or waiting.done() else waiting

    def _is_waiting(self) -> bool:
        return self._waiting is not None and not self._waiting.done()

    def _go_on(self) -> None:
        is_behind = self.told > self.position or not self.is_live
        if is_behind or self._whispers or self._is_due:
            self._ask()
        elif self._timer is None:
            # One that runs already looks again when it is over, which costs less than a new one.
            due = _next_beat(self.silent_since, self.heartbeat_seconds)
            self._timer = asyncio.get_running_loop().call_at(due, self._beat)

    def _ask(self) -> None:
        if self._is_waiting() and not self._is_served:
            self._is_served = True
            self.want(self)

    def _beat(self) -> None:
        self._timer = None
        if self._is_waiting():
            silence = asyncio.get_running_loop().time() - self.silent_since
            self._is_due = silence >= self.heartbeat_seconds
            self._go_on()


def _next_beat(silent_since: float, pause: float) -> float:
    step = pause / _HEARTBEAT_STEPS
    return ceil((silent_since + pause) / step) * step


def items_of(page: Page, last: int, *, live: bool) -> list[Item]:
    """Turn what was read after `last` into what is told, a gap wherever entries are missing.

    Args:
        page: what was read.
        last: a position.
        live: whether somebody waited for it.
    """
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
    if not page.entries and page.head > last:
        items.append(_gap(page.head, last + 1, page.head, GapReason.RETENTION))
    return items


def _gap(position: int, first: int, last: int, reason: GapReason) -> Gap:
    metrics.GAPS.labels(reason.value).inc()
    return Gap(position, first, last, reason)
