"""The shelf: the packed orders of each viewer in Redis, and who builds the next one."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter
from redis.asyncio import Redis
from redis.exceptions import LockError, RedisError

from persistence.near import Near

_log = structlog.get_logger("kith.frozen")

KEPT = timedelta(hours=26)
"""How long an order can be paged through after the last one of its viewer was made."""

MOST = 8
"""How many orders of a viewer are kept at least, the newest ones, each of at most 10 kB."""

SLOTS = 2 * MOST
"""How long a viewer's list is: between two orders there may be a mark that gives up the older."""

_LOCK_SECONDS = 15.0
_WAIT_SECONDS = 5.0
_PAUSE_SECONDS = 1.0


class Shelf:
    """The orders in Redis: a short list for each viewer that changes in one step.

    Nothing here fails but `clear`: what Redis does not do is counted, and not asked for during a
    second.

    Args:
        redis: a client from `frozen.connect`.
        near: is told of changes.
        prefix: of the keys.
        failures: counts what Redis did not do.
    """

    def __init__(self, redis: Redis, near: Near[Any], prefix: str, failures: Counter) -> None:
        self._redis = redis
        self._near = near
        self._prefix = prefix
        self._failures = failures
        self._paused_until = 0.0

    async def read(self, viewer_id: UUID) -> list[bytes] | None:
        """Give the orders of a viewer, empty bytes for a mark; None when Redis is away."""
        kept: list[bytes] | None = await self._tried(
            lambda: self._redis.lrange(self._key(viewer_id), 0, -1), None
        )
        return kept

    async def push(self, viewer_id: UUID, packed: bytes | None) -> bool:
        """Put an order before a viewer's others, or a mark, which ends that they are good.

        Returns:
            Whether Redis was there.
        """
        key, forgotten = self._key(viewer_id), self._forgotten(viewer_id)
        pipeline = self._redis.pipeline(transaction=True)
        if packed is not None:
            pipeline.lpush(key, packed)
            pipeline.expire(key, KEPT)
        else:
            pipeline.incr(forgotten)
            pipeline.expire(forgotten, KEPT)
            # Two marks in a row would take the place of an order.
            if await self._tried(lambda: self._redis.lindex(key, 0), None):
                pipeline.lpushx(key, b"")
        pipeline.ltrim(key, 0, SLOTS - 1)
        self._near.tell(pipeline, viewer_id)
        return await self._tried(pipeline.execute, None) is not None

    async def times_forgotten(self, viewer_id: UUID) -> int:
        """Say how often a viewer's orders were given up lately; 0 while Redis is away."""
        return int(
            await self._tried(lambda: self._redis.get(self._forgotten(viewer_id)), None) or 0
        )

    async def clear(self, viewer_id: UUID) -> None:
        """Keep nothing of a viewer any longer.

        Raises:
            RedisError, OSError: Redis is away, and keeps it.
        """
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.delete(self._key(viewer_id), self._forgotten(viewer_id))
        self._near.tell(pipeline, viewer_id)
        await pipeline.execute()

    @asynccontextmanager
    async def only_builder(self, viewer_id: UUID) -> AsyncIterator[None]:
        """Let one process at a time build for a viewer; who has waited for 5 seconds may too."""
        lock = self._redis.lock(
            f"{self._key(viewer_id)}:lock",
            timeout=_LOCK_SECONDS,
            sleep=0.05,
            blocking_timeout=_WAIT_SECONDS,
            thread_local=False,
        )
        has_it = await self._tried(lock.acquire, False)
        try:
            yield
        finally:
            if has_it:
                # Who took too long has lost it to another; two orders are better than none.
                with suppress(LockError):
                    await self._tried(lock.release, None)

    def _key(self, viewer_id: UUID) -> str:
        return f"{self._prefix}:{viewer_id}"

    def _forgotten(self, viewer_id: UUID) -> str:
        return f"{self._key(viewer_id)}:forgotten"

    async def _tried(self, ask: Callable[[], Any], otherwise: Any) -> Any:
        if time.monotonic() < self._paused_until:
            return otherwise
        try:
            return await ask()
        except LockError:
            raise
        except (RedisError, OSError) as error:
            self._failures.inc()
            self._paused_until = time.monotonic() + _PAUSE_SECONDS
            _log.warning("kept in this process alone", what=self._prefix, error=repr(error))
            return otherwise
