"""Near: what a process keeps of Redis near at hand, as long as it hears what others change."""

import asyncio
import secrets
import time
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

import structlog
from cachetools import LRUCache
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

T = TypeVar("T")

_log = structlog.get_logger("kith.near")

_KEY = 16
_SURE_SECONDS = 60.0
_SILENCE_SECONDS = 5.0
_PAUSE_SECONDS = 1.0


class Near(Generic[T]):
    """The values used last, by the key of a person; an asynchronous context manager.

    While it is entered, it hears over one channel of Redis when another process changes a value,
    and drops its own. Values last longer than they are sure, for the time when Redis is away.

    Args:
        redis: holds the values for all processes.
        channel: where changes are told.
        size: how many values are kept; those used longest ago go first.

    Attributes:
        hears: whether changes are heard now.
        heard: how many changes have been heard.
    """

    def __init__(self, redis: Redis, channel: str, *, size: int) -> None:
        self._redis = redis
        self._channel = channel
        self._values: LRUCache[UUID, tuple[T, float]] = LRUCache(size)
        self._sure_from = 0.0
        self._reading: dict[UUID, object] = {}
        self._origin = secrets.token_bytes(16)
        self._listening: asyncio.Task[None] | None = None
        self.hears = False
        self.heard = 0

    async def __aenter__(self) -> Self:
        """Begin to hear; a Redis that is not there does not hinder."""
        self._listening = asyncio.create_task(self._listen(), name=f"changes of {self._channel}")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop hearing."""
        if self._listening is not None:
            while not self._listening.done():
                # Again and again: one that meets the end of a timeout inside redis-py is lost.
                self._listening.cancel()
                await asyncio.wait([self._listening], timeout=_PAUSE_SECONDS)
            await asyncio.gather(self._listening, return_exceptions=True)

    def get(self, key: UUID) -> T | None:
        """Give what was kept last, whatever has happened since."""
        kept = self._values.get(key)
        return kept[0] if kept is not None else None

    def sure(self, key: UUID) -> T | None:
        """Give what Redis holds too, as far as this process can have heard."""
        kept = self._values.get(key)
        if not self.hears or kept is None:
            return None
        value, kept_at = kept
        return value if kept_at > max(self._sure_from, time.monotonic() - _SURE_SECONDS) else None

    def put(self, key: UUID, value: T) -> None:
        """Keep a value; what is being read of it is older."""
        self._reading.pop(key, None)
        self._values[key] = (value, time.monotonic())

    def drop(self, key: UUID) -> None:
        """Keep a value no longer, and not the one that is being read."""
        self._values.pop(key, None)
        self._reading.pop(key, None)

    def begin_reading(self, key: UUID) -> object:
        """Say that a value is about to be read or changed in Redis; a ticket for `end_reading`."""
        self._reading[key] = ticket = object()
        return ticket

    def end_reading(self, key: UUID, ticket: object) -> bool:
        """Say that it was; answers whether nobody else has begun or changed it meanwhile."""
        if self._reading.get(key) is not ticket:
            return False
        del self._reading[key]
        return True

    def tell(self, pipeline: Any, key: UUID) -> None:
        """Add to a pipeline that the other processes are told of a change."""
        pipeline.publish(self._channel, self._origin + key.bytes)

    async def _listen(self) -> None:
        is_new = True
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(self._channel)
                    await self._hear(pubsub)
            except (RedisError, OSError) as error:
                if self.hears or is_new:
                    _log.warning("redis lost", channel=self._channel, error=repr(error))
                is_new = False
            finally:
                self.hears = False
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _hear(self, pubsub: PubSub) -> None:
        asked = False
        while True:
            message = await pubsub.get_message(timeout=_SILENCE_SECONDS)
            if message is None and asked:
                raise TimeoutError("Redis does not answer")
            asked = message is None
            if message is None:
                # Silence is either peace or a dead connection; an answer tells which.
                await pubsub.ping()
            elif message["type"] == "subscribe":
                self._values_are_unsure()
                self.hears = True
            elif message["type"] == "message":
                self._change(message["data"])

    def _change(self, told: bytes) -> None:
        origin, key = told[:16], told[16:]
        if origin == self._origin:
            return
        self.heard += 1
        if len(key) == _KEY:
            self.drop(UUID(bytes=key))
        else:
            # Something has changed, and nobody can tell what.
            _log.warning("change not understood", channel=self._channel, size=len(told))
            self._values_are_unsure()

    def _values_are_unsure(self) -> None:
        # What changed before went unheard, also while it was read.
        self._reading.clear()
        self._sure_from = time.monotonic()
