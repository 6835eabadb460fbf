"""Showings: who was shown to whom, noted in Redis until a job writes it down."""

import asyncio
import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

import structlog
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.exceptions import LockError, RedisError

_log = structlog.get_logger("kith.showings")
_dropped = Counter("kith_showings_dropped_total", "Pages of decks that Redis could not note.")

WAITING_MOST = 100_000
"""How many pages can wait to be written down; the oldest are forgotten first."""

# In the key, so that processes before and after a change of what is packed get along.
_FORMAT = 2
_NOTED = f"kith:showings:{_FORMAT}"
_WRITING = f"{_NOTED}:writing"
_ASKED = "kith:decks:asked"
_HEAD = struct.Struct(">16sQH")
_LOCK_SECONDS = 120
_BATCH = 500
_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Showing:
    """A page of a deck that was served.

    Attributes:
        viewer_id: to whom.
        shown_at: when.
        ids: who was shown.
        embedding_version: of the embedding model by which texts were compared, None if none were.
    """

    viewer_id: UUID
    shown_at: datetime
    ids: tuple[UUID, ...]
    embedding_version: str | None = None

    def pack(self) -> bytes:
        """Write it down in 26 bytes, the version, and 16 bytes for each person."""
        at = round(self.shown_at.timestamp())
        version = (self.embedding_version or "").encode()
        head = _HEAD.pack(self.viewer_id.bytes, at, len(version))
        return b"".join([head, version, *(key.bytes for key in self.ids)])

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """Read what `pack` wrote."""
        viewer, at, length = _HEAD.unpack_from(packed)
        first = _HEAD.size + length
        version = packed[_HEAD.size : first].decode() or None
        ids = (UUID(bytes=packed[start : start + 16]) for start in range(first, len(packed), 16))
        return cls(UUID(bytes=viewer), datetime.fromtimestamp(at, UTC), tuple(ids), version)


class Showings:
    """Notes pages without anybody waiting for it, and gives them to the job in their order.

    Requests that read write nothing to the database. Without Redis, pages are not noted: attention
    is shared as it was known before.

    Args:
        redis: a client from `persistence.frozen.connect`; whoever made it closes it.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._waiting: list[Showing] = []
        self._sending: asyncio.Task[None] | None = None
        self._paused_until = 0.0

    def note(self, showing: Showing) -> None:
        """Note a page; what is noted while Redis answers is sent together."""
        if time.monotonic() < self._paused_until:
            _dropped.inc()
            return
        self._waiting.append(showing)
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send(), name="showings")

    async def sent(self) -> None:
        """Wait until everything is sent, or given up."""
        if self._sending is not None:
            await self._sending

    async def askers(self, since: datetime, most: int) -> list[UUID]:
        """Give who has asked for a deck since a moment, the latest first, at most so many.

        Raises:
            RedisError, OSError: Redis is away.
        """
        start = since.timestamp()
        await self._redis.zremrangebyscore(_ASKED, "-inf", f"({start - 86_400}")
        keys: Any = await self._redis.zrevrangebyscore(_ASKED, "+inf", start, start=0, num=most)
        return [UUID(bytes=key) for key in keys]

    async def write_down(self, write: Any) -> int:
        """Hand over what was noted, in batches, each forgotten once it is written.

        One process at a time does it. A batch that was written and not forgotten, because the
        process was killed in between, is handed over again. A writer that is slower than the lock
        may write what another one writes too; it forgets only what it has written itself.

        Args:
            write: writes a list of showings down; written twice they must count once.

        Returns:
            How many pages were written.

        Raises:
            RedisError, OSError: Redis is away.
        """
        lock = self._redis.lock(f"{_NOTED}:lock", timeout=_LOCK_SECONDS, thread_local=False)
        if not await lock.acquire(blocking=False):
            return 0
        until = time.monotonic() + _LOCK_SECONDS / 2
        count = 0
        try:
            while time.monotonic() < until and (packed := await self._taken()):
                await write([Showing.unpack(each) for each in packed])
                await self._forget(packed)
                count += len(packed)
        finally:
            # Who took too long has lost it to another, whose it stays.
            with suppress(LockError):
                await lock.release()
        return count

    async def forget(self, viewer_id: UUID) -> None:
        """Forget that somebody has asked for decks.

        Raises:
            RedisError, OSError: Redis is away.
        """
        await self._redis.zrem(_ASKED, viewer_id.bytes)

    async def _taken(self) -> list[bytes]:
        """Give the batch to write: it waits in a list of its own, where nothing pushes it out."""
        if not await self._redis.llen(_WRITING):
            pipeline = self._redis.pipeline(transaction=True)
            for _ in range(min(_BATCH, await self._redis.llen(_NOTED))):
                pipeline.lmove(_NOTED, _WRITING, "LEFT", "RIGHT")
            await pipeline.execute()
        packed: Any = await self._redis.lrange(_WRITING, 0, _BATCH - 1)
        return list(packed)

    async def _forget(self, written: Sequence[Any]) -> None:
        pipeline = self._redis.pipeline(transaction=True)
        for each in written:
            pipeline.lrem(_WRITING, 1, each)
        await pipeline.execute()

    async def _send(self) -> None:
        while self._waiting:
            showings, self._waiting = self._waiting, []
            pipeline = self._redis.pipeline(transaction=False)
            if packed := [each.pack() for each in showings if each.ids]:
                pipeline.rpush(_NOTED, *packed)
                pipeline.ltrim(_NOTED, -WAITING_MOST, -1)
            asked = {each.viewer_id.bytes: each.shown_at.timestamp() for each in showings}
            pipeline.zadd(_ASKED, asked)
            try:
                await pipeline.execute()
            except (RedisError, OSError) as error:
                _dropped.inc(len(showings) + len(self._waiting))
                self._waiting.clear()
                self._paused_until = time.monotonic() + _PAUSE_SECONDS
                _log.warning("showings dropped", error=repr(error))
