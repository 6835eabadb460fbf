"""Feeds: orders of posts that stay as they are, and which posts were handed out before."""

import asyncio
import struct
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

import orjson
import structlog
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from persistence.frozen import KEY_BYTES, NEAR, Kept, Order, Orders

_log = structlog.get_logger("kith.feeds")
_found = Counter(
    "kith_feeds_found_total", "Where ranked feeds were found, or that they were built.", ["in"]
)
_unreadable = Counter("kith_feeds_unreadable_total", "Feeds in Redis that could not be read.")
_failures = Counter("kith_feed_cache_failures_total", "Feeds that Redis could not give or keep.")

SEEN_FOR = timedelta(days=30)
"""How long it is known that a post was handed out."""

SEEN_MOST = 1_000
"""How many posts of a viewer are known to be handed out, the latest."""

_SIZES = struct.Struct("<II")
_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Feed(Order):
    """Posts in the order in which a viewer meets them, and why each is there.

    Attributes:
        name: tells it from the viewer's others, in cursors.
        viewer_id: whose it is.
        built_at: the moment for which it was ranked.
        good_until: from when on another one is made for who begins anew.
        built_for: tells what it was made of from others.
        keys: the ids of the posts in their order, 16 bytes each.
        reasons: why each is there, a number for each.
    """

    name: str
    viewer_id: UUID
    built_at: datetime
    good_until: datetime
    built_for: str
    keys: bytes
    reasons: bytes

    @property
    def variant(self) -> None:
        """A viewer has one feed."""
        return

    def pack(self) -> bytes:
        """Write it down: a head as JSON, then the columns; 17 bytes for a post."""
        head = orjson.dumps(
            {
                "name": self.name,
                "viewer_id": str(self.viewer_id),
                "built_at": self.built_at.isoformat(),
                "good_until": self.good_until.isoformat(),
                "built_for": self.built_for,
            }
        )
        return b"".join([_SIZES.pack(len(head), self.size), head, self.reasons, self.keys])

    @classmethod
    def _unpacked(cls, packed: bytes) -> Self:
        length, count = _SIZES.unpack_from(packed)
        reasons_at = _SIZES.size + length
        keys_at = reasons_at + count
        head = orjson.loads(packed[_SIZES.size : reasons_at])
        if len(packed) != keys_at + KEY_BYTES * count:
            raise ValueError("a column is cut")
        return cls(
            name=head["name"],
            viewer_id=UUID(head["viewer_id"]),
            built_at=datetime.fromisoformat(head["built_at"]),
            good_until=datetime.fromisoformat(head["good_until"]),
            built_for=head["built_for"],
            keys=packed[keys_at:],
            reasons=packed[reasons_at:keys_at],
        )


_KEPT = Kept(
    what="feed",
    # With the format, so that processes before and after a change of what is packed get along.
    key="kith:feed:1",
    channel="kith:feeds",
    unpack=Feed.unpack,
    found=_found,
    unreadable=_unreadable,
    failures=_failures,
)


class Feeds(Orders[Feed]):
    """The ranked feeds of all viewers, and what of them was handed out."""

    kept = _KEPT

    def __init__(self, redis: Redis, *, hears: bool = True, near: int = NEAR) -> None:
        super().__init__(redis, hears=hears, near=near)
        self._noting: set[asyncio.Task[Any]] = set()
        self._paused_until = 0.0

    async def __aexit__(self, *_: object) -> None:
        """Wait for what is noted, give up what is being built, and stop hearing."""
        await self.noted()
        await super().__aexit__()

    def note_seen(self, viewer_id: UUID, ids: Sequence[UUID]) -> None:
        """Note that posts were handed out to a viewer, without anybody waiting for it."""
        if ids and time.monotonic() >= self._paused_until:
            task = asyncio.create_task(self._note(viewer_id, ids), name="seen posts")
            self._noting.add(task)
            task.add_done_callback(self._noting.discard)

    async def noted(self) -> None:
        """Wait until everything is noted, or given up."""
        await asyncio.gather(*self._noting)

    async def seen(self, viewer_id: UUID) -> Collection[UUID]:
        """Give the posts that were handed out to a viewer; none while Redis is away."""
        if time.monotonic() < self._paused_until:
            return frozenset()
        try:
            keys: Any = await self._redis.zrange(_seen(viewer_id), 0, -1)
        except (RedisError, OSError) as error:
            self._pause(error)
            return frozenset()
        return frozenset(UUID(bytes=key) for key in keys)

    async def clear(self, viewer_id: UUID) -> None:
        """Keep nothing of a viewer any longer, as when their account is deleted.

        Raises:
            RedisError, OSError: Redis is away, and keeps it.
        """
        await super().clear(viewer_id)
        await self._redis.delete(_seen(viewer_id))

    async def _note(self, viewer_id: UUID, ids: Sequence[UUID]) -> None:
        key, now = _seen(viewer_id), time.time()
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.zadd(key, {each.bytes: now for each in ids})
        pipeline.zremrangebyrank(key, 0, -SEEN_MOST - 1)
        pipeline.expire(key, SEEN_FOR)
        try:
            await pipeline.execute()
        except (RedisError, OSError) as error:
            self._pause(error)

    def _pause(self, error: Exception) -> None:
        _failures.inc()
        self._paused_until = time.monotonic() + _PAUSE_SECONDS
        _log.warning("seen posts not known", error=repr(error))


def _seen(viewer_id: UUID) -> str:
    return f"kith:feed:seen:{viewer_id}"
